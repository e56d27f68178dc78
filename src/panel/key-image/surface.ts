import { createRequire } from "node:module";
import type { Canvas, Path2D, SKRSContext2D } from "@napi-rs/canvas";
import { memoize } from "../../base/memory.ts";
import type { MeasureEm } from "./fit-text.ts";
import type { PictureSize } from "./key-image.ts";

/** Something to draw on, with the font at hand. */
export interface Surface {
  readonly size: PictureSize;
  readonly pen: SKRSContext2D;
  readonly measureEm: MeasureEm;
  path(svgPath: string): Path2D;
  /** Row by row, three bytes a pixel. */
  pixels(): Uint8Array;
}

export interface Surfaces {
  /** One for each size, used again and again: the library frees a canvas only when the event loop turns. */
  of(size: PictureSize): Surface;
}

export const KEY_FONT = "valt-bridge-key";

/** Loads library and font. No system font is asked for: the machine may have none. */
export async function loadSurfaces(): Promise<Surfaces> {
  const { createCanvas, GlobalFonts, Path2D } = await import("@napi-rs/canvas");
  if (!GlobalFonts.has(KEY_FONT)) {
    const file = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf");
    if (GlobalFonts.registerFromPath(file, KEY_FONT) === null)
      throw new Error(`cannot read the font ${file}`);
  }
  const measureEm = measureWith(createCanvas(1, 1).getContext("2d"));
  const paths = memoize((svgPath: string) => new Path2D(svgPath), MOST_MEMORIES);
  const surfaces = memoize((size: string) => {
    const [widthPx = 0, heightPx = 0] = size.split("x").map(Number);
    const canvas = createCanvas(widthPx, heightPx);
    const pixels = () => withoutAlpha(canvas);
    return { size: { widthPx, heightPx }, pen: canvas.getContext("2d"), measureEm, path: paths, pixels };
  }, MOST_SIZES);
  return { of: ({ widthPx, heightPx }) => surfaces(`${widthPx}x${heightPx}`) };
}

const MOST_SIZES = 16;
const MOST_MEMORIES = 2000;
const REFERENCE_PX = 100;

function measureWith(pen: SKRSContext2D): MeasureEm {
  pen.font = `${REFERENCE_PX}px ${KEY_FONT}`;
  const measure = memoize((text: string) => pen.measureText(text).width / REFERENCE_PX, MOST_MEMORIES);
  // All digits of the key font are equally wide, so a running time is measured once.
  return (text) => measure(text.replace(/[0-9]/g, "0"));
}

function withoutAlpha(canvas: Canvas): Uint8Array {
  const rgba = canvas.data();
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  let to = 0;
  for (let from = 0; from < rgba.length; from += 4) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
    to += 3;
  }
  return rgb;
}
