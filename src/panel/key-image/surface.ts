import type { Canvas, Path2D, SKRSContext2D } from "@napi-rs/canvas";
import { lazy, memoize } from "../../base/memory.ts";
import type { MeasureEm } from "./fit-text.ts";
import { type FontChain, readFontChain } from "./fonts/font-chain.ts";
import type { PictureSize } from "./picture.ts";
import type { Bitmap } from "./symbols/symbol.ts";

/** Something to draw on, with the font at hand. */
export interface Surface {
  readonly size: PictureSize;
  readonly pen: SKRSContext2D;
  readonly measureEm: MeasureEm;
  /** Makes the pen write this text in this size, with the fonts that have its letters. */
  useFont(text: string, sizePx: number): void;
  path(svgPath: string): Path2D;
  /** A symbol to draw with: as it is, or all in one colour. Good until the next one is asked for. */
  stamp(symbol: Bitmap, color?: string): Canvas;
  /** Row by row, three bytes a pixel. */
  pixels(): Uint8Array;
}

interface Surfaces {
  /** One for each size, used again and again: the library frees a canvas only when the event loop turns. */
  of(size: PictureSize): Surface;
}

/**
 * Loads library and fonts. No system font is asked for: the machine may have none. `ownFont` is a file of the site's,
 * asked first; what neither it nor the key font has is loaded from Noto when a text needs it.
 */
export async function loadSurfaces(ownFont?: string): Promise<Surfaces> {
  const { createCanvas, GlobalFonts, ImageData, Path2D } = await import("@napi-rs/canvas");
  const chain = readFontChain(ownFont);
  if (!chain.ok) throw new Error(chain.failure);
  const load = ({ family, file }: { readonly family: string; readonly file: string }) => {
    if (GlobalFonts.has(family) || GlobalFonts.registerFromPath(file, family) !== null) return;
    throw new Error(`cannot read the font ${file}`);
  };
  for (const font of chain.value.files) load(font);
  const useFont = fontUser(chain.value, load);
  const measuring = createCanvas(1, 1).getContext("2d");
  const measureEm = measureWith(measuring, (text) => useFont(measuring, text, REFERENCE_PX));
  const paths = memoize((svgPath: string) => new Path2D(svgPath), MOST_MEMORIES);
  const canvases = new WeakMap<Bitmap, Canvas>();
  const canvasOf = (symbol: Bitmap) => {
    const known = canvases.get(symbol);
    if (known !== undefined) return known;
    const { widthPx, heightPx, rgba } = symbol;
    const canvas = createCanvas(widthPx, heightPx);
    canvas.getContext("2d").putImageData(new ImageData(rgba, widthPx, heightPx), 0, 0);
    canvases.set(symbol, canvas);
    return canvas;
  };
  const tinted = lazy(() => createCanvas(1, 1));
  const stamp = (symbol: Bitmap, color?: string) => {
    if (color === undefined) return canvasOf(symbol);
    const canvas = tinted();
    // A new size empties it.
    [canvas.width, canvas.height] = [symbol.widthPx, symbol.heightPx];
    const pen = canvas.getContext("2d");
    pen.drawImage(canvasOf(symbol), 0, 0);
    pen.globalCompositeOperation = "source-in";
    pen.fillStyle = color;
    pen.fillRect(0, 0, symbol.widthPx, symbol.heightPx);
    return canvas;
  };
  const surfaces = memoize((size: string) => {
    const [widthPx = 0, heightPx = 0] = size.split("x").map(Number);
    const canvas = createCanvas(widthPx, heightPx);
    const pen = canvas.getContext("2d");
    return {
      size: { widthPx, heightPx },
      pen,
      measureEm,
      useFont: (text: string, sizePx: number) => useFont(pen, text, sizePx),
      path: paths,
      stamp,
      pixels: () => withoutAlpha(canvas),
    };
  }, MOST_SIZES);
  return { of: ({ widthPx, heightPx }) => surfaces(`${widthPx}x${heightPx}`) };
}

const MOST_SIZES = 16;
const MOST_MEMORIES = 2000;
const REFERENCE_PX = 100;

/** Noto's files have all weights in one and begin with the thinnest. */
const BOLD = "'wght' 700";

type Load = (font: FontChain["files"][number]) => void;

function fontUser({ files, slicesFor }: FontChain, load: Load) {
  const usual = files.map(({ family }) => JSON.stringify(family)).join(", ");
  const familiesOf = memoize((text: string) => {
    const slices = slicesFor(text);
    for (const slice of slices) load(slice);
    return [usual, ...slices.map(({ family }) => family)].join(", ");
  }, MOST_MEMORIES);
  return (pen: SKRSContext2D, text: string, sizePx: number) => {
    const families = familiesOf(text.replace(/[0-9]/g, "0"));
    pen.font = `${sizePx}px ${families}`;
    pen.fontVariationSettings = families === usual ? "normal" : BOLD;
  };
}

function measureWith(pen: SKRSContext2D, choose: (text: string) => void): MeasureEm {
  const measure = memoize((text: string) => {
    choose(text);
    return pen.measureText(text).width / REFERENCE_PX;
  }, MOST_MEMORIES);
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
