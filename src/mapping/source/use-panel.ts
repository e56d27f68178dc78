import {
  findEntry,
  type ObjectPart,
  type Part,
  type Place,
  textAt,
  withoutKeys,
} from "../../base/document/part.ts";
import { placeholdersIn } from "../../base/placeholders.ts";
import { hintFor } from "../../base/suggest.ts";
import type { Filler, Scope } from "./fill.ts";
import type { Words } from "./words.ts";

/** A word in braces that a panel asks for and nothing has filled in. */
export interface WordLeft {
  readonly word: string;
  readonly at: Place;
  readonly uses: readonly Place[];
}

/** In these a word in braces is a part of a message, which comes later. */
const MESSAGES = ["commands", "pushes"];

/** The panels of a mapping, and what came of their use. */
export class Panels {
  readonly #section: ObjectPart | undefined;
  readonly #filler: Filler;
  readonly #used = new Set<string>();
  readonly #words = new Map<string, ReadonlySet<string>>();
  readonly wordsLeft: WordLeft[] = [];

  constructor(section: ObjectPart | undefined, filler: Filler) {
    this.#section = section;
    this.#filler = filler;
  }

  /** The device with its panel put in, nothing when there is no such panel; `words` tell of the room in which it stands. */
  putInto(device: ObjectPart, { words, uses }: Scope): ObjectPart | undefined {
    const use = findEntry(device, "use");
    if (use === undefined) return device;
    const own = withoutKeys(device, "use", "with");
    const name = textAt(device, "use") ?? "";
    const panel = findEntry(this.#section, name)?.part;
    if (panel?.kind !== "object") {
      const known = (this.#section?.entries ?? []).map(({ key }) => key);
      this.#filler.error(use.part, `there is no panel "${name}"`, hintFor(name, known));
      return undefined;
    }
    this.#used.add(name);
    const given = findEntry(device, "with")?.part;
    this.#reportUnused(given, panel, name);
    const scope = { words: { ...words, ...this.#wordsGiven(given) }, uses: [use.part.at, ...uses] };
    const filled = this.#filler.fill(panel, scope) as ObjectPart;
    for (const { key, part } of filled.entries) if (!MESSAGES.includes(key)) this.#collectLeft(part);
    return override(filled, own);
  }

  /** Of the mapping's own panels: an included file may be shared by mappings that use others of it. */
  reportIdle(): void {
    for (const { key, keyAt } of this.#section?.entries ?? []) {
      if (this.#used.has(key) || keyAt.file !== 0) continue;
      this.#filler.report({ severity: "warning", at: keyAt, message: `no device uses the panel "${key}"` });
    }
  }

  #wordsGiven(given: Part | undefined): Words {
    if (given === undefined) return {};
    if (given.kind !== "object") {
      this.#filler.error(given, '"with" should be an object { }');
      return {};
    }
    const values = given.entries.map(({ key, part }) => {
      if (part.kind !== "scalar") this.#filler.error(part, `"${key}" should be a text or a number`);
      return [key, part.kind === "scalar" ? String(part.value) : ""] as const;
    });
    return Object.fromEntries(values);
  }

  #reportUnused(given: Part | undefined, panel: ObjectPart, name: string): void {
    if (given?.kind !== "object") return;
    const known = this.#words.get(name) ?? wordsInside(panel);
    this.#words.set(name, known);
    for (const { key, keyAt } of given.entries) {
      if (known.has(key)) continue;
      const message = `the panel "${name}" has no {${key}}`;
      this.#filler.report({ severity: "warning", at: keyAt, message, hint: hintFor(key, known) });
    }
  }

  #collectLeft(part: Part): void {
    if (part.kind === "list") for (const item of part.items) this.#collectLeft(item);
    else if (part.kind === "object") for (const entry of part.entries) this.#collectLeft(entry.part);
    else if (typeof part.value === "string")
      for (const word of placeholdersIn(part.value))
        this.wordsLeft.push({ word, at: part.at, uses: part.uses });
  }
}

/** What a device says itself replaces what its panel says, key by key; among the controls control by control. */
function override(panel: ObjectPart, own: ObjectPart): ObjectPart {
  const entries = new Map(panel.entries.map((entry) => [entry.key, entry]));
  for (const entry of own.entries) {
    const before = entries.get(entry.key)?.part;
    const isMixed = entry.key === "controls" && before?.kind === "object" && entry.part.kind === "object";
    entries.set(entry.key, isMixed ? { ...entry, part: replaceEntries(before, entry.part) } : entry);
  }
  return { ...own, entries: [...entries.values()] };
}

function replaceEntries(panel: ObjectPart, own: Part): ObjectPart {
  const entries = new Map(panel.entries.map((entry) => [entry.key, entry]));
  if (own.kind === "object") for (const entry of own.entries) entries.set(entry.key, entry);
  return { ...panel, entries: [...entries.values()] };
}

function wordsInside(part: Part): ReadonlySet<string> {
  if (part.kind === "list") return new Set(part.items.flatMap((item) => [...wordsInside(item)]));
  if (part.kind === "scalar")
    return new Set(typeof part.value === "string" ? placeholdersIn(part.value) : []);
  return new Set(
    part.entries.flatMap(({ key, part: inner }) => [...placeholdersIn(key), ...wordsInside(inner)]),
  );
}
