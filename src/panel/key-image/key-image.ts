import { drawPicture } from "./draw.ts";
import { strokesOf } from "./icons.ts";
import type { KeyPicture, PictureSize } from "./picture.ts";
import { PictureCache } from "./picture-cache.ts";
import { loadSurfaces } from "./surface.ts";
import type { SymbolShelf } from "./symbols/shelf.ts";

export interface KeyImages {
  /** Row by row from the top left, three bytes a pixel. Shared with the cache: must not be changed. */
  draw(picture: KeyPicture, size: PictureSize): Uint8Array;
  /** Calls back when pictures can be drawn that lacked their symbol, until the returned function is called. */
  onSymbols(listener: () => void): () => void;
  readonly cache: { readonly hits: number; readonly misses: number };
}

/**
 * Loads the drawing library and the font: only to be called where a panel with pictures exists. Rejects
 * when the library has no build for this machine, or the site's own font cannot be used. A symbol that is not on the shelf yet is left
 * out.
 */
export async function createKeyImages(
  ownFont?: string,
  shelf: Pick<SymbolShelf, "get" | "onChange"> = NO_SYMBOLS,
): Promise<KeyImages> {
  const surfaces = await loadSurfaces(ownFont);
  const cache = new PictureCache(CACHE_LIMITS);
  return {
    draw(picture, size) {
      const steady = inSteps(picture);
      const symbol =
        steady.symbol === undefined ? undefined : (strokesOf(steady.symbol) ?? shelf.get(steady.symbol));
      const name = fingerprint(steady, size, symbol === undefined ? "no-symbol" : "with-symbol");
      return cache.getOrMake(name, () => drawPicture(steady, surfaces.of(size), symbol));
    },
    onSymbols: (listener) => shelf.onChange(listener),
    cache,
  };
}

const NO_SYMBOLS = { get: () => undefined, onChange: () => () => undefined };

/** Some pages of a large panel. What panels show they keep themselves; most of the rest are times that never come again. */
const CACHE_LIMITS = { entries: 500, bytes: 8 * 1024 * 1024 };
/** Steps of a hold's ring: fine enough to look smooth, coarse enough to be drawn once. */
const PROGRESS_STEPS = 60;

function inSteps(picture: KeyPicture): KeyPicture {
  const { progress } = picture;
  if (progress === undefined) return picture;
  const bounded = Math.min(1, Math.max(0, progress));
  return { ...picture, progress: Math.round(bounded * PROGRESS_STEPS) / PROGRESS_STEPS };
}

function fingerprint(
  picture: KeyPicture,
  { widthPx, heightPx }: PictureSize,
  isComplete: "with-symbol" | "no-symbol",
): string {
  const { color, icon, symbol, symbolStands, text, state, own, name, caption, badge } = picture;
  const { progress, phase, brightness } = picture;
  const shown = [color, icon, text, state, own, name, caption, badge, progress, phase, brightness];
  if (isComplete === "with-symbol") shown.push(symbol, symbolStands);
  return JSON.stringify([widthPx, heightPx, ...shown]);
}
