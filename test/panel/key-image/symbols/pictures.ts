import { crc32 } from "node:zlib";
import { createCanvas } from "@napi-rs/canvas";

/** A PNG of one colour. */
export function pngOf({
  widthPx,
  heightPx,
  color,
}: {
  widthPx: number;
  heightPx: number;
  color: string;
}): Buffer {
  const canvas = createCanvas(widthPx, heightPx);
  const pen = canvas.getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, widthPx, heightPx);
  return canvas.toBuffer("image/png");
}

/** A part of a PNG. */
export function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
