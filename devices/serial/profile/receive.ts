import type { Path } from "../../../src/base/document/finding.ts";
import { type ActWords, compileAct } from "./act.ts";
import type { Compiler } from "./compiler.ts";
import type { ReceiveDocument } from "./document.ts";
import type { Bindings, CompiledMatch } from "./match.ts";
import type { Rule } from "./profile.ts";
import type { ByteDocument } from "./receive-document.ts";

/** Compiles one entry of `receive`. */
export function compileRule(entry: ReceiveDocument, words: ActWords, path: Path): Rule {
  const reader = compileReader(entry, words.compiler, path);
  const act = compileAct(entry.do, { ...words, names: reader.names }, [...path, "do"]);
  return (payload) => reader.read(payload)?.flatMap(act);
}

interface Reader {
  readonly names: readonly string[];
  /** One set of bindings for each time that it fits; nothing when it does not. */
  read(payload: Parameters<Rule>[0]): readonly Bindings[] | undefined;
}

function compileReader(entry: ReceiveDocument, compiler: Compiler, path: Path): Reader {
  if ("match" in entry) {
    const { match, names } = compiler.match(entry.match, [...path, "match"]);
    return { names, read: ({ text }) => one(match(text)) };
  }
  if ("bytes" in entry) return compileByteReader(entry.bytes);
  const whole = compilePlaces(entry.json, compiler, [...path, "json"]);
  if (entry.each === undefined) return { names: whole.names, read: ({ json }) => one(whole.match(json)) };
  const { in: place } = entry.each;
  const inner = compilePlaces(entry.each.match, compiler, [...path, "each", "match"]);
  return {
    names: [...whole.names, ...inner.names],
    read({ json }) {
      const outer = whole.match(json);
      const list = lookUp(json, place);
      if (outer === undefined || !Array.isArray(list)) return undefined;
      const found = list.slice(0, MOST_ENTRIES).map((item) => inner.match(item));
      return found.flatMap((bindings) => (bindings === undefined ? [] : [new Map([...outer, ...bindings])]));
    },
  };
}

const MOST_ENTRIES = 256;

function one(bindings: Bindings | undefined): readonly Bindings[] | undefined {
  return bindings && [bindings];
}

/** Every place must be there and fit. */
function compilePlaces(places: Readonly<Record<string, string>>, compiler: Compiler, path: Path) {
  const wanted = Object.entries(places).map(([place, template]) => ({
    place,
    ...compiler.match(template, [...path, place]),
  }));
  return {
    names: wanted.flatMap(({ names }) => names),
    match(json: unknown): Bindings | undefined {
      const found = new Map<string, string | number>();
      if (json === null || typeof json !== "object") return undefined;
      for (const { place, match } of wanted) {
        const bindings = matchValue(lookUp(json, place), match);
        if (bindings === undefined) return undefined;
        for (const [name, value] of bindings) found.set(name, value);
      }
      return found;
    },
  };
}

function matchValue(value: unknown, match: CompiledMatch["match"]): Bindings | undefined {
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain ? match(String(value)) : undefined;
}

function lookUp(json: unknown, place: string): unknown {
  let here = json;
  for (const key of place.split(".")) {
    if (here === null || typeof here !== "object" || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

type NamedByte = Exclude<ByteDocument, string | { skip: number }>;
type Slot = { readonly fixed: number } | NamedByte | "any";

function compileByteReader(bytes: readonly ByteDocument[]): Reader {
  const slots = bytes.flatMap((part): readonly Slot[] => {
    if (typeof part === "string")
      return [...Buffer.from(part.replaceAll(" ", ""), "hex")].map((fixed) => ({ fixed }));
    return "skip" in part ? new Array<Slot>(part.skip).fill("any") : [part];
  });
  const names = slots.flatMap((slot) => (typeof slot === "object" && "name" in slot ? [slot.name] : []));
  return {
    names,
    read({ bytes: message }) {
      if (message.length !== slots.length) return undefined;
      const found = new Map<string, string | number>();
      const fits = slots.every((slot, index) => readSlot(slot, message[index] ?? 0, found));
      return fits ? [found] : undefined;
    },
  };
}

function readSlot(slot: Slot, byte: number, found: Map<string, string | number>): boolean {
  if (slot === "any") return true;
  if ("fixed" in slot) return slot.fixed === byte;
  // The lowest bit of the mask tells how far its value is shifted.
  const value = (byte & slot.mask) / (slot.mask & -slot.mask);
  const meaning = slot.means === undefined ? value : slot.means[String(value)];
  if (meaning === undefined || value < slot.least || value > slot.most) return false;
  found.set(slot.name, meaning);
  return true;
}
