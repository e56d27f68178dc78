import { errorText } from "../../base/error-text.ts";
import { memoize } from "../../base/memory.ts";
import { fail, type OpenFailure, type Result, succeed } from "../contract.ts";

/** RGBA pixels, row by row, to a JPEG picture. */
export type EncodeJpeg = (rgba: Uint8Array, widthPx: number, heightPx: number) => Promise<Uint8Array>;

// Text of 20 px has no visible fringes from here on, and a key of 72 px stays below four reports.
const QUALITY = 90;
const MOST_SIZES = 16;

/** Loads the native drawing library; one canvas a size is kept, since their memory is freed late. */
export async function loadJpegEncoder(): Promise<Result<EncodeJpeg, OpenFailure>> {
  try {
    const { createCanvas, ImageData } = await import("@napi-rs/canvas");
    const sheetFor = memoize((size: string) => {
      const [widthPx = 0, heightPx = 0] = size.split("x").map(Number);
      const canvas = createCanvas(widthPx, heightPx);
      return { canvas, pen: canvas.getContext("2d"), pixels: new ImageData(widthPx, heightPx) };
    }, MOST_SIZES);
    return succeed(async (rgba, widthPx, heightPx) => {
      const { canvas, pen, pixels } = sheetFor(`${widthPx}x${heightPx}`);
      // Pixels that are made anew for each picture take four times as long.
      pixels.data.set(rgba);
      pen.putImageData(pixels, 0, 0);
      return canvas.encodeSync("jpeg", QUALITY);
    });
  } catch (error) {
    return fail({
      reason: "unsupported",
      message: `The drawing library @napi-rs/canvas cannot be loaded here (${errorText(error)}); install it for this machine.`,
    });
  }
}
