import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Part, Place } from "./part.ts";

/** Something wrong that is found at a place of the text, before anybody knows what the text means. */
export interface Slip {
  readonly severity: "error" | "warning";
  readonly at: Place;
  readonly uses?: readonly Place[];
  readonly message: string;
  readonly hint?: string | undefined;
}

interface Reading {
  /** The number of the file, for the places of its parts. */
  readonly file: number;
  readonly report: (slip: Slip) => void;
  /** What to do about two equal keys. Default: keep one. */
  readonly hintForTwins?: string;
}

/** Reads JSON with comments and trailing commas; the part is absent when the text is no JSON. */
export function parsePart(text: string, reading: Reading): Part | undefined {
  const { file, report } = reading;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  for (const { error, offset } of errors.slice(0, MOST_ERRORS))
    report({ severity: "error", at: { file, offset }, ...say(error) });
  if (errors.length > 0) return undefined;
  if (root === undefined) {
    report({ severity: "error", at: { file, offset: 0 }, message: "the file is empty" });
    return undefined;
  }
  return partOf(root, reading);
}

/** A text that is no JSON may have one for each letter. */
const MOST_ERRORS = 10_000;

function say(error: ParseError["error"]) {
  const words = printParseErrorCode(error).replace(/(?<!^)([A-Z])/g, " $1");
  return {
    message: `not valid JSON here: ${words.toLowerCase()}`,
    hint: "comments and trailing commas are fine; names and texts need double quotes",
  };
}

function partOf(node: Node, reading: Reading): Part {
  const { file } = reading;
  const origin = { at: { file, offset: node.offset }, uses: [] };
  const children = node.children ?? [];
  if (node.type === "array")
    return { kind: "list", ...origin, items: children.map((child) => partOf(child, reading)) };
  if (node.type !== "object")
    return { kind: "scalar", ...origin, value: node.value as string | number | boolean | null };
  const seen = new Set<string>();
  const entries = children.flatMap((property) => {
    const [name, value] = property.children ?? [];
    if (name === undefined || value === undefined) return [];
    const entry = {
      key: String(name.value),
      keyAt: { file, offset: name.offset },
      part: partOf(value, reading),
    };
    if (seen.has(entry.key)) reading.report(repeated(entry.key, entry.keyAt, reading));
    seen.add(entry.key);
    return [entry];
  });
  return { kind: "object", ...origin, entries };
}

/** JSON lets the last of two equal keys win in silence. */
function repeated(key: string, at: Place, { hintForTwins = "keep one" }: Reading): Slip {
  return {
    severity: "error",
    at,
    message: `"${key}" stands here twice: only one of them would count`,
    hint: hintForTwins,
  };
}
