import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { copyDatabase, failureOf, openDatabase, readDatabase } from "../../src/journal/database.ts";
import { makeFolder } from "../../src/journal/durable-folder.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile, writeHeadFile } from "../../src/journal/head-file.ts";
import { openJournalFile } from "../../src/journal/journal-file.ts";
import { openLedgerFile } from "../../src/journal/ledger-file.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { markNamed, plainRow, rowsOf, ruinLastPages, scratchFolder, tamper } from "./setting.ts";

const openRows = (folder: string) =>
  openJournalFile({ folder, run: "run-1", atMs: 0, wallMs: 1000, damage: undefined });
const openMarks = (folder: string) => openLedgerFile({ folder, wallMs: 5, damage: undefined });
const keep = (id: string) => ({ kind: "keep", mark: markNamed(id) }) as const;
const limits = { beforeWallMs: 0, bytes: 1e9, spareFromWallMs: Infinity, atMs: 1, wallMs: 9000 };

function kindOfFailure(act: () => unknown): string {
  try {
    act();
    return "none";
  } catch (error) {
    return failureOf(error).kind;
  }
}

function journalOf(count: number) {
  const folder = scratchFolder();
  const file = openRows(folder);
  onTestFinished(() => file.close());
  file.append(Array.from({ length: count - 1 }, (_, index) => plainRow(index + 1)));
  return { folder, file };
}

const freePages = (folder: string, name: string) => {
  const database = new DatabaseSync(join(folder, name));
  const { freelist_count: count } = database.prepare("PRAGMA freelist_count").get() as {
    freelist_count: number;
  };
  database.close();
  return count;
};

describe("rows that are too many", () => {
  test("go down to the newest, which stays whatever the limit is", () => {
    const { folder, file } = journalOf(3);
    expect(file.prune({ ...limits, bytes: 1 })).toMatchObject({ removed: 2, through: 2, last: 3 });
    expect(rowsOf(folder).map(({ sequence }) => sequence)).toEqual([3, 4]);
  });

  test("are counted from where the file begins since others went", () => {
    const { file } = journalOf(1000);
    const { usedBytes, through } = file.prune({ ...limits, beforeWallMs: 1500 });
    const bytes = Math.round(usedBytes / 2);
    const rows = 1001 - through;
    const removed = Math.ceil(rows * (1 - (0.9 * bytes) / usedBytes));
    expect(file.prune({ ...limits, bytes })).toMatchObject({ removed, through: through + removed });
  });

  test("do not count by pages that are free already", () => {
    const { folder, file } = journalOf(3000);
    const { usedBytes } = file.prune(limits);
    tamper(folder, "DELETE FROM facts WHERE sequence > 100");
    expect(file.prune({ ...limits, bytes: usedBytes / 2 })).toMatchObject({ removed: 0, last: 100 });
  });

  test.each([
    ["facts", JOURNAL_FORMAT.name],
    ["marks", LEDGER_FORMAT.name],
  ])("give the space of %s back to the disk", (what, name) => {
    const { folder, file } = journalOf(3000);
    const marks = openMarks(folder);
    onTestFinished(() => marks.close());
    const ids = Array.from({ length: 500 }, (_, index) => `mark-${index}`);
    marks.change(ids.map(keep));
    marks.change(ids.map((id) => ({ kind: "settle", id, result: "delivered", why: "", wallMs: 1 })));
    if (what === "facts") file.prune({ ...limits, beforeWallMs: 1e15 });
    else marks.prune(2);
    expect(freePages(folder, name)).toBe(0);
  });
});

describe("a journal without rows", () => {
  test("is whole where nothing was ever written", () => {
    const database = openDatabase(scratchFolder(), JOURNAL_FORMAT);
    onTestFinished(() => database.close());
    expect(verifyChain(database, [])).toMatchObject({ findings: [], rows: 0, head: { sequence: 0 } });
  });

  test("that somebody cut away goes on behind what retention had removed, and misses the others", () => {
    const { folder, file } = journalOf(9);
    const { through } = file.prune({ ...limits, beforeWallMs: 1005 });
    file.publishHead();
    tamper(folder, "DELETE FROM facts");
    const next = openRows(folder);
    onTestFinished(() => next.close());
    expect(next.news).toMatchObject([{ kind: "rows-missing" }]);
    expect(rowsOf(folder)).toMatchObject([{ sequence: through + 1, kind: "opened" }]);
  });
});

