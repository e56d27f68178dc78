import { readFileSync, writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { PictureSize } from "../../../src/panel/key-image/picture.ts";

/** Pictures of one size in rows, for people to look at and for tests to compare. */
export interface Sheet {
  readonly size: PictureSize;
  readonly columns: number;
  readonly spacingPx: number;
  readonly cells: readonly Uint8Array[];
}

/** As a PNG on black. */
export function writeSheet(file: string, sheet: Sheet): void {
  const { size, columns, spacingPx, cells } = sheet;
  const rows = Math.ceil(cells.length / columns);
  const widthPx = columns * (size.widthPx + spacingPx) + spacingPx;
  const heightPx = rows * (size.heightPx + spacingPx) + spacingPx;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (const [index, cell] of cells.entries()) {
    const [left, top] = placeOf(index, sheet);
    for (let y = 0; y < size.heightPx; y += 1) {
      const row = cell.subarray(y * size.widthPx * 3, (y + 1) * size.widthPx * 3);
      rgb.set(row, ((top + y) * widthPx + left) * 3);
    }
  }
  writeFileSync(file, encodePng(rgb, { widthPx, heightPx }));
}

/** Plain RGB without row filters: for flat pictures a third smaller than what the drawing library writes. */
function encodePng(rgb: Uint8Array, { widthPx, heightPx }: PictureSize): Buffer {
  const rows = Buffer.alloc(heightPx * (widthPx * 3 + 1));
  for (let y = 0; y < heightPx; y += 1) {
    rows.set(rgb.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), y * (widthPx * 3 + 1) + 1);
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
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

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  return new Uint8Array(rgba).filter((_, index) => index % 4 < 3);
}
