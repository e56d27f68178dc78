import type { z } from "zod";
import { fail, type Result, succeed } from "../result.ts";
import { explainIssues } from "./explain.ts";
import type { Finding } from "./finding.ts";
import { parsePart, type Slip } from "./parse.ts";
import { plainValue } from "./part.ts";
import { lineAndColumn, placeOf, startsOfLines } from "./place.ts";

/** How a document is read: its shape, then what is made of it and only holds between its parts. */
export interface DocumentRules<Schema extends z.ZodType, Value> {
  readonly schema: Schema;
  readonly make: (document: z.output<Schema>, report: (finding: Finding) => void) => Value;
}

const MOST_TOLD = 20;

/**
 * Reads JSON with comments and trailing commas. The failure lists what is wrong in the order of the file, 20 things at
 * most, a line each: `file:line:column: what is wrong (what would be right)`.
 */
export function readDocument<Schema extends z.ZodType, Value>(
  text: string,
  fileName: string,
  rules: DocumentRules<Schema, Value>,
): Result<Value, string> {
  const slips: Slip[] = [];
  const root = parsePart(text, { file: 0, report: (slip) => slips.push(slip) });
  const read = root === undefined ? undefined : judge(plainValue(root), rules);
  if (read?.ok === true && slips.length === 0) return read;
  const findings = read?.ok === false ? read.failure : [];
  const found = [...slips, ...findings.map((finding) => ({ ...finding, at: placeOf(root, finding).at }))];
  const lineStarts = startsOfLines(text);
  const lines = found
    .toSorted((one, other) => one.at.offset - other.at.offset)
    .map((one) => {
      const { line, column } = lineAndColumn(one.at.offset, lineStarts);
      return `${fileName}:${line}:${column}: ${tell(one)}`;
    });
  return fail(lines.slice(0, MOST_TOLD).join("\n"));
}

/** Likewise for a value that stands in another document, called `name`: what is wrong is told with its path. */
export function readValue<Schema extends z.ZodType, Value>(
  value: unknown,
  name: string,
  rules: DocumentRules<Schema, Value>,
): Result<Value, string> {
  const read = judge(value, rules);
  if (read.ok) return read;
  const lines = read.failure.map((finding) => `${[name, ...finding.path].join(".")}: ${tell(finding)}`);
  return fail(lines.slice(0, MOST_TOLD).join("\n"));
}

function judge<Schema extends z.ZodType, Value>(
  value: unknown,
  { schema, make }: DocumentRules<Schema, Value>,
): Result<Value, readonly Finding[]> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return fail(explainIssues(parsed.error.issues, { schema, document: value }));
  const findings: Finding[] = [];
  const made = make(parsed.data, (finding) => findings.push(finding));
  return findings.length > 0 ? fail(findings) : succeed(made);
}

function tell({ message, hint }: Pick<Finding, "message" | "hint">): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
