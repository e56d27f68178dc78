import { join } from "node:path";
import type { Row } from "./chain.ts";
import { type DatabaseFile, readDatabase } from "./database.ts";
import { JOURNAL_FORMAT } from "./formats.ts";

/** Which rows; everything that is given must hold. */
export interface RowFilter {
  readonly room?: string;
  readonly device?: string;
  readonly correlation?: string;
  /** After this row. */
  readonly sinceSequence?: number;
  /** From this moment on. */
  readonly sinceWallMs?: number;
  /** Up to this moment, itself excluded. */
  readonly untilWallMs?: number;
}

const conditions: Readonly<Record<keyof RowFilter, string>> = {
  room: "room = ?",
  device: "device = ?",
  correlation: "correlation = ?",
  sinceSequence: "sequence > ?",
  sinceWallMs: "wall_ms >= ?",
  untilWallMs: "wall_ms < ?",
};

/** The rows in their order, one at a time: a journal may be larger than memory. */
export function readRows(database: DatabaseFile, filter: RowFilter): IterableIterator<Row> {
  const given = (Object.keys(conditions) as (keyof RowFilter)[]).filter((key) => filter[key] !== undefined);
  const where = given.length === 0 ? "" : `WHERE ${given.map((key) => conditions[key]).join(" AND ")}`;
  const statement = database.prepare(
    `SELECT sequence, run, at_ms AS atMs, wall_ms AS wallMs, kind, correlation, device, room, author, body, hash
     FROM facts ${where} ORDER BY sequence`,
  );
  return statement.iterate(...given.map((key) => filter[key])) as IterableIterator<Row>;
}

/** Every room that rows tell of. */
export function readRoomNames(database: DatabaseFile): readonly string[] {
  const rows = database.prepare("SELECT DISTINCT room FROM facts WHERE room IS NOT NULL").all();
  return rows.map((row) => String((row as { readonly room: unknown }).room));
}

/** What is read at once for those who look at a range of time. */
export interface JournalReading {
  readonly folder: string;
  readonly sinceWallMs: number;
  readonly untilWallMs: number;
  /** Only older ones than this row. */
  readonly beforeSequence: number;
  readonly most: number;
}

/**
 * The newest rows of the range that tell what was done and what came of it. A row that was written anew when the journal
 * became too large counts by its own time. Looks at every row of the file: not for the thread in which anybody waits.
 */
export function readNewest({ folder, ...range }: JournalReading): readonly Row[] {
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  try {
    const statement = database.prepare(
      `SELECT sequence, run, at_ms AS atMs, wall_ms AS wallMs, kind, correlation, device, room, author, body, hash
       FROM facts
       WHERE sequence < ? AND wall_ms >= ? AND wall_ms < ? AND kind <> 'told'
         AND (kind <> 'shown' OR correlation IS NOT NULL)
       ORDER BY sequence DESC LIMIT ?`,
    );
    const { beforeSequence, sinceWallMs, untilWallMs, most } = range;
    return statement.all(beforeSequence, sinceWallMs, untilWallMs, most) as unknown as readonly Row[];
  } finally {
    database.close();
  }
}
