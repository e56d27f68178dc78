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

/** So many that say the same of different places are told; whoever mends them sees the next ones. */
const MOST_OF_A_KIND = 20;
/** What is said in more ways than these counts as one kind. */
const MOST_KINDS = 50;

/**
 * Puts the problems in the order of the files. What stands in a panel or in an entry with a range is wrong in every room
 * that comes of it: it is told once, with where it is used and how often. Of each kind, the first twenty are told, and how
 * many more there are.
 */
export function locate(source: MappingSource, findings: readonly Finding[]): readonly Problem[] {
  const lineStarts = source.files.map(({ text }) => startsOfLines(text));
  const found = [...source.slips, ...findings.map((finding) => slipOf(source, finding))];
  const told = groupAlike(found).map(
    (alike): Counted => ({ ...(alike[0] as Located), counts: tellCount(alike) }),
  );
  return tellFirst(told.sort(inOrder))
    .sort(inOrder)
    .map(({ severity, at, uses = [], message, hint, counts }) => {
      const file = source.files[at.file]?.name;
      const used = uses.map((use) => tellUse(use, at.file));
      const where = [...(used.length > 0 ? [`used at ${used.join(", ")}`] : []), ...counts];
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

/** A slip for all that are alike, and what is to be said of their number. */
interface Counted extends Located {
  readonly counts: readonly string[];
}

function inOrder({ at: one }: Slip, { at: other }: Slip): number {
  return one.file - other.file || one.offset - other.offset;
}

/** What a message says, apart from names and numbers. */
function kindOf({ severity, message }: Slip): string {
  return `${severity} ${message.replace(/"[^"]*"|\d+/g, "")}`;
}

/** Slips at one place that say the same. */
function groupAlike(slips: readonly Located[]): readonly (readonly Located[])[] {
  return group(slips, (slip) => `${slip.at.file} ${slip.at.offset} ${kindOf(slip)}`);
}

/** The first ones of each kind; the last of them says how many more there are. */
function tellFirst(slips: readonly Counted[]): Counted[] {
  const kinds = new Set<string>();
  const kindAmongFew = (slip: Slip) => {
    const kind = kindOf(slip);
    if (kinds.size < MOST_KINDS) kinds.add(kind);
    return kinds.has(kind) ? kind : "";
  };
  return group(slips, kindAmongFew).flatMap((alike) => {
    const [first, last] = [alike.slice(0, MOST_OF_A_KIND - 1), alike[MOST_OF_A_KIND - 1]];
    const more = alike.length - MOST_OF_A_KIND;
    if (last === undefined || more === 0) return alike;
    return [...first, { ...last, counts: [...last.counts, `and ${more} more like this`] }];
  });
}

function group<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const alike = groups.get(key);
    if (alike === undefined) groups.set(key, [item]);
    else alike.push(item);
  }
  return [...groups.values()];
}

function tellCount(alike: readonly Located[]): readonly string[] {
  const subjects = alike.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
  const names = new Set(subjects.map(({ name }) => name));
  return names.size < 2 ? [] : [`in ${names.size} ${subjects[0]?.what}s, the first is "${[...names][0]}"`];
}
