import { z } from "zod";

/** Something that is wrong in a profile. */
export interface Finding {
  readonly path: readonly (string | number)[];
  /** Points at the key instead of its value. */
  readonly at?: "key";
  /** Where it stands in the text, when the path does not tell. */
  readonly offset?: number;
  /** What is wrong and what would be right. */
  readonly message: string;
  /** A word that is not known, and those that are when they are not the grammar's. */
  readonly unknown?: string;
  readonly words?: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** Turns what the schema says about a value into findings that a person can act on. */
export function findingsOf(issues: readonly Issue[], value: unknown): readonly Finding[] {
  return issues.flatMap((issue) => explain(issue, [], value));
}

/** Every word that a grammar knows as the name of a setting, for suggesting the one that was meant. */
export function wordsOf(schema: z.ZodType): readonly string[] {
  const known = wordsKnown.get(schema) ?? collectWords(schema);
  wordsKnown.set(schema, known);
  return known;
}

const wordsKnown = new WeakMap<z.ZodType, readonly string[]>();

function collectWords(schema: z.ZodType): readonly string[] {
  const words = new Set<string>();
  const collect = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      if (key === "properties") for (const word of Object.keys(inner as object)) words.add(word);
      collect(inner);
    }
  };
  collect(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  return [...words];
}

function explain(issue: Issue, base: readonly PropertyKey[], root: unknown): readonly Finding[] {
  const path = [...base, ...issue.path].map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: "key",
      message: `"${key}" is not known here`,
      unknown: key,
    }));
  if (issue.code === "invalid_union") {
    const branch = chooseBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => explain(inner, path, root));
  }
  if (issue.code === "invalid_key" || issue.code === "invalid_element")
    return [{ path, at: "key", message: issue.issues[0]?.message ?? issue.message }];
  const key = path.at(-1);
  if (issue.code === "invalid_type" && typeof key === "string" && valueAt(root, path) === undefined)
    return [{ path: path.slice(0, -1), message: `"${key}" is missing: ${issue.message}` }];
  return [{ path, message: issue.message }];
}

/** The form that was probably meant: the one whose faults lie deepest inside. */
function chooseBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depths = branches.map((issues) => ({ issues, depth: Math.min(...issues.map(depthOf)) }));
  const inside = depths.filter(({ depth }) => depth > 0).sort((one, other) => other.depth - one.depth);
  return inside[0]?.issues;
}

/** How deep below the union a fault lies; 0 when the form itself does not fit. */
function depthOf(issue: Issue): number {
  if (issue.code === "unrecognized_keys") return issue.path.length;
  // A part that is missing altogether: another form was meant.
  if (issue.code === "invalid_type" && issue.path.length === 1 && /received undefined/.test(issue.message))
    return 0;
  return issue.path.length;
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
