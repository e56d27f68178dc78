import type { ByteRule, PlainByte } from "./frame-grammar.ts";

export interface VariableUse {
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
