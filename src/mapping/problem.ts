import { dirname, join } from "node:path";
import type { Finding as DocumentFinding } from "../base/document/finding.ts";
import type { Slip } from "../base/document/parse.ts";
import type { Place } from "../base/document/part.ts";
import { lineAndColumn, placeOf, startsOfLines } from "../base/document/place.ts";
import type { MappingSource } from "./source/open.ts";

/** Something wrong in a mapping file, said so that a person can mend it. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** The file beside the mapping in which it stands; absent for the mapping itself. */
  readonly file?: string;
  /** One-based. */
  readonly line: number;
  readonly column: number;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly hint: string | undefined;
}

/** A problem still named by its place in the document. */
export interface Finding extends DocumentFinding {
  readonly severity: "error" | "warning";
}

export function tellProblem(file: string, problem: Problem): string {
  const { severity, message, hint } = problem;
  return `${tellPlace(file, problem)}: ${severity}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
}

/** `mappings/clinic.jsonc:12:5`, as editors and terminals understand it. */
export function tellPlace(mapping: string, { file, line, column }: Problem): string {
  return `${file === undefined ? mapping : join(dirname(mapping), file)}:${line}:${column}`;
}

/**
 * Puts the problems in the order of the files. What stands in a panel or in an entry with a range is wrong in every room
 * that comes of it: it is told once, with where it is used and how often.
 */
export function locate(source: MappingSource, findings: readonly Finding[]): readonly Problem[] {
  const lineStarts = source.files.map(({ text }) => startsOfLines(text));
  const found = [...source.slips, ...findings.map((finding) => slipOf(source, finding))];
  return groupAlike(found)
    .map((alike) => ({ first: alike[0] as Located, count: tellCount(alike) }))
    .sort(
      ({ first: one }, { first: other }) => one.at.file - other.at.file || one.at.offset - other.at.offset,
    )
    .map(({ first: { severity, at, uses = [], message, hint }, count }) => {
      const file = source.files[at.file]?.name;
      const used = uses.map((use) => tellUse(use, at.file));
      const where = [...(used.length > 0 ? [`used at ${used.join(", ")}`] : []), ...count];
      return {
        severity,
        ...(file === undefined ? {} : { file }),
        ...lineAndColumn(at.offset, lineStarts[at.file] ?? []),
        message: where.length === 0 ? message : `${message} [${where.join(", ")}]`,
        hint,
      };
    });

  function tellUse({ file, offset }: Place, from: number): string {
    const { line, column } = lineAndColumn(offset, lineStarts[file] ?? []);
    const name = file === from ? "" : (source.files[file]?.name ?? "the mapping");
    return name === "" ? `${line}:${column}` : `${name}:${line}:${column}`;
  }
}

/** A slip, and the room or device of which it was found. */
interface Located extends Slip {
  readonly subject?: { readonly what: "room" | "device"; readonly name: string };
}

function slipOf({ root, roomOf }: MappingSource, finding: Finding): Located {
  const { severity, message, hint, path } = finding;
  const [section, name] = path.map(String);
  const room = section === "rooms" ? name : roomOf.get(name ?? "");
  const subject =
    room !== undefined
      ? ({ what: "room", name: room } as const)
      : section === "devices" && name !== undefined
        ? ({ what: "device", name } as const)
        : undefined;
  return { severity, message, hint, ...placeOf(root, finding), ...(subject && { subject }) };
}

/** Slips at one place that say the same, apart from names and numbers. */
function groupAlike(slips: readonly Located[]): readonly (readonly Located[])[] {
  const groups = new Map<string, Located[]>();
  for (const slip of slips) {
    const said = slip.message.replace(/"[^"]*"|\d+/g, "");
    const key = `${slip.severity} ${slip.at.file} ${slip.at.offset} ${said}`;
    groups.set(key, [...(groups.get(key) ?? []), slip]);
  }
  return [...groups.values()];
}

function tellCount(alike: readonly Located[]): readonly string[] {
  const subjects = alike.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
  const names = new Set(subjects.map(({ name }) => name));
  return names.size < 2 ? [] : [`in ${names.size} ${subjects[0]?.what}s, the first is "${[...names][0]}"`];
}
