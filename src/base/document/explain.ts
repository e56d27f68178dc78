import type { z } from "zod";
import { hintFor, suggest } from "../suggest.ts";
import type { Finding, Path } from "./finding.ts";

type Issue = z.core.$ZodIssue;

/** Of one object: guessing what was meant takes long for each. */
const MOST_HINTS = 100;

/** Turns what the schema says about a document into sentences that name what would be right. */
export function explainIssues(issues: readonly Issue[], place: Place): readonly Finding[] {
  return issues.flatMap((issue) => explain(issue, issue.path as Path, place));
}

/** Whether a number fits at a place of the document, and a text does not. */
export function fitsNumberOnly(schema: z.ZodType, document: unknown, path: Path): boolean {
  const types = alternativesAt({ schema, document }, path).map((one) => definitionOf(one).type);
  return types.includes("number") && !types.includes("string");
}

interface Place {
  readonly schema: z.ZodType;
  readonly document: unknown;
}

function explain(issue: Issue, path: Path, place: Place): readonly Finding[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        at: "key",
        message: `unknown key "${key}"`,
        hint: index < MOST_HINTS ? hintFor(key, knownKeysAt(place, path), Infinity) : undefined,
      }));
    case "invalid_union":
      return explainUnion(issue, path, place);
    case "invalid_type":
      return [value(path, typeMessage(issue, path, place))];
    case "invalid_value": {
      const known = issue.values.map(String);
      const given = valueAt(place.document, path);
      return [
        value(path, `${show(given)} is not one of the words that fit here`, hintFor(wordOf(given), known)),
      ];
    }
    case "invalid_key":
      return [
        {
          ...value(path, `the name "${String(path.at(-1))}" is not allowed`, issue.issues[0]?.message),
          at: "key",
        },
      ];
    case "too_big":
      return [value(path, sizeMessage(issue, Number(issue.maximum), valueAt(place.document, path)))];
    case "too_small":
      return [value(path, sizeMessage(issue, Number(issue.minimum), valueAt(place.document, path)))];
    default:
      return [value(path, sentence(issue.message))];
  }
}

type SizeIssue = Extract<Issue, { code: "too_big" | "too_small" }>;

/** In plain words, unless the schema has a sentence of its own. */
function sizeMessage({ code, origin, message }: SizeIssue, limit: number, given: unknown): string {
  const isOwn = !/^Too (?:big|small): /.test(message);
  const tells = Object.entries(SIZES).find(([kind]) => kind === origin)?.[1];
  if (isOwn || tells === undefined) return sentence(message);
  return `${show(given)} ${tells[code](limit)}`;
}

/** By what is measured. */
const SIZES = {
  string: {
    too_big: (limit: number) => `is longer than ${limit} characters`,
    too_small: (limit: number) => (limit === 1 ? "is empty" : `is shorter than ${limit} characters`),
  },
  number: {
    too_big: (limit: number) => `is above ${limit}`,
    too_small: (limit: number) => `is below ${limit}`,
  },
  array: {
    too_big: (limit: number) => `has more than ${limit} entries`,
    too_small: (limit: number) => (limit === 1 ? "is empty" : `has fewer than ${limit} entries`),
  },
} as const;

function typeMessage(issue: Extract<Issue, { code: "invalid_type" }>, path: Path, place: Place): string {
  const given = valueAt(place.document, path);
  if (given === undefined) return `"${String(path.at(-1))}" is missing`;
  return `${show(given)} should be ${article(issue.expected)}`;
}

