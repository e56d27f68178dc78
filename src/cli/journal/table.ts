import { InvalidArgumentError } from "commander";
import type { Row } from "../../journal/chain.ts";

const columns = [
  "sequence",
  "time",
  "kind",
  "correlation",
  "device",
  "room",
  "author",
  "body",
  "run",
  "atMs",
  "hash",
] as const;

/** The first line of a CSV file. */
export const csvHeader = columns.join(",");

/** A row for JSON, with its time in ISO 8601 (UTC). */
export function describeRow(row: Row): unknown {
  const { wallMs, body, ...rest } = row;
  return { time: new Date(wallMs).toISOString(), ...rest, body: readBody(body) };
}

/** A row that somebody edited may hold anything. */
function readBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** A row as one line of CSV; a cell never begins a formula. */
export function toCsv(row: Row): string {
  const cells = { ...row, time: new Date(row.wallMs).toISOString() };
  return columns.map((column) => quote(cells[column])).join(",");
}

/** Letters, digits and what stands in times, names and paths: no program divides a cell there, or takes it for a formula. */
const PLAIN = /^(?:[\p{L}\p{N}_./][\p{L}\p{N}_./: -]*)?$/u;
/** Spreadsheets take a cell that begins with one of these for a formula, also in wide letters. */
const FORMULA = /[=+\-@\uff1d\uff0b\uff0d\uff20]/g;
/** Where a program that expects another separator than ours begins a new cell, in the middle of one of ours. */
const SEPARATORS = ";|\t\r\n";
const BLANK = /^[\s"\p{Cf}]$/u;

/**
 * One cell of a table, whatever separator is expected: what is not plain is quoted. An apostrophe keeps a text from being
 * a formula, as spreadsheets do themselves.
 */
export function quote(value: string | number | null | undefined): string {
  if (typeof value !== "string") return String(value ?? "");
  const harmless = value.replace(FORMULA, (sign, at: number) => (beginsCell(value, at) ? `'${sign}` : sign));
  return PLAIN.test(harmless) ? harmless : `"${harmless.replaceAll('"', '""')}"`;
}

function beginsCell(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && !SEPARATORS.includes(text.charAt(before)) && BLANK.test(text.charAt(before)))
    before--;
  return before < 0 || SEPARATORS.includes(text.charAt(before));
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Wall milliseconds of a time as people write it: local unless it says otherwise, or how long ago. */
export function parseMoment(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Date.now() - Number(count) * (unitsMs[unit] ?? 0);
  // A date alone would be taken for UTC.
  const wallMs = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(wallMs)) throw new InvalidArgumentError("no time such as 2026-01-31T14:05, or 12h");
  return wallMs;
}
