import { chmodSync, closeSync, existsSync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import { readWallTime } from "../base/clock.ts";
import { errorText } from "../base/error-text.ts";
import { makeFolder, syncFolder } from "./durable-folder.ts";
import { identify } from "./file-identity.ts";
import { DatabaseSync } from "./sqlite.ts";

/** Why nothing could be read or written, and what a person can do. */
export interface StorageFailure {
  readonly kind:
    | "full"
    | "not-permitted"
    | "corrupt"
    | "replaced"
    | "newer"
    | "unusable"
    | "failed"
    | "stopped";
  readonly message: string;
}

/** What is in one of the files. */
export interface FileFormat {
  /** Within its folder. */
  readonly name: string;
  /** Stored as `user_version`; a file with a higher one is not touched. */
  readonly version: number;
  /** Of the newest version. */
  readonly schema: string;
  /** What brings a file forward: from version 1 to 2, from 2 to 3, and so on up to the newest. */
  readonly upgrades: readonly string[];
}

/** One open file, as far as the journal and the ledger need it. */
export interface DatabaseFile {
  exec(sql: string): void;
  /** Prepared once for each text. */
  prepare(sql: string): StatementSyncInstance;
  readonly isTransaction: boolean;
  /**
   * The library releases the file only when the statements are gone too: when memory is cleaned up, at the latest
   * when the thread ends. Only then may the file be moved: the late release removes the write-ahead log that it
   * finds under the old name, whoever it belongs to by then.
   */
  close(): void;
}

/** One that is written to. */
export interface WritableFile extends DatabaseFile {
  /** Throws where the next start would not find this file: then nothing that was written is safe. */
  checkPlace(): void;
}

/** How long another process, such as a reader of the journal, may hold the file. */
const BUSY_MS = 2000;

/**
 * Opens or creates the file for writing. One connection, write-ahead log, synced at every commit: what was
 * committed survives the process and the power. Throws; `failureOf` says what it was.
 */
export function openDatabase(folder: string, format: FileFormat): WritableFile {
  makeFolder(folder);
  const file = join(folder, format.name);
  guardFile(file);
  const database = openFile(file, { timeout: BUSY_MS });
  try {
    const version = readVersion(database);
    if (version > format.version) throw new NewerFile(file, version);
    if (version === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 500");
    if (version === 0) create(database, format);
    else if (version < format.version) upgrade(database, format, version);
    return Object.assign(database, { checkPlace: watchPlace(database, file) });
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * For this user alone, whatever the process gives its files: before SQLite opens it, which gives its log and its index
 * the mode that the file has. Those that were left by another run are brought in line.
 */
function guardFile(file: string): void {
  // Only a new one: closing a file that SQLite has open in this process would end its locks.
  if (!existsSync(file)) closeSync(openSync(file, "wx", 0o600));
  for (const ending of ["", "-wal", "-shm"]) if (existsSync(file + ending)) chmodSync(file + ending, 0o600);
}

function watchPlace(database: DatabaseFile, file: string): () => void {
  const identity = identify(file);
  return () => {
    if (identify(file) === identity) return;
    // Into the file that it belongs to, wherever that is: SQLite would apply a log to whatever has its file's name.
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    throw new ReplacedFile("the file was removed or replaced while it was in use");
  };
}

/** A damaged file, to save from it what can be read. */
export function openDamaged(file: string): DatabaseFile {
  return openFile(file, { timeout: BUSY_MS });
}

/** For reading only: of a running bridge, of one that has ended, or from a read-only medium. */
export function readDatabase(file: string, format: FileFormat): DatabaseFile {
  const database = openToRead(file);
  const version = readVersion(database);
  if (version === format.version) return database;
  database.close();
  if (version > format.version) throw new NewerFile(file, version);
  throw new Error(version === 0 ? `${file} is no file of the bridge` : tellOlder(file, version));
}

function tellOlder(file: string, version: number): string {
  return `${file} was written by an older version (format ${version}): start the bridge once, which brings it forward`;
}

/**
 * Writes the file as it is at this moment into a new one, also while a bridge writes it, whichever earlier format it has.
 * Throws where it cannot be read, and for one of a newer version.
 */
export function copyDatabase(file: string, to: string, format: FileFormat): void {
  const database = openToRead(file);
  try {
    const version = readVersion(database);
    if (version > format.version) throw new NewerFile(file, version);
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
}

function openToRead(file: string): DatabaseFile {
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  try {
    const database = openFile(file, { readOnly: true, timeout: BUSY_MS });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch (error) {
    // Without a write-ahead log beside it the file is whole, and can be read where nothing may be written.
    if (existsSync(`${file}-wal`) || failureOf(error).kind === "corrupt") throw error;
    const address = pathToFileURL(file);
    address.search = "?immutable=1";
    return openFile(address, { readOnly: true });
  }
}

function openFile(...where: ConstructorParameters<typeof DatabaseSync>): DatabaseFile {
  const database: DatabaseSyncInstance = new DatabaseSync(...where);
  const statements = new Map<string, StatementSyncInstance>();
  return {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
    get isTransaction() {
      return database.isTransaction;
    },
    close: () => database.close(),
  };
}

function readVersion(database: DatabaseFile): number {
  return Number((database.prepare("PRAGMA user_version").get() as { user_version: number }).user_version);
}

function create(database: DatabaseFile, { schema, version }: FileFormat): void {
  inTransaction(database, () => database.exec(`${schema}; PRAGMA user_version = ${version}`));
}

/** All steps or none, so that a killed process leaves either version whole. */
function upgrade(database: DatabaseFile, { upgrades, version }: FileFormat, from: number): void {
  const steps = upgrades.slice(from - 1).join(";\n");
  inTransaction(database, () => database.exec(`${steps};\nPRAGMA user_version = ${version}`));
}

/** Reads the whole file, which takes a while for a large one. Throws where something is wrong with it. */
export function checkWhole(database: DatabaseFile): void {
  const { quick_check: verdict } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (verdict !== "ok") throw new DamagedFile(verdict);
}

/** All or nothing; the connection is usable afterwards in both cases. */
export function inTransaction<Value>(database: DatabaseFile, work: () => Value): Value {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = work();
    database.exec("COMMIT");
    return value;
  } catch (error) {
    // A full disk has rolled the transaction back already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Keeps the unusable file, with what belongs to it, under another name; returns that name. */
export function moveAside(folder: string, name: string, wallMs: number): string {
  const aside = nameAside(folder, name, wallMs);
  moveFile(folder, name, aside);
  return aside;
}

/** Not taken yet. */
export function nameAside(folder: string, name: string, wallMs: number): string {
  const { date, time } = readWallTime(wallMs);
  const moment = `${date}T${time.replaceAll(":", "")}`;
  for (let attempt = 0; ; attempt++) {
    const aside = `${name}.corrupt-${moment}${attempt === 0 ? "" : `-${attempt}`}`;
    if (!existsSync(join(folder, aside))) return aside;
  }
}

/** With its log, and that first: one that is left alone is removed by SQLite with the next file of that name. */
export function moveFile(folder: string, from: string, to: string): void {
  for (const ending of ["-wal", "-shm", ""])
    if (existsSync(join(folder, from + ending)))
      renameSync(join(folder, from + ending), join(folder, to + ending));
  syncFolder(folder);
}

class NewerFile extends Error {
  constructor(file: string, version: number) {
    super(`${file} was written by a newer version (format ${version}): use that version, or move the file`);
  }
}

class DamagedFile extends Error {}

class ReplacedFile extends Error {}

/** SQLite's primary result codes (sqlite.org/rescode.html), as far as people can do something about them. */
const kindsByCode: Readonly<Record<number, StorageFailure["kind"]>> = {
  3: "not-permitted",
  8: "not-permitted",
  11: "corrupt",
  13: "full",
  14: "not-permitted",
  18: "unusable",
  19: "unusable",
  20: "unusable",
  23: "not-permitted",
  26: "corrupt",
};
const kindsByWord: Readonly<Record<string, StorageFailure["kind"]>> = {
  EACCES: "not-permitted",
  EPERM: "not-permitted",
  EROFS: "not-permitted",
  ENOTDIR: "not-permitted",
  EEXIST: "not-permitted",
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  ERR_INVALID_ARG_TYPE: "unusable",
};

const remedies: Readonly<Record<StorageFailure["kind"], string>> = {
  full: "the disk is full: ",
  "not-permitted": "the folder cannot be written to: ",
  corrupt: "the file is damaged: ",
  replaced: "",
  newer: "",
  unusable: "",
  failed: "",
  stopped: "",
};

/** What SQLite or the disk said, with what to do about it in front. */
export function failureOf(error: unknown): StorageFailure {
  const kind = kindOf(error);
  const message = errorText(error);
  return { kind, message: `${remedies[kind]}${message}` };
}

function kindOf(error: unknown): StorageFailure["kind"] {
  if (error instanceof NewerFile) return "newer";
  if (error instanceof DamagedFile) return "corrupt";
  if (error instanceof ReplacedFile) return "replaced";
  const { errcode, code } = error as { errcode?: number; code?: string };
  if (errcode !== undefined) return kindsByCode[errcode & 0xff] ?? "failed";
  return kindsByWord[code ?? ""] ?? "failed";
}
