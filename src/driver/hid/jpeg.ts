import type { Canvas } from "@napi-rs/canvas";
import { fail, type OpenFailure, type Result, succeed } from "../contract.ts";
import { errorText } from "./error-text.ts";

/** RGBA pixels, row by row, to a JPEG picture. */
export type EncodeJpeg = (rgba: Uint8Array, widthPx: number, heightPx: number) => Promise<Uint8Array>;

// Text of 20 px has no visible fringes from here on, and a key of 72 px stays below four reports.
const QUALITY = 90;

/** Loads the native drawing library; one canvas a size is kept, since their memory is freed late. */
export async function loadJpegEncoder(): Promise<Result<EncodeJpeg, OpenFailure>> {
  try {
    const { createCanvas, ImageData } = await import("@napi-rs/canvas");
    const canvases = new Map<string, Canvas>();
    return succeed(async (rgba, widthPx, heightPx) => {
      const size = `${widthPx}x${heightPx}`;
      const canvas = canvases.get(size) ?? createCanvas(widthPx, heightPx);
      canvases.set(size, canvas);
      const pixels = new Uint8ClampedArray(rgba.buffer as ArrayBuffer, rgba.byteOffset, rgba.byteLength);
      canvas.getContext("2d").putImageData(new ImageData(pixels, widthPx, heightPx), 0, 0);
      return canvas.encodeSync("jpeg", QUALITY);
    });
  } catch (error) {
    return fail({
      reason: "unsupported",
      message: `The drawing library @napi-rs/canvas cannot be loaded here (${errorText(error)}); install it for this machine.`,
    });
  }
}
