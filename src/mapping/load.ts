import { createHash } from "node:crypto";
import { explainIssues, fitsNumberOnly } from "../base/document/explain.ts";
import type { Path } from "../base/document/finding.ts";
import { type Part, plainValue } from "../base/document/part.ts";
import { finish } from "../base/pieces.ts";
import { compileInPieces } from "./compile.ts";
import type { Mapping, MappingVocabulary } from "./mapping.ts";
import { type Finding, locate, type Problem } from "./problem.ts";
import { pruneFaults } from "./prune.ts";
import { buildMappingSchema, type MappingDocument } from "./schema.ts";
import { type MappingSource, openMapping } from "./source/open.ts";
import { Symbols } from "./symbols.ts";

/** A mapping is present exactly when none of the problems is an error. */
interface LoadedMapping {
  readonly mapping: Mapping | undefined;
  readonly problems: readonly Problem[];
  /** Pictures beside the mapping that it names, also those that are not there. */
  readonly pictures: readonly string[];
}

/** Reads a mapping: JSON with comments and trailing commas. All problems are found at once. */
export function loadMapping(given: string | MappingSource, world: MappingVocabulary): LoadedMapping {
  return finish(loadInPieces(given, world));
}

/** The same a piece at a time: of a mapping of a thousand rooms, each takes some ten milliseconds. */
export function* loadInPieces(
  given: string | MappingSource,
  world: MappingVocabulary,
): Generator<void, LoadedMapping> {
  const source = typeof given === "string" ? openMapping(given, world.folder) : given;
  const { root } = source;
  if (root === undefined) return { mapping: undefined, problems: locate(source, []), pictures: [] };
  const findings: Finding[] = [];
  const schema = buildMappingSchema(world);
  yield;
  const document = documentOf(root, schema);
  yield;
  const parsed = schema.safeParse(document);
  yield;
  const fingerprint = fingerprintOf(source);
  const { searches } = source;
  const report = (finding: Finding) => findings.push(finding);
  if (!hasServer(document)) report(SERVER_MISSING);
  const symbols = new Symbols(world);
  let mapping: Mapping | undefined;
  const compile = (sound: MappingDocument) =>
    compileInPieces({ document: sound, world, fingerprint, searches, symbols, report });
  if (parsed.success) mapping = yield* compile(parsed.data);
  else {
    const { issues } = parsed.error;
    for (const finding of explainIssues(issues, { schema, document }))
      report({ severity: "error", ...finding });
    const rest = schema.safeParse(pruneFaults(document, issues));
    if (rest.success) yield* compile(rest.data);
  }
  const slips = [...source.slips, ...missingWords(source, world)];
  const isSound = ![...findings, ...slips].some(({ severity }) => severity === "error");
  const { pictures } = symbols;
  if (isSound) return { mapping, problems: locate({ ...source, slips }, findings), pictures };
  // What a warning misses may stand in a part that is wrong: beside errors, warnings are guesses.
  const errors = findings.filter(({ severity }) => severity === "error");
  const problems = locate({ ...source, slips: slips.filter(({ severity }) => severity === "error") }, errors);
  return { mapping: undefined, problems, pictures };
}

/** The schema takes one server or several. */
function hasServer(document: unknown): boolean {
  return typeof document !== "object" || document === null || "server" in document || "servers" in document;
}

const SERVER_MISSING: Finding = {
  severity: "error",
  path: ["server"],
  at: "value",
  message: '"server" is missing',
  hint: 'for example { "url": "https://valt.example.com", "username": "panel-bridge" }',
};

/** What panels, ranges and tables become: a mapping by itself, that says the same. */
export function expandMapping(root: Part, world: MappingVocabulary): unknown {
  return documentOf(root, buildMappingSchema(world));
}

function documentOf(root: Part, schema: ReturnType<typeof buildMappingSchema>): unknown {
  const texts = plainValue(root);
  return fitNumbers(root, [], (path) => fitsNumberOnly(schema, texts, path));
}

/** Words in braces of a panel that nobody fills in, neither where it is used nor later. */
function missingWords({ wordsLeft }: MappingSource, world: MappingVocabulary): MappingSource["slips"] {
  const later = [
    ...world.lookPlaceholders,
    ...world.namePlaceholders,
    ...world.pushPlaceholders,
    "value",
    "text",
  ];
  return wordsLeft
    .filter(({ word }) => !later.includes(word))
    .map(({ word, at, uses }) => ({
      severity: "error",
      at,
      uses,
      message: `nothing gives {${word}}`,
      hint: `write "with": { "${word}": ... } where the panel is used, or name a column of the table so`,
    }));
}

/** A text that was filled in is a number where nothing but a number fits: `"id": "{n}"`. */
function fitNumbers(part: Part, path: Path, isNumber: (path: Path) => boolean): unknown {
  if (part.kind === "list")
    return part.items.map((item, index) => fitNumbers(item, [...path, index], isNumber));
  if (part.kind === "scalar") {
    const isMeant = part.isFilledIn === true && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(String(part.value));
    return isMeant && isNumber(path) ? Number(part.value) : part.value;
  }
  const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { key, part: inner } of part.entries) value[key] = fitNumbers(inner, [...path, key], isNumber);
  return value;
}

function fingerprintOf({ files }: MappingSource): string {
  const hash = createHash("sha256");
  for (const { text } of files) hash.update(text);
  return hash.digest("hex");
}
