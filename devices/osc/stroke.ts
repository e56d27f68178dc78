import type { Stroke, Value } from "../../src/driver/contract.ts";
import type { OscArgument } from "./message.ts";
import { OFF_WORDS, ON_WORDS } from "./stroke-words.ts";

/** What the arguments of a message mean for a button. */
export type StrokeReader = (args: readonly OscArgument[]) => Stroke;

/**
 * What a message means for a button. The first argument decides:
 * none or an impulse is a `click`; numbers from 0.5, true and the words for it are `down`, the others `up`;
 * other text is `unclear`; nil, blobs, colours, times, MIDI and NaN are `none`.
 * Most surfaces send float 1.0 on press and 0.0 on release: a float must never be taken for a trigger.
 * `words` are those of the mapping, beside the usual ones.
 */
export function createStrokeReader(words: MoreWords): StrokeReader {
  const on = new Set(words.on.map(plain));
  const off = new Set(words.off.map(plain));
  function readText(value: Value): Stroke {
    const text = plain(String(value));
    if (on.has(text)) return "down";
    if (off.has(text)) return "up";
    if (ON_WORDS.has(text)) return "down";
    if (OFF_WORDS.has(text)) return "up";
    const number = readNumber(text);
    return number === undefined ? "unclear" : strokeOfNumber(number);
  }
  return (args) => {
    const first = args[0];
    if (first === undefined) return "click";
    if (TEXT_TAGS.has(first.tag)) return readText(first.value);
    return STROKES[first.tag]?.(first.value) ?? "none";
  };
}

/** Of a mapping: they count before the usual ones. */
interface MoreWords {
  readonly on: readonly string[];
  readonly off: readonly string[];
}

/** The number a first argument stands for, for encoders and faders; undefined where there is none. */
export function numberOf(argument: OscArgument | undefined): number | undefined {
  if (argument === undefined) return undefined;
  const { value } = argument;
  if (typeof value === "number") return value;
  return typeof value === "string" ? readNumber(value) : undefined;
}

/** A number as people write it: `1`, `0.5`, `0,5`, ` 1 000`. Undefined for `1.000,5`, whose point and comma may mean either. */
export function readNumber(text: string): number | undefined {
  const digits = text.replaceAll(/\s/g, "").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  return NUMERIC.test(digits) ? Number(digits) : undefined;
}

const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const TEXT_TAGS = new Set(["s", "S", "c"]);

const STROKES: Readonly<Record<string, (value: Value) => Stroke>> = {
  I: () => "click",
  T: () => "down",
  F: () => "up",
  i: strokeOfNumber,
  f: strokeOfNumber,
  d: strokeOfNumber,
  h: strokeOfNumber,
};

/** An int64 beyond the safe range arrives as text; a number that is not one arrives as null. */
function strokeOfNumber(value: Value): Stroke {
  if (value === null) return "none";
  return Number(value) >= 0.5 ? "down" : "up";
}

function plain(word: string): string {
  return word.normalize("NFC").trim().toLowerCase();
}
