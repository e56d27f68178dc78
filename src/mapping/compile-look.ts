import type { Path } from "../base/document/finding.ts";
import { hintFor } from "../base/suggest.ts";
import type { LookTable, LookTemplate } from "../feedback/look.ts";
import type { MappingVocabulary } from "./mapping.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";
import type { Finding } from "./problem.ts";

export interface LookPlace {
  readonly path: Path;
  readonly world: MappingVocabulary;
  report(finding: Finding): void;
}

type LookDocument = Readonly<Record<string, Partial<LookTemplate> | undefined>>;

/** Completes a table of looks; a state that is left out needs `otherwise`. */
export function compileLookTable(document: LookDocument, { path, world, report }: LookPlace): LookTable {
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
    completeLook(document[condition] ?? document.otherwise ?? {}),
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

function completeLook({
  color = "gray",
  text = "",
  icon = "none",
  blink = "steady",
  oneColor,
}: Partial<LookTemplate>): LookTemplate {
  return { color, text, icon, blink, oneColor: oneColor ?? (isDark(color) ? "dark" : "lit") };
}

function isDark(color: LookTemplate["color"]): boolean {
  return color === "off" || color === "#000000";
}
