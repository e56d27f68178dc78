import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Sent } from "./bench.ts";

export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  at(x: number, y: number): readonly [number, number, number];
}

/** A frame whose four corners differ and whose colours change along both axes. */
export function testFrame(widthPx: number, heightPx: number) {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 3;
      rgb[at] = Math.round((x / (widthPx - 1)) * 255);
      rgb[at + 1] = Math.round((y / (heightPx - 1)) * 255);
      rgb[at + 2] = x < widthPx / 2 && y < heightPx / 2 ? 200 : 40;
    }
  return { kind: "image", rgb, widthPx, heightPx } as const;
}

export function asPicture({ rgb, widthPx, heightPx }: ReturnType<typeof testFrame>): Picture {
  return { widthPx, heightPx, at: (x, y) => pixel(rgb, (y * widthPx + x) * 3) };
}

export async function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  const image = await loadImage(Buffer.from(bytes));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return {
    widthPx: image.width,
    heightPx: image.height,
    at: (x, y) => pixel(data, (y * image.width + x) * 4),
  };
}

/** A bitmap of 24 bits, in the order of its bytes: the decks do not read its rows upside down. */
export function readBitmap(bytes: Buffer): Picture & { readonly header: Buffer } {
  const widthPx = bytes.readInt32LE(18);
  const heightPx = bytes.readInt32LE(22);
  return {
    widthPx,
    heightPx,
    header: bytes.subarray(0, 54),
    at(x, y) {
      const [blue, green, red] = pixel(bytes, 54 + (y * widthPx + x) * 3);
      return [red, green, blue];
    },
  };
}

/** How far two pictures differ on average and at most, from 0 to 255. */
export function difference(one: Picture, other: Picture): { readonly mean: number; readonly most: number } {
  let sum = 0;
  let most = 0;
  for (let y = 0; y < one.heightPx; y++)
    for (let x = 0; x < one.widthPx; x++) {
      const mine = one.at(x, y);
      const theirs = other.at(x, y);
      for (let part = 0; part < 3; part++) {
        const step = Math.abs(mine[part]! - theirs[part]!);
        sum += step;
        most = Math.max(most, step);
      }
    }
  return { mean: sum / (one.widthPx * one.heightPx * 3), most };
}

/** How the hardware wants a picture, from the maker's pages. */
export const turns = {
  none: (picture: Picture): Picture => picture,
  half: (picture: Picture): Picture => ({
    ...picture,
    at: (x, y) => picture.at(picture.widthPx - 1 - x, picture.heightPx - 1 - y),
  }),
  mirrored: (picture: Picture): Picture => ({
    ...picture,
    at: (x, y) => picture.at(picture.widthPx - 1 - x, y),
  }),
  /** A quarter against the clock. */
  quarter: (picture: Picture): Picture => ({
    widthPx: picture.heightPx,
    heightPx: picture.widthPx,
    at: (x, y) => picture.at(picture.widthPx - 1 - y, x),
  }),
};

/** Checks headers and padding of the reports of one picture, and returns what they carry. */
export function joinReports(
  reports: readonly Sent[],
  shape: { readonly length: number; readonly header: (part: Part) => string },
): Buffer {
  const bodies: Buffer[] = [];
  for (const [index, { how, bytes }] of reports.entries()) {
    if (how !== "output" || bytes.length !== shape.length)
      throw new Error(`report ${index}: ${how} ${bytes.length}`);
    const bodyBytes = findBodyLength(bytes);
    const expected = shape.header({ index, isLast: index === reports.length - 1, bodyBytes });
    const header = bytes.subarray(0, expected.length / 2).toString("hex");
    if (header !== expected) throw new Error(`report ${index} starts ${header} instead of ${expected}`);
    const body = bytes.subarray(expected.length / 2);
    if (bodyBytes !== undefined && body.subarray(bodyBytes).some((byte) => byte !== 0))
      throw new Error(`report ${index} is not padded with zeros`);
    bodies.push(body.subarray(0, bodyBytes));
  }
  return Buffer.concat(bodies);
}

export interface Part {
  readonly index: number;
  readonly isLast: boolean;
  /** What the header says that it carries; first-protocol headers do not. */
  readonly bodyBytes: number | undefined;
}

function findBodyLength(bytes: Buffer): number | undefined {
  if (bytes[1] === 0x07 || bytes[1] === 0x0b) return bytes.readUInt16LE(4);
  return bytes[1] === 0x0c ? bytes.readUInt16LE(13) : undefined;
}

/** A 16-bit number as a header writes it, little end first. */
export function le16(number: number): string {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(number);
  return bytes.toString("hex");
}

function pixel(bytes: ArrayLike<number>, at: number): readonly [number, number, number] {
  return [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
}