describe("a ledger", () => {
  test("that is damaged inside is not opened as if nothing were wrong", () => {
    const folder = scratchFolder();
    const marks = openMarks(folder);
    marks.change(Array.from({ length: 500 }, (_, index) => keep(`mark-${index}`)));
    marks.close();
    const database = new DatabaseSync(join(folder, LEDGER_FORMAT.name));
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    ruinLastPages(join(folder, LEDGER_FORMAT.name));
    expect(kindOfFailure(() => openMarks(folder))).toBe("corrupt");
  });

  test("that cannot be written fails: no mark of it is told as one that no file takes", () => {
    const folder = scratchFolder();
    const marks = openMarks(folder);
    onTestFinished(() => marks.close());
    const database = new DatabaseSync(join(folder, LEDGER_FORMAT.name));
    database.exec("DROP TABLE marks");
    database.close();
    expect(kindOfFailure(() => marks.change([keep("a")]))).toBe("failed");
  });

  test("that is damaged gives back its whole rows, also those behind one that lost its text or its room", () => {
    const folder = scratchFolder();
    const schema = LEDGER_FORMAT.schema.replaceAll("STRICT", "").replaceAll("NOT NULL", "");
    const damaged = new DatabaseSync(join(folder, `${LEDGER_FORMAT.name}.damaged`));
    damaged.exec(schema);
    const first = openMarks(scratchFolder());
    onTestFinished(() => first.close());
    for (const [id, text, roomId] of [
      ["a", "one", 4],
      ["b", null, 4],
      ["c", "three", "?"],
      ["d", "four", 4],
    ] as const)
      damaged
        .prepare(
          `INSERT INTO marks (id, room, room_id, recording, server, text, color, correlation, device, source,
           pressed_wall_ms, pressed_era, pressed_at_ms) VALUES (?, 'r', ?, '616', 's', ?, 'red', 'c', 'd', 'k', 1, 'e', 1)`,
        )
        .run(id, roomId, text);
    damaged.close();
    const marks = openMarks(folder);
    onTestFinished(() => marks.close());
    expect(marks.waiting().map(({ id }) => id)).toEqual(["a", "d"]);
  });
});

test("a file that was closed takes nothing more", () => {
  const folder = scratchFolder();
  const [rows, marks] = [openRows(folder), openMarks(folder)];
  rows.close();
  marks.close();
  expect(kindOfFailure(() => rows.append([plainRow(1)]))).toBe("failed");
  expect(kindOfFailure(() => marks.change([keep("a")]))).toBe("failed");
});

test("a file that is opened to be read cannot be written", () => {
  const { folder } = journalOf(3);
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  onTestFinished(() => database.close());
  expect(kindOfFailure(() => database.exec("DELETE FROM facts"))).toBe("not-permitted");
  expect(rowsOf(folder)).toHaveLength(3);
});

test("a copy is whole, and none is made of a file of a newer version", () => {
  const { folder } = journalOf(3);
  const [file, copy] = [join(folder, JOURNAL_FORMAT.name), join(folder, "copy")];
  copyDatabase(file, copy, JOURNAL_FORMAT);
  const database = readDatabase(copy, JOURNAL_FORMAT);
  onTestFinished(() => database.close());
  expect(verifyChain(database, [])).toMatchObject({ findings: [], rows: 3 });
  tamper(folder, "PRAGMA user_version = 2");
  const other = join(folder, "other");
  expect(kindOfFailure(() => copyDatabase(file, other, JOURNAL_FORMAT))).toBe("newer");
  expect(existsSync(other)).toBe(false);
});

test.runIf(process.platform === "linux")("heads and folders that are written leave no file open", () => {
  const folder = scratchFolder();
  const countOpen = () => readdirSync("/proc/self/fd").length;
  const before = countOpen();
  for (let count = 0; count < 50; count++) {
    writeHeadFile(folder, { sequence: count, hash: "ab".repeat(32) });
    makeFolder(join(folder, String(count), "below"));
  }
  expect(readHeadFile(folder)).toEqual({ sequence: 49, hash: "ab".repeat(32) });
  expect(countOpen() - before).toBeLessThan(50);
});

test("a file that was moved away has all its rows when that is noticed: its log stays behind", () => {
  const { folder, file } = journalOf(9);
  renameSync(join(folder, JOURNAL_FORMAT.name), join(folder, "elsewhere"));
  expect(kindOfFailure(() => file.checkPlace())).toBe("replaced");
  const database = readDatabase(join(folder, "elsewhere"), JOURNAL_FORMAT);
  onTestFinished(() => database.close());
  expect(verifyChain(database, [])).toMatchObject({ findings: [], rows: 9 });
});
