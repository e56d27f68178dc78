import { readFileSync, writeFileSync } from "node:fs";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { PictureSize } from "../../../src/panel/key-image/key-image.ts";

/** Pictures of one size in rows, for people to look at and for tests to compare. */
export interface Sheet {
  readonly size: PictureSize;
  readonly columns: number;
  readonly spacingPx: number;
  readonly cells: readonly Uint8Array[];
}

export function writeSheet(file: string, sheet: Sheet): void {
  const { size, columns, spacingPx, cells } = sheet;
  const rows = Math.ceil(cells.length / columns);
  const canvas = createCanvas(
    columns * (size.widthPx + spacingPx) + spacingPx,
    rows * (size.heightPx + spacingPx) + spacingPx,
  );
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#000000";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (const [index, cell] of cells.entries()) {
    const image = pen.createImageData(size.widthPx, size.heightPx);
    image.data.set(withAlpha(cell));
    const [left, top] = placeOf(index, sheet);
    pen.putImageData(image, left, top);
  }
  writeFileSync(file, canvas.toBuffer("image/png"));
}

/** The cells of a sheet as it was written. */
export async function readSheet(
  file: string,
  sheet: Omit<Sheet, "cells">,
  count: number,
): Promise<Uint8Array[]> {
  const image = await loadImage(readFileSync(file));
  const canvas = createCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { widthPx, heightPx } = sheet.size;
  return Array.from({ length: count }, (_, index) => {
    const [left, top] = placeOf(index, sheet);
    return withoutAlpha(pen.getImageData(left, top, widthPx, heightPx).data);
  });
}

/** Mean absolute difference of two pictures, 0 to 255. */
export function difference(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return 255;
  return one.reduce((sum, part, index) => sum + Math.abs(part - other[index]!), 0) / one.length;
}

function placeOf(index: number, { size, columns, spacingPx }: Omit<Sheet, "cells">): [number, number] {
  const column = index % columns;
  const row = Math.floor(index / columns);
  return [spacingPx + column * (size.widthPx + spacingPx), spacingPx + row * (size.heightPx + spacingPx)];
}

function withAlpha(rgb: Uint8Array): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let index = 0; index < rgb.length; index += 1)
    rgba[Math.floor(index / 3) * 4 + (index % 3)] = rgb[index]!;
  return rgba;
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  return new Uint8Array(rgba).filter((_, index) => index % 4 < 3);
}
