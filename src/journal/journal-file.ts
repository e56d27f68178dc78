import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Head, hashRow, type Row, START, spellHead } from "./chain.ts";
import { type DatabaseFile, inTransaction, moveAside, openDatabase, type WritableFile } from "./database.ts";
import { IS_EVIDENCE } from "./evidence.ts";
import { JOURNAL_FORMAT } from "./formats.ts";
import { HEAD_FILE, readHeadFile, writeHeadFile } from "./head-file.ts";

/** A row that is to be chained; the file gives it its sequence and its hash. */
export type NewRow = Omit<Row, "sequence" | "hash" | "run">;

/** What opening the journal needs. `atMs` is monotonic, `wallMs` since 1970. */
export interface JournalOpening {
  readonly folder: string;
  /** The name of this run of the bridge. */
  readonly run: string;
  readonly atMs: number;
  readonly wallMs: number;
  /** What an earlier thread found to be wrong with the file: it is moved aside, and a new one is begun. */
  readonly damage: string | undefined;
  /** The last row that this run is known to have written: it must be there. */
  readonly expected?: Head | undefined;
}

/** What opening found out that people should know. */
export type OpeningNews =
  | { readonly kind: "moved-aside"; readonly file: string; readonly why: string }
  | { readonly kind: "rows-missing"; readonly expected: string };

/** The open file of facts, for the thread that writes it. */
export interface JournalFile {
  readonly news: readonly OpeningNews[];
  /** Throws where the next start would not find this file. */
  checkPlace(): void;
  /** Durable when it returns, in a file that can be found; throws what SQLite throws. */
  append(rows: readonly NewRow[]): Head;
  /** Removes some rows from the oldest end; once none is removed, the limits are kept. */
  prune(limits: PruneLimits): Pruned;
  /** Publishes the head beside the file, unless it is there already. */
  publishHead(): void;
  close(): void;
}

/** What retention keeps. */
export interface PruneLimits {
  /** Rows before this moment go. */
  readonly beforeWallMs: number;
  /** Above this size the oldest rows go, until a tenth of it is free. */
  readonly bytes: number;
  /** Evidence from this moment on is written anew at the end when its rows go. */
  readonly spareFromWallMs: number;
  readonly atMs: number;
  readonly wallMs: number;
}

/** What one step of retention did; rows by their sequence numbers. */
export interface Pruned {
  readonly removed: number;
  /** How many of these were written anew. */
  readonly spared: number;
  /** The last row that was removed, and the last that there was before. */
  readonly through: number;
  readonly last: number;
  readonly usedBytes: number;
}

/** Opens the journal to write. Throws where that is impossible. */
export function openJournalFile(opening: JournalOpening): JournalFile {
  const news: OpeningNews[] = [];
  const database = openOrReplace(opening, news);
  try {
    return begin(database, opening, news);
  } catch (error) {
    database.close();
    throw error;
  }
}

function begin(database: WritableFile, opening: JournalOpening, news: OpeningNews[]): JournalFile {
  const { folder, wallMs, run, expected } = opening;
  const published = readHeadFile(folder);
  const lacks = (head: Head | undefined) => head !== undefined && !contains(database, head);
  const missing = [expected, published].find(lacks);
  if (missing !== undefined && news.length === 0)
    news.push({ kind: "rows-missing", expected: spellHead(missing) });
  const file = new JournalRows(database, { folder, run, news });
  const body = JSON.stringify(news.length === 0 ? {} : { news });
  file.append([{ ...blankRow, atMs: opening.atMs, wallMs, kind: "opened", body }]);
  // Not before it is recorded: when that fails, the next start finds it again.
  if (lacks(published)) moveAside(folder, HEAD_FILE, wallMs);
  file.publishHead();
  return file;
}

/** Whether that head is a row of the chain, or older than what retention has left of it. */
function contains(database: DatabaseFile, { sequence, hash }: Head): boolean {
  if (sequence <= (readAnchor(database) ?? START).sequence) return true;
  const row = database.prepare("SELECT hash FROM facts WHERE sequence = ?").get(sequence);
  return (row as Head | undefined)?.hash === hash;
}

function openOrReplace({ folder, wallMs, damage }: JournalOpening, news: OpeningNews[]): WritableFile {
  if (damage !== undefined && existsSync(join(folder, JOURNAL_FORMAT.name)))
    news.push({ kind: "moved-aside", file: moveAside(folder, JOURNAL_FORMAT.name, wallMs), why: damage });
  return openDatabase(folder, JOURNAL_FORMAT);
}

/** A mark that is to be kept waits for this: some tens of milliseconds. */
const MOST_AT_ONCE = 5000;

const blankRow = { correlation: null, device: null, room: null, author: null } as const;

class JournalRows implements JournalFile {
  readonly news: readonly OpeningNews[];
  readonly #database: WritableFile;
  readonly #folder: string;
  readonly #run: string;
  readonly #insert;

