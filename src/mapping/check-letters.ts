import { resolve } from "node:path";
import type { Path } from "../base/document/finding.ts";
import type { ControlBinding, Mapping, MappingVocabulary } from "./mapping.ts";
import type { Finding } from "./problem.ts";

interface Checking {
  readonly world: Pick<MappingVocabulary, "readFonts" | "folder">;
  report(finding: Finding): void;
}

/** The file of the site's own font; a path in a mapping counts from the mapping's folder. */
export function fontFileOf(
  font: string | undefined,
  { folder }: Pick<MappingVocabulary, "folder">,
): string | undefined {
  return font === undefined ? undefined : resolve(folder ?? ".", font);
}

/** That the site's own font can be used, and that every letter of rooms' labels and of looks can be drawn. */
export function checkLetters(mapping: Mapping, { world, report }: Checking): void {
  const shown = textsOf(mapping).filter(({ text }) => BEYOND_LATIN.test(text));
  if (mapping.font === undefined && shown.length === 0) return;
  const read = world.readFonts(mapping.font);
  if (!read.ok) {
    report({ severity: "error", path: ["font"], at: "value", message: read.failure });
    return;
  }
  for (const { text, path } of shown) {
    const missing = read.value(text);
    if (missing.length === 0) continue;
    const letters = missing.map((letter) => `${letter} (U+${hex(letter)})`).join(", ");
    const message = `no font here has a glyph for ${letters}: keys with displays show a box`;
    const hint = '"font" names a file with these letters beside the mapping, or write it in other letters';
    report({ severity: "warning", path, at: "key", message, hint });
  }
}

/** Everything below is in the key font for certain, and in the texts of most mappings. */
const BEYOND_LATIN = /[^\n\x20-\x7e\u00a0-\u017f]/;

interface ShownText {
  readonly text: string;
  readonly path: Path;
}

function textsOf({ rooms, devices }: Mapping): readonly ShownText[] {
  return [
    ...[...rooms.values()].map(({ name, label }) => ({ text: label, path: ["rooms", name] })),
    ...[...devices.values()].flatMap(({ id, controls, pages }) => [
      ...[...controls.values()].map((binding) => lookText(binding, ["devices", id, "controls"])),
      ...[...pages].flatMap(([page, bindings]) =>
        [...bindings.values()].map((binding) => lookText(binding, ["devices", id, "pages", page])),
      ),
    ]),
  ];
}

function lookText({ control, look }: ControlBinding, path: Path): ShownText {
  const { alarms: _, says: __, english: ___, ...templates } = look?.table ?? {};
  const texts = new Set(Object.values(templates).map(({ text }) => text));
  return { text: [look?.label ?? "", look?.text ?? "", ...texts].join(" "), path: [...path, control] };
}

function hex(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
