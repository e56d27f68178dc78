import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { KeyImages } from "./key-image.ts";
import { SymbolShelf } from "./symbols/shelf.ts";
import type { SymbolSource } from "./symbols/symbol.ts";

/** What a site's mapping says of pictures. */
interface Wanted {
  readonly font: string | undefined;
  readonly symbols: ReadonlyMap<string, SymbolSource>;
}

/**
 * Loads the pictures at the first call, and anew when the site has another font; nothing, and one line in the log, where that
 * is not possible. The site's symbols follow as they are drawn.
 */
export function lazyKeyImages(
  tools: { readonly clock: Clock; readonly log: Log },
  wanted: () => Wanted,
): () => Promise<KeyImages | undefined> {
  const shelf = new SymbolShelf(tools);
  let loading: Promise<KeyImages | undefined> | undefined;
  let loadedFont: string | undefined;
  return () => {
    const { font, symbols } = wanted();
    if (font !== loadedFont) loading = undefined;
    loadedFont = font;
    shelf.want(symbols);
    loading ??= load(font, shelf).catch((error: unknown) => {
      tools.log.error("keys can only show plain colours here", { why: String(error) });
      return undefined;
    });
    return loading;
  };
}

async function load(font: string | undefined, shelf: SymbolShelf): Promise<KeyImages> {
  const { createKeyImages } = await import("./key-image.ts");
  return createKeyImages(font, shelf);
}
