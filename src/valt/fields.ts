import { printable } from "../base/printable.ts";

/** A JSON object whose members have not been looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The objects of a JSON array; anything else in it is left out. `undefined`: not an array. */
export function asFieldsList(value: unknown): readonly Fields[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item): item is Fields => asFields(item) !== undefined);
}

/**
 * Old resources wrap their answer in `data`, those new in VALT 6 answer bare, and at least the
 * comments have been seen both ways.
 */
export function unwrapData(body: unknown): unknown {
  const fields = asFields(body);
  return fields !== undefined && "data" in fields ? fields.data : body;
}

/** Names and other texts of a server: printable from here on, whoever typed them there. */
export function readText(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === "string" ? printable(value) : undefined;
}

/** A finite number, or a text that is one: VALT 6 answers `"recordTime":"61"`. */
export function readNumber(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The number of a room, a user and the like. */
export function readWholeNumber(fields: Fields, key: string): number | undefined {
  const value = readNumber(fields, key);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** An id as the server spells it: a number in some versions, a text in others. */
export function readId(fields: Fields, key: string): string | number | undefined {
  const value = fields[key];
  if (typeof value === "number") return value;
  return typeof value === "string" && value !== "" ? value : undefined;
}
