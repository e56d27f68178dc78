import type { Stroke, Value } from "../../src/driver/contract.ts";
import type { OscArgument } from "./message.ts";

/**
 * What a message means for a button. The first argument decides:
 * none or an impulse is a `click`; numbers from 0.5, true and the words for it are `down`, the others `up`;
 * other text is a `click` (a trigger that carries a text); nil, blobs, colours, times, MIDI and NaN are `none`.
 * Most surfaces send float 1.0 on press and 0.0 on release: a float must never be taken for a trigger.
 */
export function strokeOf(args: readonly OscArgument[]): Stroke {
  const first = args[0];
  if (first === undefined) return "click";
  const read = STROKES[first.tag];
  return read === undefined ? "none" : read(first.value);
}

/** The number a first argument stands for, for encoders and faders; undefined where there is none. */
export function numberOf(argument: OscArgument | undefined): number | undefined {
  if (argument === undefined) return undefined;
  const { value } = argument;
  if (typeof value === "number") return value;
  if (typeof value === "string" && NUMERIC.test(value.trim())) return Number(value);
  return undefined;
}

/** A number as people write it. */
export const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const DOWN_WORDS = new Set(["on", "true", "press", "pressed", "down"]);
const UP_WORDS = new Set(["off", "false", "release", "released", "up"]);

const STROKES: Readonly<Record<string, (value: Value) => Stroke>> = {
  I: () => "click",
  T: () => "down",
  F: () => "up",
  i: strokeOfNumber,
  f: strokeOfNumber,
  d: strokeOfNumber,
  h: strokeOfNumber,
  s: strokeOfText,
  S: strokeOfText,
  c: strokeOfText,
};

/** An int64 beyond the safe range arrives as text; a number that is not one arrives as null. */
function strokeOfNumber(value: Value): Stroke {
  if (value === null) return "none";
  return Number(value) >= 0.5 ? "down" : "up";
}

function strokeOfText(value: Value): Stroke {
  const text = String(value).trim().toLowerCase();
  if (DOWN_WORDS.has(text)) return "down";
  if (UP_WORDS.has(text)) return "up";
  return NUMERIC.test(text) ? strokeOfNumber(Number(text)) : "click";
}
