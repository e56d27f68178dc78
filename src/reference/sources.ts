import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MappingVocabulary } from "../mapping/mapping.ts";
import { buildReference } from "./reference.ts";
import type { Schema } from "./schema.ts";

/** By the names of their pages, in their order; each kind of device has one as well. */
const BEFORE_KINDS: Readonly<Record<string, string>> = {
  index: "mappings/start.md",
  recipes: "mappings/recipes.md",
  mappings: "mappings/README.md",
  bridge: "README.md",
};
const AFTER_KINDS: Readonly<Record<string, string>> = {
  evdev: "devices/usb-hid/evdev/README.md",
  protocol: "devices/serial/PROTOCOL.md",
  "serial-profiles": "devices/serial/profiles/README.md",
  console: "src/web/README.md",
  simulator: "src/simulator/README.md",
};

interface Described {
  /** JSON schema of mapping files. */
  readonly schema: Schema;
  readonly vocabulary: MappingVocabulary;
  /** SVG of the icons that a control can name. */
  readonly icons: ReadonlyMap<string, string>;
}

/** The reference of an installation, from the documents and examples in its folder. */
export function readReference(
  { schema, vocabulary, icons }: Described,
  folder: string,
): ReadonlyMap<string, string> {
  const ofKinds = vocabulary.kinds.map(({ kind }) => [kind, `devices/${kind}/README.md`] as const);
  const wanted = [...Object.entries(BEFORE_KINDS), ...ofKinds, ...Object.entries(AFTER_KINDS)];
  const documents = wanted.flatMap(([name, path]) => {
    const file = join(folder, path);
    return existsSync(file) ? [[name, { path, text: readFileSync(file, "utf8") }] as const] : [];
  });
  const mappings = join(folder, "mappings");
  const examples = readdirSync(mappings)
    .filter((name) => name.endsWith(".jsonc"))
    .map((name) => [name, readExample(mappings, name)] as const);
  return buildReference({
    schema,
    vocabulary,
    icons,
    examples: new Map(examples),
    documents: new Map(documents),
    picture(path) {
      const file = join(folder, path);
      if (!path.endsWith(".png") || !existsSync(file)) return undefined;
      return `data:image/png;base64,${readFileSync(file, "base64")}`;
    },
  });
}

/** Files of an example are in a folder of its name. */
function readExample(mappings: string, name: string) {
  const folder = name.replace(/\.jsonc$/, "");
  const files = existsSync(join(mappings, folder)) ? readdirSync(join(mappings, folder)) : [];
  const beside = files.map(
    (file) => [`${folder}/${file}`, readFileSync(join(mappings, folder, file), "utf8")] as const,
  );
  return { text: readFileSync(join(mappings, name), "utf8"), beside: new Map(beside) };
}
