import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The ids of the profiles that come with the package. */
export function shippedProfileIds(): readonly string[] {
  const folder = findFolder();
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .toSorted();
}

/** The text of a profile that comes with the package. */
export function readShippedProfile(id: string): string | undefined {
  const folder = findFolder();
  if (folder === undefined || !shippedProfileIds().includes(id)) return undefined;
  return readFileSync(join(folder, `${id}.json`), "utf8");
}

/** The compiler copies no data: from sources and from compiled files alike, they lie under the package's root. */
function findFolder(): string | undefined {
  let here = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const folder = join(here, "devices", "serial", "profiles");
    if (existsSync(join(here, "package.json")) && existsSync(folder)) return folder;
    const above = dirname(here);
    if (above === here) return undefined;
    here = above;
  }
}