  constructor(
    database: WritableFile,
    { folder, run, news }: { folder: string; run: string; news: readonly OpeningNews[] },
  ) {
    this.news = news;
    this.#database = database;
    this.#folder = folder;
    this.#run = run;
    this.#insert = database.prepare("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  }

  checkPlace(): void {
    this.#database.checkPlace();
  }

  append(rows: readonly NewRow[]): Head {
    const run = this.#run;
    const head = inTransaction(this.#database, () => this.#chain(rows.map((row) => ({ ...row, run }))));
    this.checkPlace();
    return head;
  }

  /** The head is read anew each time: only what is in the file counts. */
  #chain(rows: readonly (NewRow & Pick<Row, "run">)[]): Head {
    let head = readHead(this.#database);
    for (const row of rows) {
      const full = { ...row, sequence: head.sequence + 1 };
      const hash = hashRow(head.hash, full);
      const { sequence, run, atMs, wallMs, kind, correlation, device, room, author, body } = full;
      this.#insert.run(sequence, run, atMs, wallMs, kind, correlation, device, room, author, body, hash);
      head = { sequence, hash };
    }
    return head;
  }

  /**
   * The row that says so, what is spared, the new start of the chain and the removal are one transaction. Pages that
   * became free are given back to the disk.
   */
  prune({ beforeWallMs, bytes, spareFromWallMs, atMs, wallMs }: PruneLimits): Pruned {
    const database = this.#database;
    const start = readAnchor(database) ?? START;
    const last = readHead(database).sequence;
    const through = Math.min(
      start.sequence + MOST_AT_ONCE,
      Math.max(findLastBefore(database, start, beforeWallMs), findLastTooMany(database, start, bytes)),
    );
    const removed = Math.max(0, through - start.sequence);
    if (removed === 0)
      return { removed, spared: 0, through: start.sequence, last, usedBytes: used(database) };
    const hash = (database.prepare("SELECT hash FROM facts WHERE sequence = ?").get(through) as Head).hash;
    const spared = findEvidence(database, { through, spareFromWallMs });
    inTransaction(database, () => {
      const body = JSON.stringify({ through, hash, removed, spared: spared.length });
      this.#chain([{ ...blankRow, run: this.#run, atMs, wallMs, kind: "pruned", body }, ...spared]);
      database.prepare("INSERT OR REPLACE INTO anchor VALUES (1, ?, ?)").run(through, hash);
      database.prepare("DELETE FROM facts WHERE sequence <= ?").run(through);
    });
    database.exec("PRAGMA incremental_vacuum");
    return { removed, spared: spared.length, through, last, usedBytes: used(database) };
  }

  publishHead(): void {
    this.checkPlace();
    const [head, published] = [readHead(this.#database), readHeadFile(this.#folder)];
    if (published === undefined || spellHead(published) !== spellHead(head))
      writeHeadFile(this.#folder, head);
  }

  close(): void {
    this.#database.close();
  }
}

/** The last row's, or the start of the chain where there is none. */
export function readHead(database: DatabaseFile): Head {
  const last = database.prepare("SELECT sequence, hash FROM facts ORDER BY sequence DESC LIMIT 1").get();
  return (last as Head | undefined) ?? readAnchor(database) ?? START;
}

/** Up to where rows have been removed for their age or number. */
export function readAnchor(database: DatabaseFile): Head | undefined {
  return database.prepare("SELECT sequence, hash FROM anchor").get() as Head | undefined;
}

/** Reads only what it finds too old: the first row that is young enough ends the search. */
function findLastBefore(database: DatabaseFile, start: Head, beforeWallMs: number): number {
  const young = database
    .prepare("SELECT sequence FROM facts WHERE wall_ms >= ? ORDER BY sequence LIMIT 1")
    .get(beforeWallMs) as { sequence: number } | undefined;
  const last = (young?.sequence ?? readHead(database).sequence + 1) - 1;
  // The newest row stays in any case: the chain goes on from it.
  return Math.min(Math.max(last, start.sequence), readHead(database).sequence - 1);
}

/** As they were written, whatever run that was: a copy of a copy is the same. */
function findEvidence(
  database: DatabaseFile,
  { through, spareFromWallMs }: { readonly through: number; readonly spareFromWallMs: number },
): readonly (NewRow & Pick<Row, "run">)[] {
  const statement = database.prepare(
    `SELECT run, at_ms AS atMs, wall_ms AS wallMs, kind, correlation, device, room, author, body
     FROM facts WHERE sequence <= ? AND wall_ms >= ? AND ${IS_EVIDENCE} ORDER BY sequence`,
  );
  return statement.all(through, spareFromWallMs) as (NewRow & Pick<Row, "run">)[];
}

function used(database: DatabaseFile): number {
  const read = (name: string) =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[0]);
  return (read("page_count") - read("freelist_count")) * read("page_size");
}

function findLastTooMany(database: DatabaseFile, start: Head, bytes: number): number {
  const usedBytes = used(database);
  if (usedBytes <= bytes) return start.sequence;
  const rows = readHead(database).sequence - start.sequence;
  const share = 1 - (0.9 * bytes) / usedBytes;
  return start.sequence + Math.min(rows - 1, Math.ceil(rows * share));
}
