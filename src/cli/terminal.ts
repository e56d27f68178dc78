import { styleText } from "node:util";
import { redact } from "../base/redact.ts";

/** Exit codes of every command; documented in the README. */
export const exitCodes = { fine: 0, failed: 1, usage: 2, mapping: 3, server: 4 } as const;

export function print(line: string): void {
  process.stdout.write(`${redact(line)}\n`);
}

export function complain(line: string): void {
  process.stderr.write(`${redact(line)}\n`);
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Colours only where a person looks on. */
export function style(name: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && process.env.NO_COLOR === undefined ? styleText(name, text) : text;
}

/** Ends with this code once everything that is still to be written is written. */
export function endWith(code: number): void {
  process.exitCode = code;
}

/** Columns padded to their widest cell. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of rows)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}
