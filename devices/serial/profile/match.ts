import type { Fault } from "../../../src/base/document/finding.ts";
import { fail, type Result, succeed } from "../../../src/driver/contract.ts";

/** What templates found in a message, by name. */
export type Bindings = ReadonlyMap<string, string | number>;

/** Fits a whole text, or gives nothing. One pass from left to right, no way back: time grows with the text alone. */
export type Match = (text: string) => Bindings | undefined;

interface MatchWords {
  /** What the mapping fills in: `{name}` without a type. */
  readonly values: ReadonlyMap<string, string>;
  readonly letterCase: LetterCase;
}

/** Whether A and a differ in what comes. */
export type LetterCase = "exact" | "ignored";

/** A template that was understood, and the names of its fields. */
export interface CompiledMatch {
  readonly match: Match;
  readonly names: readonly string[];
}

const MOST_PARTS = 32;

/** The failure says what is wrong with the template and what would be right. */
export function compileMatch(template: string, words: MatchWords): Result<CompiledMatch, Fault> {
  const parts: Part[] = [];
  for (const piece of template.match(PIECES) ?? []) {
    const part = readPiece(piece, words);
    if (!part.ok) return part;
    const last = parts.at(-1);
    if (last?.kind === "literal" && part.value.kind === "literal")
      parts[parts.length - 1] = { kind: "literal", text: last.text + part.value.text };
    else parts.push(part.value);
  }
  const fault = faultOfParts(parts, template);
  if (fault !== undefined) return fail(fault);
  const names = parts.flatMap((part) => (part.kind === "field" ? [part.name] : []));
  return succeed({ names, match: (text) => follow(parts, text, words.letterCase) });
}

type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "field"; readonly name: string; readonly field: Field };

/** Gives what it takes from `at` on, up to `limit`: how many characters, and what they mean. */
interface Field {
  readonly reach: "own" | "to-next";
  read(text: string): Read | undefined;
}

interface Read {
  readonly length: number;
  readonly value: string | number;
}

const PIECES = /\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g;
const FIELD = /^\{([a-z]\w*)(?::([a-z]+)(?:\((.*)\)|:(-?\d+)-(-?\d+))?)?\}$/;

function readPiece(piece: string, { values, letterCase }: MatchWords): Result<Part, Fault> {
  if (piece === "{{" || piece === "}}") return succeed({ kind: "literal", text: piece[0] ?? "" });
  if (!/^[{}]/.test(piece)) return succeed({ kind: "literal", text: piece });
  const [, name, type, options, least, most] = FIELD.exec(piece) ?? [];
  if (name === undefined)
    return fail({
      message: `${piece} is no field`,
      hint: "a field reads {name:int}; a brace itself {{ or }}",
    });
  if (type === undefined) {
    const value = values.get(name);
    if (value !== undefined) return succeed({ kind: "literal", text: value });
    return fail({ message: `{${name}} has no type, and no value has that name`, hint: TYPES_HINT });
  }
  const range = { least: Number(least ?? -Infinity), most: Number(most ?? Infinity) };
  const field = type === "enum" ? readEnum(options ?? "", letterCase) : TYPES[type]?.(range);
  if (field === undefined) return fail({ message: `{${name}:${type}} is no type`, hint: TYPES_HINT });
  return succeed({ kind: "field", name, field });
}

const TYPES_HINT = "types are int, int:1-6, number, word, text, hex, date and enum(3=down,4=up)";

interface Range {
  readonly least: number;
  readonly most: number;
}

const TYPES: Readonly<Record<string, (range: Range) => Field>> = {
  int: (range) => numeric(/^[+-]?\d{1,15}/, range),
  number: (range) => numeric(/^[+-]?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?/, range),
  hex: () => shaped(/^[0-9A-Fa-f]{1,16}/),
  date: () => shaped(/^\d[\d:./T+ -]{0,31}/),
  word: () => ({ reach: "to-next", read: (text) => (/^\S+$/.test(text) ? whole(text) : undefined) }),
  text: () => ({ reach: "to-next", read: whole }),
};

function numeric(shape: RegExp, { least, most }: Range): Field {
  return {
    reach: "own",
    read(text) {
      const [found] = shape.exec(text) ?? [];
      const value = Number(found);
      return found !== undefined && value >= least && value <= most
        ? { length: found.length, value }
        : undefined;
    },
  };
}

function shaped(shape: RegExp): Field {
  return {
    reach: "own",
    read(text) {
      const [found] = shape.exec(text) ?? [];
      return found === undefined ? undefined : whole(found);
    },
  };
}

function whole(text: string) {
  return { length: text.length, value: text };
}

/** The longest option that fits. */
function readEnum(options: string, letterCase: LetterCase): Field | undefined {
  const choices = options.split(",").map((option) => {
    const [said = "", meant = said] = option.split("=", 2);
    return { said: fold(said, letterCase), meant };
  });
  if (choices.some(({ said }) => said === "")) return undefined;
  choices.sort((one, other) => other.said.length - one.said.length);
  return {
    reach: "own",
    read(text) {
      const choice = choices.find(({ said }) => text.startsWith(said));
      return choice && { length: choice.said.length, value: choice.meant };
    },
  };
}

function faultOfParts(parts: readonly Part[], template: string): Fault | undefined {
  if (parts.length > MOST_PARTS)
    return { message: `the template has ${parts.length} parts`, hint: `at most ${MOST_PARTS} fit` };
  const names = new Set<string>();
  for (const [index, part] of parts.entries()) {
    if (part.kind === "literal") continue;
    if (names.has(part.name))
      return { message: `{${part.name}} stands twice in ${template}`, hint: "give one another name" };
    names.add(part.name);
    const next = parts[index + 1];
    if (next?.kind === "field" && part.field.reach === "to-next")
      return {
        message: `nothing tells where {${part.name}} ends`,
        hint: `put a character between it and {${next.name}}`,
      };
  }
  return undefined;
}

function follow(parts: readonly Part[], text: string, letterCase: LetterCase): Bindings | undefined {
  const found = new Map<string, string | number>();
  const message: Message = { text, folded: fold(text, letterCase), letterCase };
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === "field") {
      const read = readField(part.field, message, { from: at, next: parts[index + 1] });
      if (read === undefined) return undefined;
      found.set(part.name, read.value);
      at += read.length;
    } else if (message.folded.startsWith(fold(part.text, letterCase), at)) at += part.text.length;
    else return undefined;
  }
  return at === text.length ? found : undefined;
}

interface Message {
  readonly text: string;
  readonly folded: string;
  readonly letterCase: LetterCase;
}

/** A field without a shape of its own ends where the next literal begins for the first time. */
function readField(
  field: Field,
  { text, folded, letterCase }: Message,
  { from, next }: { readonly from: number; readonly next: Part | undefined },
): Read | undefined {
  if (field.reach === "own") return field.read(folded.slice(from));
  const end = next?.kind === "literal" ? folded.indexOf(fold(next.text, letterCase), from) : text.length;
  return end < 0 ? undefined : field.read(text.slice(from, end));
}

/** Only A to Z: other letters may change their length, and places would shift. */
function fold(text: string, letterCase: LetterCase): string {
  return letterCase === "exact" ? text : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
