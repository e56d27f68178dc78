import { createRequire } from "node:module";
import type * as library from "@elgato-stream-deck/core";

const load = createRequire(import.meta.url);
let loaded: typeof library | undefined;

/** The library's tables and factories, loaded when the first deck is looked for: most bridges have none. */
export function streamDeckLibrary(): typeof library {
  loaded ??= load("@elgato-stream-deck/core") as typeof library;
  return loaded;
}
