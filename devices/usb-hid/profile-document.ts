import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";
import { fail, type Result, succeed, suggest } from "../../src/driver/contract.ts";
import { type Finding, findingsOf, wordsOf } from "./schema-findings.ts";

/** How a document is read: its shape, then what only holds between its parts. */
export interface DocumentRules<Schema extends z.ZodType> {
  readonly schema: Schema;
  check(value: z.output<Schema>): readonly Finding[];
}

/** Reads JSON with comments; the failure lists all problems, one line each: file:line:column what, and what would be right. */
export function readDocument<Schema extends z.ZodType>(
  text: string,
  fileName: string,
  rules: DocumentRules<Schema>,
): Result<z.output<Schema>, string> {
  const slips: ParseError[] = [];
  const root = parseTree(text, slips, { allowTrailingComma: true });
  if (root === undefined || slips.length > 0) {
    const told = slips.map(({ error, offset }) => {
      const what = printParseErrorCode(error).replace(/(?<!^)([A-Z])/g, " $1");
      return `${fileName}:${placeOf(text, offset)} not valid JSON here: ${what.toLowerCase()}`;
    });
    return fail(told.length > 0 ? told.join("\n") : `${fileName}:1:1 the file is empty`);
  }
  const twins = findTwins(root, []);
  const read = judge(plainValue(root), rules);
  const findings = [...twins, ...(read.ok ? [] : read.failure)];
  if (read.ok && findings.length === 0) return read;
  const lines = findings.map(
    (finding) => `${fileName}:${placeOf(text, offsetOf(root, finding))} ${tell(finding, rules)}`,
  );
  return fail(lines.join("\n"));
}

/** Likewise for a value that stands in another file; problems are told with their path. */
export function readValue<Schema extends z.ZodType>(
  value: unknown,
  rules: DocumentRules<Schema>,
): Result<z.output<Schema>, string> {
  const read = judge(value, rules);
  if (read.ok) return read;
  return fail(
    read.failure
      .map((finding) => `${finding.path.join(".") || "profile"}: ${tell(finding, rules)}`)
      .join("\n"),
  );
}

function judge<Schema extends z.ZodType>(
  value: unknown,
  { schema, check }: DocumentRules<Schema>,
): Result<z.output<Schema>, readonly Finding[]> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) return fail(findingsOf(parsed.error.issues, value));
  const findings = check(parsed.data);
  return findings.length > 0 ? fail(findings) : succeed(parsed.data);
}

function tell<Schema extends z.ZodType>(
  { message, unknown, words }: Finding,
  { schema }: DocumentRules<Schema>,
): string {
  const near = unknown === undefined ? undefined : suggest(unknown, words ?? wordsOf(schema));
  return near === undefined ? message : `${message}; did you mean "${near}"?`;
}

/** JSON lets the last of two equal keys win in silence. */
function findTwins(node: Node, path: readonly (string | number)[]): readonly Finding[] {
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((child, index) => {
    if (node.type !== "object") return findTwins(child, [...path, index]);
    const [key, value] = child.children ?? [];
    const name = String(key?.value);
    const place = [...path, name];
    const inside = value === undefined ? [] : findTwins(value, place);
    if (!seen.has(name)) {
      seen.add(name);
      return inside;
    }
    return [
      { path: place, offset: child.offset, message: `"${name}" stands here twice; keep one` },
      ...inside,
    ];
  });
}

/** Like `getNodeValue`, but a key such as `__proto__` stays an ordinary key. */
function plainValue(node: Node): unknown {
  const children = node.children ?? [];
  if (node.type === "array") return children.map(plainValue);
  if (node.type !== "object") return node.value;
  const value: Record<string, unknown> = {};
  for (const property of children) {
    const [key, inner] = property.children ?? [];
    if (key === undefined || inner === undefined) continue;
    Object.defineProperty(value, String(key.value), {
      value: plainValue(inner),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return value;
}

function offsetOf(root: Node, { path, at, offset }: Finding): number {
  if (offset !== undefined) return offset;
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length) as (string | number)[]);
    if (node === undefined) continue;
    const isKey = at === "key" && length === path.length && node.parent?.type === "property";
    return isKey ? (node.parent?.offset ?? node.offset) : node.offset;
  }
  return root.offset;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}:`;
}
