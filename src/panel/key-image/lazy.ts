import type { Log } from "../../base/log.ts";
import type { KeyImages } from "./key-image.ts";

/** Loads the pictures at the first call; nothing, and one line in the log, where that is not possible. */
export function lazyKeyImages(log: Log): () => Promise<KeyImages | undefined> {
  let loading: Promise<KeyImages | undefined> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      log.error("keys can only show plain colours here", { why: String(error) });
      return undefined;
    });
    return loading;
  };
}

async function load(): Promise<KeyImages> {
  const { createKeyImages } = await import("./key-image.ts");
  return createKeyImages();
}
