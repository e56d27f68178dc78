import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DeviceKind } from "../driver/contract.ts";
import { buildReference } from "./reference.ts";
import type { Schema } from "./schema.ts";

/** By the names of their pages, in their order; each kind of device has one as well. */
const BEFORE_KINDS: Readonly<Record<string, string>> = { index: "README.md", mappings: "mappings/README.md" };
const AFTER_KINDS: Readonly<Record<string, string>> = {
  protocol: "devices/serial/PROTOCOL.md",
  console: "src/web/README.md",
  simulator: "src/simulator/README.md",
};

interface Described {
  /** JSON schema of mapping files. */
  readonly schema: Schema;
  readonly kinds: readonly DeviceKind[];
  /** SVG of the icons that a control can name. */
  readonly icons: ReadonlyMap<string, string>;
}

/** The reference of an installation, from the documents and examples in its folder. */
export function readReference(
  { schema, kinds, icons }: Described,
  folder: string,
): ReadonlyMap<string, string> {
  const ofKinds = kinds.map(({ kind }) => [kind, `devices/${kind}/README.md`] as const);
  const wanted = [...Object.entries(BEFORE_KINDS), ...ofKinds, ...Object.entries(AFTER_KINDS)];
  const documents = wanted.flatMap(([name, path]) => {
    const file = join(folder, path);
    return existsSync(file) ? [[name, readFileSync(file, "utf8")] as const] : [];
  });
  const mappings = join(folder, "mappings");
  const examples = readdirSync(mappings)
    .filter((name) => name.endsWith(".jsonc"))
    .map((name) => [name, readFileSync(join(mappings, name), "utf8")] as const);
  return buildReference({ schema, kinds, icons, examples: new Map(examples), documents: new Map(documents) });
}
