import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { onTestFinished } from "vitest";
import type { KeptMark } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import {
  controlId,
  correlationIds,
  deviceId,
  recordingId,
  roomName,
  valtRoomId,
} from "../../src/base/identifiers.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import type { Row } from "../../src/journal/chain.ts";
import { readDatabase } from "../../src/journal/database.ts";
import type { Fact, FactBody } from "../../src/journal/fact.ts";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import type { NewRow, OpeningNews } from "../../src/journal/journal-file.ts";
import { type Ledger, openLedger } from "../../src/journal/ledger.ts";
import { readRows } from "../../src/journal/read.ts";
import { createStorage } from "../../src/journal/storage.ts";

export const ROOM = roomName("interview-1");
export const DESK = deviceId("desk");
export const KEY = controlId("key-3");
export const correlation = correlationIds(0)();

export const cause = {
  correlation,
  device: DESK,
  source: KEY,
  gesture: "tap",
  pressedAtMs: 10,
  completedAtMs: 10,
} as const;

export function factAt(atMs: number, body: FactBody): Fact {
  return { atMs, wallMs: Date.UTC(2026, 0, 15, 9) + atMs, ...body };
}

export function now(body: FactBody): Fact {
  return { atMs: systemClock.monotonicMs(), wallMs: systemClock.wallMs(), ...body };
}

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "valt-bridge-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Opening {
  readonly folder: string;
  readonly secrets?: readonly string[];
}

/** A journal and a ledger in their real thread, closed when the test ends. */
export async function openBoth({ folder, secrets = [] }: Opening) {
  const said: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (message) => said.push(message),
    info: (message) => said.push(message),
  };
  const storage = createStorage(systemClock);
  const common = { storage, folder, clock: systemClock, log };
  const retention = { days: 90, bytes: 1e9 };
  const journal: Journal = await openJournal({ ...common, retention, secrets: () => secrets });
  const ledger: Ledger = await openLedger(common);
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await Promise.all([journal.close(), ledger.close()]);
    await storage.close();
  };
  onTestFinished(close);
  return { journal, ledger, storage, said, close };
}

export function rowsOf(folder: string): readonly Row[] {
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const rows = [...readRows(database, {})];
  database.close();
  return rows;
}

/** A run of the bridge that writes some rows, the first of which says that it was opened. */
export async function writeJournal(
  folder: string,
  count: number,
  run = "run-1",
): Promise<readonly OpeningNews[]> {
  const storage = createStorage(systemClock);
  const opening = { folder, run, atMs: 0, wallMs: 1000, damage: undefined };
  const opened = await storage.ask("open-journal", opening);
  if (!opened.ok) throw new Error(opened.failure.message);
  const rows = Array.from({ length: count - 1 }, (_, index) => plainRow(index + 1));
  await storage.ask("append", rows);
  await storage.ask("publish-head", null);
  await storage.ask("close-journal", null);
  await storage.close();
  return opened.value;
}

export function plainRow(index: number): NewRow {
  const body = JSON.stringify({ command: "start", index });
  const place = { correlation: "c-1", device: "desk", room: "interview-1", author: null };
  return { atMs: index, wallMs: 1000 + index, kind: "request", body, ...place };
}

/** What somebody with the right to write the file can do to it. */
export function tamper(folder: string, ...statements: string[]): void {
  const database = new DatabaseSync(join(folder, JOURNAL_FORMAT.name), { defensive: false });
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** All bytes of all files in the folder. */
export function bytesIn(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

export function markNamed(id: string, changes: Partial<KeptMark> = {}): KeptMark {
  return {
    id,
    room: ROOM,
    roomId: valtRoomId(4),
    recording: recordingId(616),
    server: "https://valt.example.com",
    text: `text of ${id}`,
    color: "red",
    correlation,
    device: DESK,
    source: KEY,
    pressedWallMs: 1_770_000_000_000.5,
    pressed: { era: "boot-1", atMs: 81_234.5 },
    timeSeconds: 12,
    ...changes,
  };
}

/** Overwrites the last quarter of a database file. */
export function ruinLastPages(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xaa, Math.floor((bytes.length * 3) / 4 / 4096) * 4096);
  writeFileSync(file, bytes);
}
