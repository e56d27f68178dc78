import { readFileSync } from "node:fs";

/** The package's own name and version, as links and logs tell them. */
export const PRODUCT: { readonly name: string; readonly version: string } = readProduct();

function readProduct(): { name: string; version: string } {
  // From the sources the package is one folder up, from what is built two.
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8"));
      return { name: String(name), version: String(version) };
    } catch {
      // The other place.
    }
  }
  return { name: "valt-panel-bridge", version: "unknown" };
}
