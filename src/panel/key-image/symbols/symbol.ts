import type { Rgb } from "../../../driver/control.ts";
import type { KeptIcon } from "./kept-icons.ts";

/** A picture or icon of a control, as it can be drawn. Whatever of a file could do harm is not in it any more. */
export type SymbolSource =
  | { readonly kind: "icon"; readonly icon: KeptIcon }
  | { readonly kind: "png"; readonly bytes: Uint8Array; readonly size: SymbolSize }
  | { readonly kind: "svg"; readonly svg: string; readonly size: SymbolSize };

/** A drawn symbol: four bytes a pixel, row by row. */
export interface Bitmap extends SymbolSize {
  readonly rgba: Uint8ClampedArray;
  /** Its dark and its bright parts; a stencil is black alone, and takes the colour of its key's icon. */
  readonly shades: readonly [dark: Rgb, bright: Rgb] | "stencil";
}

/** In pixels, or in the units of an SVG: only the proportion counts. */
export interface SymbolSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** No key shows a symbol larger than this. */
const LARGEST: SymbolSize = { widthPx: 256, heightPx: 128 };

/** The size in which a symbol is kept: what is smaller stays so, but for drawings of lines. */
export function keptSize({ widthPx, heightPx }: SymbolSize, mayGrow: "may-grow" | "as-it-is"): SymbolSize {
  const most = mayGrow === "may-grow" ? Number.POSITIVE_INFINITY : 1;
  const scale = Math.min(LARGEST.widthPx / widthPx, LARGEST.heightPx / heightPx, most);
  return {
    widthPx: Math.max(1, Math.round(widthPx * scale)),
    heightPx: Math.max(1, Math.round(heightPx * scale)),
  };
}
