import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import { printable, printableJson } from "../base/printable.ts";
import { redact } from "../base/redact.ts";

/** Exit codes of every command; documented in the README. */
export const exitCodes = { fine: 0, failed: 1, usage: 2, mapping: 3, server: 4 } as const;

/** One line, whatever is in it. */
export function print(line: string): void {
  write(process.stdout, `${show(line)}\n`);
}

/** One line, whatever is in it. */
export function complain(line: string): void {
  write(process.stderr, `${show(line)}\n`);
}

/** For texts that have several lines on purpose. */
export function printText(text: string): void {
  write(process.stdout, `${text.split("\n").map(show).join("\n")}\n`);
}

/** Several lines to standard error, secrets overwritten. */
export function complainText(text: string): void {
  write(process.stderr, `${text.split("\n").map(show).join("\n")}\n`);
}

/** One line of JSON to standard output, secrets overwritten. */
export function printJson(value: unknown): void {
  write(process.stdout, `${printableJson(redact(JSON.stringify(value)))}\n`);
}

/** What `style` puts in the place of the escape character: nobody else knows it, so that nobody else's is obeyed. */
const ESCAPE = `\u001b${randomUUID()}`;

/** The line without secrets, and with no escape sequences but ours. */
export function show(line: string): string {
  return redact(line).split(ESCAPE).map(printable).join("\u001b");
}

let lost = 0;
const MOST_UNREAD_BYTES = 1_048_576;

/** A reader of the log that hangs must not fill the memory: lines are lost then. */
export function writeLog(line: string): void {
  if (process.stderr.writableLength > MOST_UNREAD_BYTES) lost += 1;
  else write(process.stderr, line);
}

/** What cannot be written, because the disk is full or nobody reads any more, is counted: it must not end anything. */
function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text, (error) => {
    if (error != null) lost += 1;
  });
}

/** From now on a write that fails is no unexpected error. */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/** How many texts could not be written since the process began. */
export function countLostOutput(): number {
  return lost;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Colours only where a person looks on. */
export function style(name: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  if (!stream.isTTY || process.env.NO_COLOR !== undefined) return text;
  // Node would ask standard output, whichever stream is meant.
  return styleText(name, text, { validateStream: false }).replaceAll("\u001b", ESCAPE);
}

/** Ends with this code once everything that is still to be written is written. */
export function endWith(code: number): void {
  process.exitCode = code;
}

/** Rows as columns on standard output. */
export function printTable(rows: readonly (readonly string[])[]): void {
  for (const line of tableLines(rows)) print(line);
}

/** Columns padded to their widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
