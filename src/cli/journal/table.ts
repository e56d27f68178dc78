import { InvalidArgumentError } from "commander";
import { quote } from "../../base/csv.ts";
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