/** Explains the alternative that was meant: the one that fails deepest inside, with the fewest complaints. */
function explainUnion(
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: Path,
  place: Place,
): readonly Finding[] {
  const given = valueAt(place.document, path);
  if (issue.errors.length === 0) {
    const known = discriminatorsAt(place, path);
    return [
      value(
        path,
        given === undefined ? `"${String(path.at(-1))}" is missing` : `${show(given)} is not known here`,
        hintFor(wordOf(given), known),
      ),
    ];
  }
  const meant = issue.errors
    .filter(
      (errors) =>
        !errors.some(
          (error) =>
            error.path.length === 0 && error.code !== "unrecognized_keys" && error.code !== "invalid_union",
        ),
    )
    .sort((one, other) => one.length - other.length)[0];
  if (meant !== undefined)
    return meant.flatMap((inner) => explain(inner, [...path, ...(inner.path as Path)], place));
  // A union that says itself what would be right.
  if (given !== undefined && issue.message !== UNSAID) return [value(path, sentence(issue.message))];
  const words = issue.errors
    .flat()
    .flatMap((error) => (error.code === "invalid_value" ? error.values.map(String) : []));
  const types = issue.errors
    .flat()
    .flatMap((error) => (error.code === "invalid_type" ? [article(error.expected)] : []));
  if (
    typeof given === "string" &&
    words.length > 0 &&
    (types.length === 0 || suggest(given, words) !== undefined)
  )
    return [value(path, `"${given}" is not known here`, hintFor(given, words))];
  return [
    value(
      path,
      given === undefined ? `"${String(path.at(-1))}" is missing` : `${show(given)} does not fit here`,
      types.length > 0 ? `expected ${[...new Set(types)].join(" or ")}` : undefined,
    ),
  ];
}

/** What zod says of a union that has no words of its own. */
const UNSAID = "Invalid input";

function value(path: Path, message: string, hint?: string): Finding {
  return { path, at: "value", message, hint };
}

function valueAt(document: unknown, path: Path): unknown {
  let current = document;
  for (const step of path) current = (current as Record<string | number, unknown> | undefined)?.[step];
  return current;
}

/** Every key that the schema knows at a place, following the kinds of device that the document names. */
function knownKeysAt(place: Place, path: Path): readonly string[] {
  return alternativesAt(place, path).flatMap((one) => Object.keys(shapeOf(one) ?? {}));
}

function discriminatorsAt(place: Place, path: Path): readonly string[] {
  const key = path.at(-1);
  return alternativesAt(place, path.slice(0, -1), "all").flatMap((one) => {
    const field = shapeOf(one)?.[String(key)];
    return field === undefined ? [] : literalsOf(field);
  });
}

interface Definition {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  /** Before a transformation. */
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly values?: readonly unknown[];
}

function alternativesAt(
  { schema, document }: Place,
  path: Path,
  kinds: "matching" | "all" = "matching",
): readonly z.ZodType[] {
  let alternatives = open(schema, document, kinds);
  let current = document;
  for (const step of path) {
    current = (current as Record<string | number, unknown> | undefined)?.[step];
    alternatives = alternatives
      .flatMap((one) => stepInto(one, step))
      .flatMap((one) => open(one, current, kinds));
  }
  return alternatives;
}

function stepInto(schema: z.ZodType, step: string | number): readonly z.ZodType[] {
  const { shape, valueType, element } = definitionOf(schema);
  const next = shape?.[step] ?? valueType ?? element;
  return next === undefined ? [] : [next];
}

/** Takes wrappers off and lays unions open. */
function open(schema: z.ZodType, document: unknown, kinds: "matching" | "all"): readonly z.ZodType[] {
  const { innerType, in: before, options } = definitionOf(schema);
  const inner = innerType ?? before;
  if (inner !== undefined) return open(inner, document, kinds);
  if (options === undefined) return [schema];
  const all = options.flatMap((option) => open(option, document, kinds));
  const kind = (document as { kind?: unknown } | null | undefined)?.kind;
  const matching = all.filter((one) => literalsOf(shapeOf(one)?.kind).includes(wordOf(kind)));
  return kinds === "matching" && matching.length > 0 ? matching : all;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  return definitionOf(schema).shape;
}

function literalsOf(schema: z.ZodType | undefined): readonly string[] {
  return (schema === undefined ? [] : (definitionOf(schema).values ?? [])).map(String);
}

/** What a mistyped word can be compared with; an object has no text. */
function wordOf(given: unknown): string {
  return typeof given === "string" ? given : "";
}

function show(given: unknown): string {
  const text = JSON.stringify(given) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    int: "a whole number",
    object: "an object { }",
    array: "a list [ ]",
    record: "an object { }",
  };
  return names[type] ?? `a ${type}`;
}

function sentence(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
