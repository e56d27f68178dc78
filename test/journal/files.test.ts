import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseHead, type Row, START } from "../../src/journal/chain.ts";
import {
  failureOf,
  inTransaction,
  moveAside,
  moveFile,
  nameAside,
  openDatabase,
  readDatabase,
} from "../../src/journal/database.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { type JournalOpening, openJournalFile } from "../../src/journal/journal-file.ts";
import { type LedgerOpening, openLedgerFile } from "../../src/journal/ledger-file.ts";
import { readMarks } from "../../src/journal/ledger-read.ts";
import { type RowFilter, readRoomNames, readRows } from "../../src/journal/read.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { markNamed, plainRow, rowsOf, scratchFolder, tamper } from "./setting.ts";

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** At the end, unless the test has done so. */
function closeOnce<File extends { close(): void }>(file: File): File {
  const close = file.close.bind(file);
  let isClosed = false;
  file.close = () => {
    if (!isClosed) close();
    isClosed = true;
  };
  onTestFinished(() => file.close());
  return file;
}

function openRows(folder: string, more: Partial<JournalOpening> = {}) {
  return closeOnce(
    openJournalFile({ folder, run: "run-1", atMs: 0, wallMs: 1000, damage: undefined, ...more }),
  );
}

function openMarks(folder: string, more: Partial<LedgerOpening> = {}) {
  return closeOnce(openLedgerFile({ folder, wallMs: 5, damage: undefined, ...more }));
}

const keep = (id: string, changes = {}) => ({ kind: "keep", mark: markNamed(id, changes) }) as const;
const end = (id: string, result: "delivered" | "refused" | "settled", wallMs = 100) =>
  ({ kind: "settle", id, result, why: result === "refused" ? "no right" : "", wallMs }) as const;
const ids = (marks: readonly { readonly id: string }[]) => marks.map(({ id }) => id);

describe("a file of the bridge", () => {
  test("is for this user alone, with its folder, also one that was open to others", () => {
    const folder = join(scratchFolder(), "state", "default");
    const file = join(folder, JOURNAL_FORMAT.name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, "", { mode: 0o644 });
    openRows(folder);
    for (const ending of ["", "-wal", "-shm"]) expect(statSync(file + ending).mode & 0o777).toBe(0o600);
    const made = join(scratchFolder(), "state", "default");
    openRows(made);
    expect(statSync(made).mode & 0o777).toBe(0o700);
    expect(statSync(join(made, JOURNAL_FORMAT.name)).mode & 0o777).toBe(0o600);
  });

  test("that is of another version is told from one that is none", () => {
    const folder = scratchFolder();
    openRows(folder).close();
    const file = join(folder, JOURNAL_FORMAT.name);
    tamper(folder, "PRAGMA user_version = 2");
    for (const open of [() => openDatabase(folder, JOURNAL_FORMAT), () => readDatabase(file, JOURNAL_FORMAT)])
      expect(failureOf(thrown(open))).toMatchObject({
        kind: "newer",
        message: expect.stringContaining("newer"),
      });
    tamper(folder, "PRAGMA user_version = 0");
    expect(failureOf(thrown(() => readDatabase(file, JOURNAL_FORMAT)))).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("is no file of the bridge"),
    });
    const absent = thrown(() => readDatabase(join(folder, "absent"), JOURNAL_FORMAT));
    expect(failureOf(absent).message).toContain("there is no ");
  });

  test("can be used after a change that failed, all of which is undone", () => {
    const database = openDatabase(scratchFolder(), LEDGER_FORMAT);
    onTestFinished(() => database.close());
    const count = () => database.prepare("SELECT count(*) AS count FROM marks").get();
    const insert =
      "INSERT INTO marks SELECT 1, 'a', 'r', 4, 'x', 's', 't', 'c', 'c', 'd', 's', 1, 'e', 1, 1, 'w', 1, 'y'";
    const failing = () => {
      database.exec(insert);
      throw new Error("a mistake");
    };
    expect(thrown(() => inTransaction(database, failing))).toEqual(new Error("a mistake"));
    expect(count()).toEqual({ count: 0 });
    expect(inTransaction(database, () => database.exec(insert))).toBeUndefined();
    expect(count()).toEqual({ count: 1 });
    expect(database.prepare("SELECT 1")).toBe(database.prepare("SELECT 1"));
  });

  test("says why a change failed also where SQLite has undone it by itself, as on a full disk", () => {
    const database = openDatabase(scratchFolder(), LEDGER_FORMAT);
    onTestFinished(() => database.close());
    const failing = () => {
      database.exec("ROLLBACK");
      throw new Error("the disk is full");
    };
    expect(thrown(() => inTransaction(database, failing))).toEqual(new Error("the disk is full"));
  });

  test("gives pages that became free back to the disk", () => {
    const database = openDatabase(scratchFolder(), LEDGER_FORMAT);
    onTestFinished(() => database.close());
    expect(database.prepare("PRAGMA auto_vacuum").get()).toEqual({ auto_vacuum: 2 });
  });

  test("that is moved aside takes its log along, and never the name of another", () => {
    const folder = scratchFolder();
    for (const ending of ["", "-wal"]) writeFileSync(join(folder, `x${ending}`), "");
    const aside = moveAside(folder, "x", Date.UTC(2026, 0, 15, 9));
    expect(readdirSync(folder).sort()).toEqual([aside, `${aside}-wal`]);
    expect(nameAside(folder, "x", Date.UTC(2026, 0, 15, 9))).toBe(`${aside}-1`);
    writeFileSync(join(folder, `${aside}-1`), "");
    expect(nameAside(folder, "x", Date.UTC(2026, 0, 15, 9))).toBe(`${aside}-2`);
  });

  test.each([
    [{ errcode: 13 }, "full"],
    [{ errcode: 13 + 256 }, "full"],
    [{ errcode: 8 }, "not-permitted"],
    [{ errcode: 26 }, "corrupt"],
    [{ errcode: 19 }, "unusable"],
    [{ errcode: 1 }, "failed"],
    [{ code: "ENOSPC" }, "full"],
    [{ code: "EACCES" }, "not-permitted"],
    [{ code: "EELSE" }, "failed"],
    [{}, "failed"],
  ])("that fails with %j is %s", (error, kind) => {
    expect(failureOf(Object.assign(new Error("x"), error)).kind).toBe(kind);
  });
});

