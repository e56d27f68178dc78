import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { fail, type Result, succeed } from "../../../src/driver/contract.ts";
import { compileProfile } from "./compile.ts";
import { documentSchema, type ProfileDocument } from "./document.ts";
import { explainIssues } from "./explain.ts";
import { type Problem, tellPlace, tellProblems } from "./problem.ts";
import type { Profile } from "./profile.ts";

/** What the mapping fills the profile's blanks with. */
export type ProfileValues = Readonly<Record<string, string | number>>;

export const LONGEST_PROFILE = 65_536;

/**
 * Reads a profile: JSON with comments and trailing commas. The failure lists all that is wrong, a line each:
 * `file:line:column: what is wrong (what would be right)`.
 */
export function parseProfile(
  text: string,
  fileName: string,
  values: ProfileValues = {},
): Result<Profile, string> {
  if (text.length > LONGEST_PROFILE)
    return fail(`${fileName}:1:1: the file is too long (at most ${LONGEST_PROFILE} characters)`);
  const slips: ParseError[] = [];
  const root = parseTree(text, slips, { allowTrailingComma: true });
  if (slips.length > 0 || root === undefined) return fail(tellSlips(text, fileName, slips));
  const problems: Problem[] = findDuplicates(root, []);
  const document = plainValue(root);
  const checked = documentSchema().safeParse(document);
  if (!checked.success) {
    problems.push(...explainIssues(checked.error.issues));
    return fail(tellProblems(fileName, text, { root, problems }));
  }
  const filled = fillValues(checked.data, values, problems);
  const profile = compileProfile(checked.data, filled, problems);
  return problems.length === 0 ? succeed(profile) : fail(tellProblems(fileName, text, { root, problems }));
}

function tellSlips(text: string, fileName: string, slips: readonly ParseError[]): string {
  const [first] = slips;
  if (first === undefined) return `${fileName}:1:1: the file is empty (a profile is an object in braces)`;
  const words = printParseErrorCode(first.error)
    .replace(/(?<!^)([A-Z])/g, " $1")
    .toLowerCase();
  return `${fileName}:${tellPlace(text, first.offset)}: not valid JSON: ${words} (names and texts need double quotes)`;
}

/** JSON lets the last of two equal keys win in silence. */
function findDuplicates(node: Node, path: readonly (string | number)[]): Problem[] {
  const children = node.children ?? [];
  if (node.type === "array")
    return children.flatMap((child, index) => findDuplicates(child, [...path, index]));
  if (node.type !== "object") return [];
  const seen = new Set<string>();
  return children.flatMap((property) => {
    const [key, value] = property.children ?? [];
    const name = String(key?.value);
    const place = [...path, name];
    const inside = value === undefined ? [] : findDuplicates(value, place);
    if (!seen.has(name)) {
      seen.add(name);
      return inside;
    }
    return [
      {
        path: place,
        at: "key" as const,
        offset: key?.offset,
        message: `"${name}" stands here twice`,
        hint: "keep one",
      },
      ...inside,
    ];
  });
}

/** Like `getNodeValue`, but a key such as `__proto__` stays an ordinary key. */
function plainValue(node: Node): unknown {
  const children = node.children ?? [];
  if (node.type === "array") return children.map(plainValue);
  if (node.type !== "object") return node.value;
  const value = Object.create(null) as Record<string, unknown>;
  for (const { children: [key, inner] = [] } of children)
    if (key !== undefined && inner !== undefined) value[String(key.value)] = plainValue(inner);
  return value;
}

/** A value that is missing, unknown, or would smuggle a line's end into a message is a problem. */
function fillValues(
  document: ProfileDocument,
  given: ProfileValues,
  problems: Problem[],
): ReadonlyMap<string, string> {
  const report = (name: string, message: string, hint: string) =>
    problems.push({ path: ["values", name], at: "key", message, hint });
  for (const name of Object.keys(given))
    if (!Object.hasOwn(document.values, name))
      report(
        name,
        `the mapping fills a value "${name}" that this profile does not have`,
        tellNames(document),
      );
  const filled = new Map<string, string>();
  for (const [name, value] of Object.entries(document.values)) {
    const text = Object.hasOwn(given, name) ? String(given[name]) : value.default;
    if (text === undefined) report(name, `the mapping must fill the value "${name}"`, value.is);
    else if (hasControls(text)) report(name, `the value "${name}" has control characters in it`, value.is);
    filled.set(name, text ?? "");
  }
  return filled;
}

function tellNames({ values }: ProfileDocument): string {
  const names = Object.keys(values);
  return names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
}

function hasControls(text: string): boolean {
  return text.length > 128 || [...text].some((character) => character < " " || character === "\u007f");
}
