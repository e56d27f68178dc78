import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vitest/config";

const ROOT = join(import.meta.dirname, "../..");

/** Another text in one source file, from the repository's root: `from` stands there exactly once. */
export interface TextChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Why the change cannot be made; nothing when it can. */
export function findObstacle({ file, from }: TextChange): string | undefined {
  const times = readFileSync(join(ROOT, file), "utf8").split(from).length - 1;
  return times === 1 ? undefined : `${file} has ${times} times, not once: ${from}`;
}

/**
 * A test that imports `./some.ts?fault=name` gets that module, and all that it imports, with the changes of that name:
 * a second program beside the first, in the same process.
 */
export function putBack(faults: ReadonlyMap<string, readonly TextChange[]>): Plugin {
  return {
    name: "put-back",
    enforce: "pre",
    async resolveId(specifier, importer) {
      const name = nameOf(importer);
      if (name === undefined || !specifier.startsWith(".")) return null;
      const resolved = await this.resolve(specifier, importer, { skipSelf: true });
      if (resolved === null || resolved.external || resolved.id.includes("/node_modules/")) return resolved;
      return `${resolved.id.split("?")[0]}?fault=${name}`;
    },
    transform(code, id) {
      const name = nameOf(id);
      if (name === undefined) return null;
      const changes = faults.get(name)?.filter(({ file }) => id.split("?")[0] === join(ROOT, file)) ?? [];
      if (changes.length === 0) return null;
      // The order of the map's sources is kept line by line as long as no change adds a line.
      return { code: changes.reduce((text, { from, to }) => text.replace(from, () => to), code), map: null };
    },
  };
}

function nameOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : /\?fault=([\w-]+)$/.exec(id)?.[1];
}
