import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readStarted, STARTED_FORMAT } from "../../alarm/started-file.ts";
import { KIOSKS_FORMAT, readKiosks } from "../../bridge/kiosks.ts";
import { ROOMS_FORMAT, readRooms } from "../../bridge/rooms-file.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../journal/formats.ts";

interface StateFormat {
  readonly name: string;
  /** The newest that this program understands. */
  readonly version: number;
  /** Of a file that is there. */
  read(path: string): Promise<number>;
}

/** What a bridge keeps that has a format of its own; the journal's head is part of the journal's. */
export const stateFormats: readonly StateFormat[] = [
  { ...JOURNAL_FORMAT, read: readUserVersion },
  { ...LEDGER_FORMAT, read: readUserVersion },
  { ...STARTED_FORMAT, read: async (path) => readStarted(await readFile(path, "utf8")).format },
  { ...KIOSKS_FORMAT, read: async (path) => readKiosks(await readFile(path, "utf8")).format },
  { ...ROOMS_FORMAT, read: async (path) => readRooms(await readFile(path, "utf8")).format },
];

/** The sentence about the first file that only a newer version understands; nothing where there is none. */
export async function findNewerState(folder: string): Promise<string | undefined> {
  for (const { name, version, read } of stateFormats) {
    // What is not there, or damaged, is for those who open it.
    const found = await read(join(folder, name)).catch(() => 0);
    if (found > version) return tellNewer(join(folder, name), found);
  }
  return undefined;
}

function tellNewer(file: string, format: number): string {
  return `${file} was written by a newer version (format ${format}): install that version again, restore a backup of this one, or move ${file} away`;
}

/** How a database begins, and where it has its `user_version`, the highest byte first (sqlite.org/fileformat2.html, 1.3). */
const MAGIC = "SQLite format 3\0";
const USER_VERSION_AT = 60;

/** Without SQLite, which would write beside the file. What only the write-ahead log says yet is found by who opens it. */
async function readUserVersion(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(USER_VERSION_AT + 4);
    await file.read(header, 0, header.length, 0);
    return header.toString("latin1", 0, MAGIC.length) === MAGIC ? header.readUInt32BE(USER_VERSION_AT) : 0;
  } finally {
    await file.close();
  }
}
