import type { Fault } from "../../../src/base/document/finding.ts";
import { fail, type Result, succeed } from "../../../src/driver/contract.ts";
import type { Bindings } from "./match.ts";

/** Fills a template; nothing when a number was needed and there is none. */
export type Fill = (bindings: Bindings) => string | undefined;

interface FillWords {
  readonly values: ReadonlyMap<string, string>;
  /** What else may be named: what a message told, or what is to be shown. */
  readonly names: readonly string[];
}

/** The failure says what is wrong with the template and what would be right. */
export function compileFill(template: string, words: FillWords): Result<Fill, Fault> {
  const parts: Fill[] = [];
  for (const piece of template.match(PIECES) ?? []) {
    const part = compilePiece(piece, words);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  return succeed((bindings) => {
    const filled = parts.map((part) => part(bindings));
    return filled.includes(undefined) ? undefined : filled.join("");
  });
}

function compilePiece(piece: string, { values, names }: FillWords): Result<Fill, Fault> {
  if (!/^[{}]/.test(piece)) return succeed(() => piece);
  if (piece === "{{" || piece === "}}") return succeed(() => piece[0]);
  const [, name, offset, format] = FIELD.exec(piece) ?? [];
  if (name === undefined || (format !== undefined && !(format in FORMATS)))
    return fail({ message: `${piece} is no field`, hint: FIELD_HINT });
  if (!values.has(name) && !names.includes(name))
    return fail(unknownName(name, [...names, ...values.keys()]));
  return succeed((bindings) => show(bindings.get(name) ?? values.get(name), Number(offset ?? 0), format));
}

const PIECES = /\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g;
const FIELD = /^\{([a-z]\w*)([+-]\d{1,9})?(?::(\w+))?\}$/;
const FIELD_HINT =
  "a field reads {name}, {name+80}, {name:hex}, {name:pad2} or {name:pad3}; a brace itself {{ or }}";

const FORMATS: Readonly<Record<string, (number: number) => string>> = {
  hex: (number) => number.toString(16).toUpperCase().padStart(2, "0"),
  pad2: (number) => String(number).padStart(2, "0"),
  pad3: (number) => String(number).padStart(3, "0"),
};

function show(
  value: string | number | undefined,
  offset: number,
  format: string | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (offset === 0 && format === undefined) return String(value);
  const number = Number(value) + offset;
  if (!Number.isSafeInteger(number)) return undefined;
  return format === undefined ? String(number) : FORMATS[format]?.(number);
}

function unknownName(name: string, known: readonly string[]): Fault {
  const hint = known.length === 0 ? "nothing can be named here" : `known here: ${known.join(", ")}`;
  return { message: `nothing is called {${name}} here`, hint };
}
