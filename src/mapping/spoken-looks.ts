import type { LookTable } from "../feedback/look.ts";
import type { Language } from "../language/language.ts";

/** A table that the bridge brings along, in a language; texts of a mapping stay as they are. */
export function translateLooks(english: LookTable, { translate }: Language): LookTable {
  const looks = Object.entries(english).map(([condition, look]) => [
    condition,
    typeof look === "object" && "text" in look ? { ...look, text: translate(look.text) } : look,
  ]);
  return { ...Object.fromEntries(looks), english };
}

/** The table in another language, where it is one of the bridge. */
export function looksIn(table: LookTable, language: Language): LookTable {
  const { english } = table;
  if (english === undefined) return table;
  const known = spoken.get(table) ?? new Map<Language, LookTable>();
  spoken.set(table, known);
  const said = known.get(language) ?? translateLooks(english, language);
  known.set(language, said);
  return said;
}

/** Asked for at every picture. */
const spoken = new WeakMap<LookTable, Map<Language, LookTable>>();
