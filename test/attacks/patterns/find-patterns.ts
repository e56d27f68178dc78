import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseAst } from "vitest/node";

/** A regular expression as it stands in a source file. */
export interface FoundPattern {
  /** `src/base/redact.ts:3` */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

export interface FoundPatterns {
  readonly patterns: readonly FoundPattern[];
  /** Places where one is made from a text: nobody can test those beforehand. */
  readonly made: readonly string[];
}

const ROOT = join(import.meta.dirname, "../../..");

/** Every regular expression of these folders, found by a parser. */
export function findPatterns(folders: readonly string[]): FoundPatterns {
  const patterns: FoundPattern[] = [];
  const made: string[] = [];
  for (const file of folders.flatMap(sourcesBelow)) {
    const text = readFileSync(file, "utf8");
    const place = (at: number) => `${relative(ROOT, file)}:${text.slice(0, at).split("\n").length}`;
    for (const node of nodesOf(parseAst(text, { lang: file.endsWith("x") ? "tsx" : "ts" }))) {
      if (node.regex !== undefined)
        patterns.push({ place: place(node.start), source: node.regex.pattern, flags: node.regex.flags });
      else if (makesPattern(node)) made.push(place(node.start));
    }
  }
  return { patterns, made };
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What is looked at of a node of the syntax tree. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly name?: string;
  readonly callee?: Node & { readonly property?: Node };
  readonly arguments?: readonly Node[];
}

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
    return;
  }
  if ("type" in value && "start" in value) yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

/** `RegExp(...)`, and the methods that make one of a text. */
function makesPattern({ type, callee, arguments: given = [] }: Node): boolean {
  if (type !== "NewExpression" && type !== "CallExpression") return false;
  if (callee?.type === "Identifier") return callee.name === "RegExp";
  const method = callee?.property?.name ?? "";
  const isText = given[0]?.type === "TemplateLiteral" || given[0]?.type === "BinaryExpression";
  return ["match", "matchAll", "search"].includes(method) && isText;
}
