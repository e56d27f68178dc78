import type { Slip } from "../../base/document/parse.ts";
import {
  type Entry,
  findEntry,
  type Part,
  type Place,
  type ScalarPart,
  textAt,
} from "../../base/document/part.ts";
import { fillPlaceholders } from "../../base/placeholders.ts";
import type { Row } from "./table.ts";
import { isOneWord, spellOut, type Words } from "./words.ts";

/** The words that are known at a place, and the places of use that gave them. */
export interface Scope {
  readonly words: Words;
  readonly uses: readonly Place[];
}

/** One of the names that a name with ranges stands for, and what is known where it stands. */
interface Named {
  readonly key: string;
  readonly scope: Scope;
}

export const NOTHING_KNOWN: Scope = { words: {}, uses: [] };

/** Fills words in, and writes ranges out. */
export class Filler {
  readonly #rowsOf: (table: string, at: Place) => readonly Row[];
  readonly report: (slip: Slip) => void;

  constructor(rowsOf: (table: string, at: Place) => readonly Row[], report: (slip: Slip) => void) {
    this.#rowsOf = rowsOf;
    this.report = report;
  }

  error({ at, uses }: Pick<Part, "at" | "uses">, message: string, hint?: string): void {
    this.report({ severity: "error", at, uses, message, hint });
  }

  /** The names that an entry stands for: one for each line of its table, and for each value of its ranges. */
  multiply({ key, keyAt, part }: Entry, scope: Scope): readonly Named[] {
    const from = findEntry(part, "from")?.part;
    if (from === undefined) return this.#spell(key, keyAt, scope);
    const table = textAt(part, "from");
    if (table === undefined) this.error(from, '"from" should be the name of a table');
    const rows = table === undefined ? [] : this.#rowsOf(table, from.at);
    return rows.flatMap(({ at, values }) =>
      this.#spell(key, keyAt, { words: { ...scope.words, ...values }, uses: [...scope.uses, at] }),
    );
  }

  /** The part with its words filled in; keys and list entries with ranges become many. */
  fill(part: Part, scope: Scope): Part {
    const uses = joinUses(part.uses, scope.uses);
    if (part.kind === "scalar") return fillScalar(part, scope.words, uses);
    if (part.kind === "list")
      return { ...part, uses, items: part.items.flatMap((item) => this.#fillItem(item, scope)) };
    const entries = part.entries.flatMap((entry) =>
      this.#spell(entry.key, entry.keyAt, scope).map((one) => ({
        ...entry,
        key: one.key,
        part: this.fill(entry.part, one.scope),
      })),
    );
    return { ...part, uses, entries };
  }

  #fillItem(item: Part, scope: Scope): readonly Part[] {
    if (item.kind !== "scalar" || typeof item.value !== "string") return [this.fill(item, scope)];
    return this.#spell(item.value, item.at, scope).map(({ key }) =>
      this.fill({ ...item, value: key }, scope),
    );
  }

  #spell(text: string, at: Place, scope: Scope): readonly Named[] {
    const filled = fillPlaceholders(text, scope.words);
    const spelled = spellOut(filled);
    if (spelled === undefined) return [{ key: filled, scope }];
    if (typeof spelled === "string") {
      this.error({ at, uses: scope.uses }, spelled);
      return [];
    }
    return spelled.map((one) => ({
      key: one.text,
      scope: { ...scope, words: { ...scope.words, ...one.words } },
    }));
  }
}

/** Thousands of parts share one list. */
function joinUses(inner: readonly Place[], outer: readonly Place[]): readonly Place[] {
  if (inner.length === 0) return outer;
  return outer.length === 0 ? inner : [...inner, ...outer];
}

function fillScalar(part: ScalarPart, words: Words, uses: readonly Place[]): ScalarPart {
  if (typeof part.value !== "string") return { ...part, uses };
  const value = fillPlaceholders(part.value, words);
  return { ...part, uses, value, isFilledIn: value !== part.value && isOneWord(part.value) };
}
