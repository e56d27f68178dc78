import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The ids of the profiles that come with the bridge for a kind of device, in their order; none where there is no folder. */
export function shippedProfileIds(kind: string): readonly string[] {
  const folder = shippedFolder(kind);
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .toSorted();
}

/** Where they are. The compiler copies no data: from sources and compiled files alike, they lie under the package's root. */
export function shippedFolder(kind: string): string | undefined {
  let here = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const folder = join(here, "devices", kind, "profiles");
    if (existsSync(join(here, "package.json")) && existsSync(folder)) return folder;
    const above = dirname(here);
    if (above === here) return undefined;
    here = above;
  }
}
