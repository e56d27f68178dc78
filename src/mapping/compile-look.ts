import type { Path } from "../base/document/finding.ts";
import { hintFor } from "../base/suggest.ts";
import type { IconName, LookTable, LookTemplate } from "../feedback/look.ts";
import type { KeptIcon } from "../panel/key-image/symbols/kept-icons.ts";
import type { MappingVocabulary } from "./mapping.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";
import type { Finding } from "./problem.ts";
import type { Symbols } from "./symbols.ts";

export interface LookPlace {
  readonly path: Path;
  readonly world: MappingVocabulary;
  readonly symbols: Symbols;
  report(finding: Finding): void;
}

/** Its icon is one of the looks', or a kept one. */
type OneLook = Omit<Partial<LookTemplate>, "icon" | "symbol"> & { readonly icon?: IconName | KeptIcon };
type LookDocument = Readonly<Record<string, OneLook | undefined>>;

/** Completes a table of looks; a state that is left out needs `otherwise`. */
export function compileLookTable(document: LookDocument, place: LookPlace): LookTable {
  const { path, world, report } = place;
  const missing = world.lookConditions.filter((condition) => document[condition] === undefined);
  if (missing.length > 0 && document.otherwise === undefined) {
    const message = `no look for ${missing.join(", ")}`;
    report({
      severity: "error",
      path,
      at: "value",
      message,
      hint: 'add them, or "otherwise" for all the rest',
    });
  }
  for (const [condition, look] of Object.entries(document)) {
    const found = findUnknownPlaceholders(look?.text ?? "", world.lookPlaceholders, [
      ...path,
      condition,
      "text",
    ]);
    for (const finding of found) report(finding);
  }
  const entries = world.lookConditions.map((condition) => [
    condition,
    completeLook(document[condition] ?? document.otherwise ?? {}, place),
  ]);
  return Object.fromEntries(entries) as LookTable;
}

/** Finds a look by its name among those that can be named. */
export function findLook(
  name: string,
  tables: Readonly<Record<string, LookTable>>,
  { path, report }: LookPlace,
): LookTable | undefined {
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    const hint = hintFor(name, Object.keys(tables));
    report({ severity: "error", path, at: "value", message: `there is no look "${name}"`, hint });
  }
  return table;
}

function completeLook(
  { color = "gray", text = "", icon = "none", blink = "steady", oneColor }: OneLook,
  { world, symbols }: LookPlace,
): LookTemplate {
  const plain = { color, text, blink, oneColor: oneColor ?? (isDark(color) ? "dark" : "lit") };
  const own = world.iconNames.find((name) => name === icon);
  return own === undefined ? { ...plain, icon: "none", symbol: symbols.icon(icon) } : { ...plain, icon: own };
}

function isDark(color: LookTemplate["color"]): boolean {
  return color === "off" || color === "#000000";
}
