import { parsePart, type Slip } from "../../base/document/parse.ts";
import { type Entry, findEntry, type ObjectPart, type Part, type Place } from "../../base/document/part.ts";
import type { ServerName } from "../../base/identifiers.ts";
import { finish } from "../../base/pieces.ts";
import { succeed } from "../../base/result.ts";
import { readTextFile } from "../../base/text-file.ts";
import { findBeside } from "./beside.ts";
import { expandMapping } from "./expand.ts";
import { Filler } from "./fill.ts";
import { modernize, tellTooNew, versionOf } from "./modernize.ts";
import type { KnownServers, RoomSearch } from "./server-rooms.ts";
import { steps as allSteps, newestVersion, type Step } from "./steps.ts";
import { type Row, readTable } from "./table.ts";
import type { WordLeft } from "./use-panel.ts";

/** A mapping with everything that stands for more than itself written out, and where each piece of it comes from. */
export interface MappingSource {
  /** The mapping itself, then the files beside it in the order in which they were read. */
  readonly files: readonly SourceFile[];
  /** The version that the mapping was written for; 0 where it says none. */
  readonly version: number;
  /** Absent when the text is no JSON. */
  readonly root: Part | undefined;
  readonly slips: readonly Slip[];
  readonly wordsLeft: readonly WordLeft[];
  /** The rooms of devices that stand in a room, by the device's name. */
  readonly roomOf: ReadonlyMap<string, string>;
  /** What it asks of each server's list of rooms; nothing of one where every room has its id. */
  readonly searches: ReadonlyMap<ServerName, RoomSearch>;
}

interface SourceFile {
  /** As the mapping names it; absent for the mapping itself. */
  readonly name?: string;
  readonly text: string;
  readonly isTable?: true;
}

/** Texts in the place of files on the disk, by the name that the mapping gives them; the mapping's own is the empty one. */
export type EditedTexts = ReadonlyMap<string, string>;

/** How older mappings are written anew, and texts that stand in the place of what the disk has. */
interface Reading {
  readonly rooms?: KnownServers | undefined;
  readonly steps?: readonly Step[];
  readonly edited?: EditedTexts;
}

/** {@link openInPieces} at once. */
export function openMapping(text: string, folder?: string, reading: Reading = {}): MappingSource {
  return finish(openInPieces(text, folder, reading));
}

/**
 * Reads a mapping's text, the files that it includes and its tables, in the words of the newest version, and finds its rooms
 * among those of its servers that are known. The folder is absent where there is no file.
 */
export function* openInPieces(
  text: string,
  folder: string | undefined,
  { rooms = new Map(), steps = allSteps, edited = new Map() }: Reading,
): Generator<void, MappingSource> {
  const slips: Slip[] = [];
  const report = (slip: Slip) => void slips.push(slip);
  const files = new FilesBeside(text, { folder, edited }, report);
  const main = parsePart(text, { file: 0, report, hintForTwins });
  yield;
  const version = (main?.kind === "object" ? versionOf(main) : undefined) ?? newestVersion;
  const unread = { files: files.read, version, slips, wordsLeft: [], roomOf: new Map(), searches: new Map() };
  if (main?.kind !== "object") return { ...unread, root: main };
  if (version > newestVersion) {
    report(tellTooNew(main, version));
    return { ...unread, root: undefined };
  }
  const modern = (file: ObjectPart) => modernize(file, { version, steps, report });
  const whole = include(modern(main), { files, report, modern });
  yield;
  const filler = new Filler((table, at) => files.rowsOf(table, at), report);
  return { files: files.read, version, slips, ...expandMapping(whole, filler, rooms) };
}

/** The last of two equal keys would win, and a binding would be lost. */
const hintForTwins = "keep one, or put both actions into a list";
/** As much as a file may have. */
const MOST_BYTES = 1_048_576;

class FilesBeside {
  readonly #folder: string | undefined;
  readonly #edited: EditedTexts;
  readonly #report: (slip: Slip) => void;
  readonly #tables = new Map<string, readonly Row[]>();
  readonly read: SourceFile[];

  constructor(
    text: string,
    { folder, edited }: { readonly folder: string | undefined; readonly edited: EditedTexts },
    report: (slip: Slip) => void,
  ) {
    this.#folder = folder;
    this.#edited = edited;
    this.#report = report;
    this.read = [{ text }];
  }

  /** The number of the file, and its text; `at` is where it is named. */
  open(
    name: string,
    at: Place,
    what: Pick<SourceFile, "isTable"> = {},
  ): { readonly file: number; readonly text: string } | undefined {
    const complain = (message: string, hint?: string) =>
      void this.#report({ severity: "error", at, message, hint });
    const beside = findBeside(name, this.#folder);
    if (!beside.ok) return complain(beside.failure.message, beside.failure.hint);
    const edited = this.#edited.get(name);
    const read = edited === undefined ? readTextFile(beside.value, MOST_BYTES) : succeed(edited);
    if (!read.ok) return complain(`the file "${name}" ${read.failure.what}`, read.failure.hint);
    return { file: this.read.push({ name, text: read.value, ...what }) - 1, text: read.value };
  }

  /** A table is read once, however many entries come from it. */
  rowsOf(name: string, at: Place): readonly Row[] {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const opened = this.open(name, at, { isTable: true });
    const rows = opened === undefined ? [] : readTable(opened.text, opened.file, this.#report);
    this.#tables.set(name, rows);
    return rows;
  }
}

const INCLUDED = ["panels", "looks", "rooms", "devices"];

interface Including {
  readonly files: FilesBeside;
  report(slip: Slip): void;
  /** The file in the words of the newest version. */
  modern(file: ObjectPart): ObjectPart;
}

function include(main: ObjectPart, { files, report, modern }: Including): ObjectPart {
  const named = findEntry(main, "include")?.part;
  if (named === undefined) return main;
  const sections = new Map(main.entries.map((entry) => [entry.key, entry]));
  sections.delete("include");
  for (const name of named.kind === "list" ? named.items : [named]) {
    if (name.kind !== "scalar" || typeof name.value !== "string") {
      report({ severity: "error", at: name.at, message: "an included file is named by a text" });
      continue;
    }
    const opened = files.open(name.value, name.at);
    if (opened === undefined) continue;
    const part = parsePart(opened.text, { file: opened.file, report, hintForTwins });
    for (const entry of part?.kind === "object" ? sectionsOf(modern(part), report) : [])
      sections.set(entry.key, joinSections(sections.get(entry.key), entry, report));
  }
  return { ...main, entries: [...sections.values()] };
}

function sectionsOf(file: ObjectPart, report: (slip: Slip) => void): readonly Entry[] {
  return file.entries.filter(({ key, keyAt }) => {
    if (INCLUDED.includes(key)) return true;
    const hint = `possible: ${INCLUDED.join(", ")}`;
    if (key !== "$schema")
      report({ severity: "error", at: keyAt, message: `"${key}" cannot stand in an included file`, hint });
    return false;
  });
}

function joinSections(before: Entry | undefined, entry: Entry, report: (slip: Slip) => void): Entry {
  if (before?.part.kind !== "object" || entry.part.kind !== "object") return entry;
  for (const { key, keyAt } of entry.part.entries) {
    if (findEntry(before.part, key) === undefined) continue;
    const message = `"${key}" stands in another file already`;
    report({ severity: "error", at: keyAt, message, hint: "keep one" });
  }
  const entries = [...before.part.entries, ...entry.part.entries];
  return { ...before, part: { ...before.part, entries } };
}
