import type { Answer } from "./answers.ts";
import type { ValtVersion } from "./settings.ts";
import type { Room, User, World } from "./world.ts";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One authenticated question to the world. */
export interface Call {
  readonly world: World;
  /** The values of the template's `{...}`, from left to right. */
  readonly values: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON object that was posted; empty for GET and DELETE. */
  readonly body: JsonObject;
  /** Who asks. */
  readonly account: User;
}

/** One path and method of the API, and what answers it. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/api/v3/`; `{...}` stands for one segment. */
  readonly template: string;
  readonly versions: readonly ValtVersion[];
  answer(call: Call): Answer;
}

/** The room that the path names, when its id is the template's first `{...}`. */
export function roomOf(call: Call): Room | undefined {
  return call.world.rooms.get(numberAt(call, 0));
}

/** The id in the template's first or second `{...}`; NaN when it is not a number. */
export function numberAt(call: Call, position: number): number {
  return Number(call.values[position]);
}

/** The segment of the path in the place of the `{...}` of this number, from 0. */
export function textAt(call: Call, position: number): string {
  return call.values[position] ?? "";
}

/** A member that must be a non-empty text. */
export function textOf(body: JsonObject, member: string): string | undefined {
  const value = body[member];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A member that must be a whole number, not negative; digits in a text count (multipart forms send texts). */
export function wholeOf(body: JsonObject, member: string): number | undefined {
  const value = body[member];
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** A member that must be an object. */
export function objectOf(body: JsonObject, member: string): JsonObject | undefined {
  return asObject(body[member]);
}

/** The value, if it is an object and no list. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The numbers of a list; none for anything else. */
export function numbersOf(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((entry): entry is number => typeof entry === "number") : [];
}

/** Every version that can be simulated. */
export const EVERY: readonly ValtVersion[] = ["5.9", "6.0", "6.3", "6.5", "6.6"];
/** VALT 5 alone. */
export const FIVE: readonly ValtVersion[] = ["5.9"];
/** From October 2024 to July 2025 the vendor's client added comments as it had added markers (its history). */
export const FIRST_SIX: readonly ValtVersion[] = ["6.0"];
/** With `comment`, presets and templates by type, which the vendor's client has used since August 2025. */
export const SIX: readonly ValtVersion[] = ["6.3", "6.5", "6.6"];
/** Until July 2025 the vendor documented `records/{rec}/comments`; the version of its end is inferred. */
export const EARLY_SIX: readonly ValtVersion[] = ["6.0", "6.3", "6.5"];