describe("rows", () => {
  test.each<[RowFilter, number[]]>([
    [{}, [1, 2, 3, 4]],
    [{ room: "interview-1" }, [2, 3, 4]],
    [{ room: "elsewhere" }, []],
    [{ device: "desk", correlation: "c-1" }, [2, 3, 4]],
    [{ sinceWallMs: 1002 }, [3, 4]],
    [{ untilWallMs: 1002 }, [1, 2]],
    [{ room: "interview-1", sinceWallMs: 1002, untilWallMs: 1003 }, [3]],
  ])("of %j are read in their order", (filter, sequences) => {
    const folder = scratchFolder();
    openRows(folder).append([1, 2, 3].map(plainRow));
    const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
    onTestFinished(() => database.close());
    expect([...readRows(database, filter)].map(({ sequence }) => sequence)).toEqual(sequences);
    expect(readRoomNames(database)).toEqual(["interview-1"]);
  });

  test("that are not in the file any more are missed, those that retention removed are not", () => {
    const folder = scratchFolder();
    const first = openRows(folder);
    expect(first.news).toEqual([]);
    const head = first.append([1, 2, 3].map(plainRow));
    first.append([plainRow(4)]);
    first.close();
    expect(openRows(folder, { expected: head }).news).toEqual([]);
    const other = { sequence: 3, hash: "0".repeat(64) };
    const missed = openRows(folder, { expected: other });
    expect(missed.news).toEqual([{ kind: "rows-missing", expected: `3:${other.hash}` }]);
    expect(rowsOf(folder).at(-1)?.body).toBe(JSON.stringify({ news: missed.news }));
    const all = { bytes: 1e9, spareFromWallMs: Infinity, atMs: 0, wallMs: 2000 };
    missed.prune({ ...all, beforeWallMs: 1003 });
    expect(openRows(folder, { expected: other }).news).toEqual([]);
  });

  test("of a damaged file are kept aside, and a new one is begun", () => {
    const folder = scratchFolder();
    openRows(folder).close();
    const file = openRows(folder, { damage: "it is damaged" });
    expect(file.news).toEqual([{ kind: "moved-aside", file: expect.any(String), why: "it is damaged" }]);
    expect(existsSync(join(folder, (file.news[0] as { file: string }).file))).toBe(true);
    expect(rowsOf(folder)).toHaveLength(1);
    expect(openRows(scratchFolder(), { damage: "it is damaged" }).news).toEqual([]);
  });

  test("end in a head beside them, which is kept aside when the file lacks it", () => {
    const folder = scratchFolder();
    const aside = () => readdirSync(folder).filter((name) => name.startsWith("journal.head.corrupt"));
    openRows(folder).close();
    openRows(folder).close();
    expect([aside(), statSync(join(folder, "journal.head")).mode & 0o777]).toEqual([[], 0o600]);
    writeFileSync(join(folder, "journal.head"), `9:${"f".repeat(64)}`);
    expect(openRows(folder).news).toMatchObject([{ kind: "rows-missing" }]);
    expect(aside()).toHaveLength(1);
    expect(readHeadFile(folder)?.sequence).toBe(3);
    for (const text of ["", "9", "9:ff", `x:${"f".repeat(64)}`]) expect(parseHead(text)).toBeUndefined();
    expect(START).toEqual({ sequence: 0, hash: expect.stringMatching(/^0{64}$/) });
  });

  test("in a file that was replaced are not said to be safe", () => {
    const folder = scratchFolder();
    const file = openRows(folder);
    file.checkPlace();
    renameSync(join(folder, JOURNAL_FORMAT.name), join(folder, "elsewhere"));
    for (const act of [() => file.append([plainRow(1)]), () => file.publishHead(), () => file.checkPlace()])
      expect(failureOf(thrown(act)).kind).toBe("replaced");
  });

  test("are published up to the last one, and the file is not written when it says so already", () => {
    const folder = scratchFolder();
    const file = openRows(folder);
    const head = file.append([plainRow(1)]);
    expect(readHeadFile(folder)?.sequence).toBe(1);
    file.publishHead();
    expect(readHeadFile(folder)).toEqual(head);
    const before = statSync(join(folder, "journal.head")).ino;
    file.publishHead();
    expect(statSync(join(folder, "journal.head")).ino).toBe(before);
    expect(readdirSync(folder)).not.toContain("journal.head.new");
  });

  test("too old or too many go five thousand at once, and the newest stays", () => {
    const folder = scratchFolder();
    const file = openRows(folder);
    file.append(Array.from({ length: 6000 }, (_, index) => plainRow(index + 1)));
    const all = { bytes: 1e9, spareFromWallMs: Infinity, atMs: 1, wallMs: 9000 };
    const { usedBytes, ...none } = file.prune({ ...all, beforeWallMs: 1000 });
    expect(none).toEqual({ removed: 0, spared: 0, through: 0, last: 6001 });
    const rows: Row[] = [...rowsOf(folder)];
    const bytes = Math.round(usedBytes / 2);
    expect(file.prune({ ...all, beforeWallMs: 0, bytes: usedBytes })).toMatchObject({ removed: 0 });
    const half = file.prune({ ...all, beforeWallMs: 0, bytes });
    expect(half).toMatchObject({ removed: Math.ceil(6001 * (1 - (0.9 * bytes) / usedBytes)), last: 6001 });
    expect(half.usedBytes).toBeLessThan(bytes);
    const record = rowsOf(folder).at(-1);
    expect(record).toMatchObject({ kind: "pruned", atMs: 1, wallMs: 9000, sequence: 6002 });
    expect(JSON.parse(record?.body ?? "")).toMatchObject({ hash: rows[half.through - 1]?.hash, spared: 0 });
    const next = file.prune({ ...all, beforeWallMs: 1e15 });
    expect(next).toMatchObject({ removed: 6001 - half.through, through: 6001, last: 6002 });
    expect(rowsOf(folder).map(({ kind }) => kind)).toEqual(["pruned", "pruned"]);
    const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
    onTestFinished(() => database.close());
    const start = { sequence: 6001, hash: rows.at(-1)?.hash };
    expect(verifyChain(database, [])).toMatchObject({ findings: [], start, rows: 2 });
  });

  test("that were changed are found up to a thousand, and a start that nobody recorded", () => {
    const folder = scratchFolder();
    const file = openRows(folder);
    file.append(Array.from({ length: 1500 }, (_, index) => ({ ...plainRow(index), kind: "gap" })));
    file.close();
    tamper(folder, "UPDATE facts SET run = 'x'", `INSERT INTO anchor VALUES (1, 0, '${"f".repeat(64)}')`);
    const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
    onTestFinished(() => database.close());
    const { findings, remarks, rows } = verifyChain(database, [{ sequence: 1600, hash: "x" }]);
    expect(findings).toHaveLength(1002);
    expect(findings[0]).toEqual({ kind: "false-start", sequence: 1, through: 1 });
    expect(findings.at(-1)).toEqual({ kind: "truncated", sequence: 1502, through: 1600 });
    expect([remarks.length, rows]).toEqual([1000, 1501]);
  });

  test("up to five thousand at once: those of more go the next time", () => {
    const file = openRows(scratchFolder());
    file.append(Array.from({ length: 5100 }, (_, index) => plainRow(index + 1)));
    const limits = { bytes: 1e9, spareFromWallMs: Infinity, atMs: 1, wallMs: 9000, beforeWallMs: 1e15 };
    expect(file.prune(limits)).toMatchObject({ removed: 5000, through: 5000 });
    expect(file.prune(limits)).toMatchObject({ removed: 101, through: 5101 });
  });
});

