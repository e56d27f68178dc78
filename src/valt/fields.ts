import { printable } from "../base/printable.ts";

/** A JSON object whose members have not been looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value, if it is an object and no list. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** How PHP names the members of a list that has gaps: by number, or by id. */
const MEMBER = /^(?:\d{1,15}|[\da-fA-F]{8}-[\da-fA-F-]{27})$/;

/** A JSON array, or an object whose members are all numbered: PHP makes one of a list with gaps. */
export function asList(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const fields = asFields(value);
  if (fields === undefined || !Object.keys(fields).every((key) => MEMBER.test(key))) return undefined;
  return Object.values(fields);
}

/** The objects of a list; anything else in it is left out. `undefined`: not a list. */
export function asFieldsList(value: unknown): readonly Fields[] | undefined {
  return asList(value)?.filter((item): item is Fields => asFields(item) !== undefined);
}

/** The list of an answer: under its name, or the answer itself, as the vendor's pages and clients disagree. */
export function readList(body: unknown, name: string): readonly Fields[] | undefined {
  const data = unwrapData(body);
  const fields = asFields(data);
  return asFieldsList(fields !== undefined && name in fields ? fields[name] : data);
}

/**
 * Old resources wrap their answer in `data`, those new in VALT 6 answer bare, and at least the
 * comments have been seen both ways.
 */
export function unwrapData(body: unknown): unknown {
  const fields = asFields(body);
  return fields !== undefined && "data" in fields ? fields.data : body;
}

/** Names and other texts of a server: printable from here on, whoever typed them there, and cut off where they are longer. */
export function readText(fields: Fields, key: string, longest = Infinity): string | undefined {
  const value = fields[key];
  return typeof value === "string" ? printable(value.slice(0, longest)) : undefined;
}

/** A finite number, or a text that is one: VALT 6 answers `"recordTime":"61"`. */
export function readNumber(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A boolean as JSON has it, or as databases and PHP write one: 1 and 0, as numbers or texts, and words. */
export function readFlag(fields: Fields, key: string): boolean | undefined {
  const value = fields[key];
  if (typeof value === "boolean") return value;
  const isWord = typeof value === "string" || typeof value === "number";
  return isWord ? FLAGS.get(String(value).trim().toLowerCase()) : undefined;
}

const FLAGS = new Map([
  ...["1", "true", "yes", "on", "t", "y"].map((word) => [word, true] as const),
  ...["0", "false", "no", "off", "f", "n"].map((word) => [word, false] as const),
]);

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
