import { dirname, join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { succeed } from "../../base/result.ts";
import { finishInTurns } from "../../base/shared-turn.ts";
import { readTextFile } from "../../base/text-file.ts";
import { loadInPieces } from "../../mapping/load.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { type Problem, tellProblem } from "../../mapping/problem.ts";
import { type EditedTexts, type MappingSource, openInPieces } from "../../mapping/source/open.ts";
import { type KnownServers, sampleRooms } from "../../mapping/source/server-rooms.ts";
import { complain, style } from "../terminal.ts";
import { findServerFault } from "./connect.ts";

/** What came of reading a mapping file; `mapping` is absent where there are errors. */
export interface ReadMapping {
  /** Empty when the file could not be read. */
  readonly text: string;
  /** With what its panels, ranges and tables become; absent when the file could not be read. */
  readonly source?: MappingSource;
  readonly mapping: Mapping | undefined;
  readonly problems: readonly Problem[];
  /** Files and pictures beside it that were read with it, or looked for. */
  readonly beside: readonly string[];
}

/** The same by their paths. */
export function filesBeside(file: string, { beside }: ReadMapping): readonly string[] {
  return beside.map((name) => join(dirname(file), name));
}

/** A thousand rooms with a name for each are a tenth of it. */
export const MOST_BYTES = 1_048_576;

/** What a mapping is read with beside its file. */
interface ReadWith {
  /** Rooms of the server that are known. */
  readonly rooms?: KnownServers | undefined;
  readonly edited?: EditedTexts | undefined;
}

/** Reads and checks a mapping file; a file that cannot be read is a problem like any other. */
export async function readMapping(
  file: string,
  loadVocabulary: VocabularyLoader,
  { rooms, edited = new Map() }: ReadWith = {},
): Promise<ReadMapping> {
  const given = edited.get("");
  const read = given === undefined ? readTextFile(file, MOST_BYTES) : succeed(given);
  if (!read.ok) return unreadable(`the file ${read.failure.what}`, read.failure.hint);
  const text = read.value;
  const folder = dirname(file);
  const load = async (known: KnownServers | undefined) => {
    const opening = openInPieces(text, folder, { rooms: known, edited });
    const source = await finishInTurns(systemClock, opening);
    const pieces = loadInPieces(source, {
      ...(await loadVocabulary(source)),
      folder,
      findServerFault: (server) => findServerFault(server, file),
    });
    const { pictures, ...loaded } = await finishInTurns(systemClock, pieces);
    const named = source.files.flatMap(({ name }) => name ?? []);
    return { text, source, beside: [...named, ...pictures], ...loaded };
  };
  try {
    const read = await load(rooms);
    const { searches } = read.source;
    const unlisted = [...searches].filter(([, { isListed, patterns }]) => !isListed && patterns.length > 0);
    if (unlisted.length === 0) return read;
    // What stands for each room of a list may be wrong before there is one.
    const samples = unlisted.map(([server, search]) => [server, sampleRooms(search)] as const);
    const { mapping, problems, beside } = await load(new Map([...(rooms ?? []), ...samples]));
    return { ...read, mapping: mapping && read.mapping, problems, beside };
  } catch (error) {
    return unreadable(error instanceof RangeError ? TOO_DEEP : errorText(error));
  }
}

/** Node tells of no more than a stack that is full. */
const TOO_DEEP = "it is nested too deeply";

export function unreadable(message: string, hint?: string): ReadMapping {
  return {
    text: "",
    mapping: undefined,
    beside: [],
    problems: [{ severity: "error", line: 1, column: 1, message, hint }],
  };
}

/** Writes each problem to standard error, with its place in the file. */
export function complainAbout(file: string, problems: readonly Problem[]): void {
  for (const problem of problems) {
    const color = problem.severity === "error" ? "red" : "yellow";
    for (const line of tellProblem(file, problem).split("\n")) complain(style(color, line, process.stderr));
  }
}