describe("marks", () => {
  test("are handed out by what became of them", () => {
    const marks = openMarks(scratchFolder());
    expect(marks.change(["a", "b", "c", "d", "e"].map((id) => keep(id)))).toEqual([]);
    marks.change([
      end("c", "refused", 30),
      end("b", "refused", 20),
      end("d", "delivered"),
      end("e", "refused"),
    ]);
    marks.change([end("e", "settled"), end("a", "settled"), { kind: "note", id: "a", timeSeconds: 77 }]);
    expect(marks.waiting()).toMatchObject([{ id: "a", timeSeconds: 77 }]);
    expect(marks.delivered()).toEqual([{ recording: "616", text: "text of d", timeSeconds: 12 }]);
    expect(marks.refused()).toMatchObject([
      { id: "b", why: "no right", refusedWallMs: 20 },
      { id: "c", why: "no right", refusedWallMs: 30 },
    ]);
    expect(marks.salvage).toBeUndefined();
  });

  test("are there at the next start, where nothing is damaged", () => {
    const folder = scratchFolder();
    const first = openMarks(folder);
    first.change([keep("a")]);
    first.close();
    const second = openMarks(folder);
    expect([ids(second.waiting()), second.salvage]).toEqual([["a"], undefined]);
  });

  test("whose time is not known have none", () => {
    const marks = openMarks(scratchFolder());
    marks.change([keep("a", { timeSeconds: undefined })]);
    expect(marks.waiting()).toEqual([markNamed("a", { timeSeconds: undefined })]);
  });

  test("that no file takes are left out, and told, and keep no other from the disk", () => {
    const marks = openMarks(scratchFolder());
    const bad = keep("bad", { timeSeconds: "soon" as never });
    expect(
      marks.change([keep("a"), bad, { kind: "note", id: "a", timeSeconds: "x" as never }, keep("b")]),
    ).toEqual(["bad", "a"]);
    expect(ids(marks.waiting())).toEqual(["a", "b"]);
  });

  test("that were delivered before a moment are forgotten, no others", () => {
    const folder = scratchFolder();
    const marks = openMarks(folder);
    marks.change(["a", "b", "c", "d"].map((id) => keep(id)));
    marks.change([end("a", "delivered", 99), end("b", "delivered", 100), end("c", "refused", 99)]);
    marks.prune(100);
    const database = readDatabase(join(folder, LEDGER_FORMAT.name), LEDGER_FORMAT);
    onTestFinished(() => database.close());
    expect([...readMarks(database, {})].map(({ id, why, endedWallMs }) => [id, why, endedWallMs])).toEqual([
      ["b", undefined, 100],
      ["c", "no right", 99],
      ["d", undefined, undefined],
    ]);
    expect(ids([...readMarks(database, { state: "refused", room: "interview-1" })])).toEqual(["c"]);
  });

  test("of a file that was removed are written again from what is known", () => {
    const known = [keep("a"), keep("b"), end("b", "refused")];
    const marks = openMarks(scratchFolder(), { known });
    expect([ids(marks.waiting()), ids(marks.refused())]).toEqual([["a"], ["b"]]);
  });

  test("of a damaged file are taken over as far as they can be read, also at the start after the next", () => {
    const folder = scratchFolder();
    const first = openMarks(folder);
    first.change(["a", "b", "c", "d"].map((id) => keep(id)));
    first.change([
      end("b", "refused"),
      end("c", "delivered"),
      { ...end("d", "refused"), why: null as never },
    ]);
    first.close();
    moveFile(folder, LEDGER_FORMAT.name, `${LEDGER_FORMAT.name}.damaged`);
    const second = openMarks(folder);
    expect(second.salvage).toMatchObject({
      marks: 3,
      why: expect.stringContaining("an earlier start ended"),
    });
    expect([ids(second.waiting()), ids(second.refused())]).toEqual([["a", "d"], ["b"]]);
    expect(existsSync(join(folder, second.salvage!.file))).toBe(true);
    second.close();
    const third = openMarks(folder, { damage: "it is damaged" });
    expect(third.salvage).toMatchObject({ marks: 3, why: "it is damaged" });
    expect(openMarks(scratchFolder(), { damage: "it is damaged" }).salvage).toBeUndefined();
  });

  test("in a file that was replaced are not said to be safe", () => {
    const folder = scratchFolder();
    const marks = openMarks(folder);
    renameSync(join(folder, LEDGER_FORMAT.name), join(folder, "elsewhere"));
    expect(failureOf(thrown(() => marks.change([keep("a")]))).kind).toBe("replaced");
    expect(failureOf(thrown(() => marks.checkPlace())).kind).toBe("replaced");
  });
});
