import type { Rgb } from "../../../driver/control.ts";
import { svgOfIcon } from "./kept-icons.ts";
import { SIZE } from "./svg.ts";
import { type Bitmap, keptSize, type SymbolSize, type SymbolSource } from "./symbol.ts";

type Library = Pick<typeof import("@napi-rs/canvas"), "createCanvas" | "loadImage">;

/** Draws a symbol once. An SVG may take seconds: to be called in a process of its own. Rejects where it cannot be drawn. */
export function rasterize(source: SymbolSource, library: Library): Promise<Bitmap> {
  switch (source.kind) {
    case "icon":
      return drawSvg(svgOfIcon(source.icon).replace(ICON_SIZE, SIZE), { widthPx: 24, heightPx: 24 }, library);
    case "svg":
      return drawSvg(source.svg, source.size, library);
    case "png":
      return draw(Buffer.from(source.bytes), keptSize(source.size, "as-it-is"), library);
  }
}

const ICON_SIZE = /width="24"\s+height="24"/;

function drawSvg(svg: string, size: SymbolSize, library: Library): Promise<Bitmap> {
  const kept = keptSize(size, "may-grow");
  const sized = svg.replace(SIZE, `width="${kept.widthPx}" height="${kept.heightPx}"`);
  return draw(Buffer.from(sized), kept, library);
}

async function draw(
  bytes: Buffer,
  { widthPx, heightPx }: SymbolSize,
  { createCanvas, loadImage }: Library,
): Promise<Bitmap> {
  const image = await loadImage(bytes);
  const pen = createCanvas(widthPx, heightPx).getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, widthPx, heightPx);
  const rgba = pen.getImageData(0, 0, widthPx, heightPx).data;
  return { widthPx, heightPx, rgba, shades: shadesOf(rgba) };
}

/** The darkest and the brightest quarter of what is clearly to be seen of a symbol. */
function shadesOf(rgba: Uint8ClampedArray): Bitmap["shades"] {
  const seen: Rgb[] = [];
  for (let at = 0; at < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    if (alpha >= CLEAR) seen.push([red, green, blue]);
  }
  // A black rectangle is a picture of one.
  const hasHoles = seen.length < (rgba.length / 4) * MOST_OF_A_STENCIL;
  if (hasHoles && seen.every((color) => Math.max(...color) <= BLACK)) return "stencil";
  seen.sort((one, other) => sum(one) - sum(other));
  const quarter = Math.ceil(seen.length / 4);
  return [meanOf(seen.slice(0, quarter)), meanOf(seen.slice(-quarter))];
}

/** Of 255. */
const CLEAR = 48;
const BLACK = 24;
const MOST_OF_A_STENCIL = 0.95;

function sum([red, green, blue]: Rgb): number {
  return red + green + blue;
}

function meanOf(colors: readonly Rgb[]): Rgb {
  const part = (index: 0 | 1 | 2) =>
    Math.round(colors.reduce((total, color) => total + color[index], 0) / Math.max(1, colors.length));
  return [part(0), part(1), part(2)];
}
