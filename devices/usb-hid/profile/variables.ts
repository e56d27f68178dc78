import type { ByteRule, PlainByte } from "./frame-grammar.ts";
/** What a lamp shows, as numbers that frames are filled with. */
export type Variables = (name: string) => number | undefined;

/** What every lamp frame may use; `step` counts inside of `repeat`. */
export const lampVariables = [
  "red",
  "green",
  "blue",
  "on",
  "state",
  "blink",
  "palette",
  "n",
  "index",
  "column",
  "row",
] as const;
export type LampVariable = (typeof lampVariables)[number];
/** Counts from 0 inside of `repeat`. */
export const STEP = "step";

/** Words that tables may use instead of numbers; their place is their number. */
export const variableWords: Readonly<Record<string, readonly string[]>> = {
  state: ["dark", "steady", "slow", "fast", "double"],
  blink: ["steady", "slow", "fast", "double"],
};

/** The number of a word or of a written number; undefined for what is neither. */
export function numberOf(variable: string, word: string | number): number | undefined {
  if (typeof word === "number") return word;
  const base = variable.slice(variable.indexOf(":") + 1);
  const index = variableWords[base]?.indexOf(word) ?? -1;
  if (index >= 0) return index;
  return /^(?:\d+|0x[0-9a-f]+)$/i.test(word) ? Number(word) : undefined;
}

interface VariableUse {
  readonly variable: string;
  /** Stands inside of a repetition, where steps are counted. */
  readonly isRepeated: boolean;
}

/** Every variable that the bytes of a frame name. */
export function variablesIn(bytes: readonly ByteRule[]): readonly VariableUse[] {
  return bytes.flatMap((byte) => {
    const isRepeated = typeof byte === "object" && "repeat" in byte;
    const plain: readonly PlainByte[] = isRepeated ? byte.bytes : [byte];
    return plain.flatMap(namesIn).map((variable) => ({ variable, isRepeated }));
  });
}

function namesIn(byte: PlainByte): readonly string[] {
  if (typeof byte === "number") return [];
  if (typeof byte === "string") return [byte];
  if ("scale" in byte) return [byte.variable];
  if ("map" in byte) return [byte.map];
  const amounts =
    "bits" in byte ? byte.bits.map(({ value }) => value) : byte.expression.map(([, amount]) => amount);
  return amounts.filter((amount) => typeof amount === "string");
}
