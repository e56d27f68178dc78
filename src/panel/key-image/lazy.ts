import type { Log } from "../../base/log.ts";
import type { KeyImages } from "./key-image.ts";

/**
 * Loads the pictures at the first call, and anew when the site has another font; nothing, and one line in the log, where that
 * is not possible.
 */
export function lazyKeyImages(
  log: Log,
  ownFont: () => string | undefined,
): () => Promise<KeyImages | undefined> {
  let loading: Promise<KeyImages | undefined> | undefined;
  let loadedFont: string | undefined;
  return () => {
    const font = ownFont();
    if (font !== loadedFont) loading = undefined;
    loadedFont = font;
    loading ??= load(font).catch((error: unknown) => {
      log.error("keys can only show plain colours here", { why: String(error) });
      return undefined;
    });
    return loading;
  };
}

async function load(font: string | undefined): Promise<KeyImages> {
  const { createKeyImages } = await import("./key-image.ts");
  return createKeyImages(font);
}
