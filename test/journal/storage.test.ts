import { execFile } from "node:child_process";
import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { createStorage, type Storage } from "../../src/journal/storage.ts";
import { isLastAnswer, type TaskName } from "../../src/journal/tasks.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { markNamed, plainRow, rowsOf, scratchFolder } from "./setting.ts";

function openStorage() {
  const folder = scratchFolder();
  const storage = createStorage(systemClock);
  onTestFinished(() => storage.close());
  const openRows = () =>
    storage.ask("open-journal", { folder, run: "run-1", atMs: 0, wallMs: 1000, damage: undefined });
  const openMarks = () => storage.ask("open-ledger", { folder, wallMs: 5, damage: undefined });
  const keep = (id: string) => storage.ask("change-marks", [{ kind: "keep", mark: markNamed(id) }]);
  return { folder, storage, openRows, openMarks, keep };
}

const limits = { beforeWallMs: 0, bytes: 1e9, spareFromWallMs: Infinity, atMs: 1, wallMs: 9000 };
const stopped = (message: string) => ({ ok: false, failure: { kind: "stopped", message } });
const done = { ok: true, value: null };

describe("the thread of the files", () => {
  test.each<[task: TaskName, ask: (storage: Storage) => Promise<unknown>]>([
    ["append", (storage) => storage.ask("append", [plainRow(1)])],
    ["publish-head", (storage) => storage.ask("publish-head", null)],
    ["prune-journal", (storage) => storage.ask("prune-journal", limits)],
    ["change-marks", (storage) => storage.ask("change-marks", [])],
    ["check-ledger", (storage) => storage.ask("check-ledger", null)],
    ["prune-marks", (storage) => storage.ask("prune-marks", { beforeWallMs: 0 })],
  ])("does not %s in a file that is not open, before it was and after it was closed", async (_, ask) => {
    const { storage, openRows, openMarks } = openStorage();
    expect(await ask(storage)).toEqual(stopped("it is not open"));
    await openRows();
    await openMarks();
    expect(await ask(storage)).toMatchObject({ ok: true });
    expect([await storage.ask("close-journal", null), await storage.ask("close-ledger", null)]).toEqual([
      done,
      done,
    ]);
    expect(await ask(storage)).toEqual(stopped("it is not open"));
  });

  test("answers in the order of the questions, and says what went wrong", async () => {
    const { folder, storage, openRows } = openStorage();
    writeFileSync(join(folder, LEDGER_FORMAT.name), "no ledger ".repeat(500));
    const order: string[] = [];
    const asked = await Promise.all([
      openRows().finally(() => order.push("open")),
      storage.ask("append", [plainRow(1)]).finally(() => order.push("append")),
      storage.ask("publish-head", null).finally(() => order.push("head")),
    ]);
    expect(order).toEqual(["open", "append", "head"]);
    expect(asked).toEqual([
      { ok: true, value: [] },
      { ok: true, value: { sequence: 2, hash: expect.any(String) } },
      done,
    ]);
    expect(readHeadFile(folder)?.sequence).toBe(2);
    const range = { folder, sinceWallMs: 0, untilWallMs: 1e15, beforeSequence: 3, most: 1 };
    expect(await storage.ask("read-journal", range)).toMatchObject({ ok: true, value: [{ sequence: 2 }] });
    const pruned = await storage.ask("prune-journal", { ...limits, beforeWallMs: 1001 });
    expect(pruned).toMatchObject({ ok: true, value: { removed: 1 } });
    expect(await storage.ask("open-ledger", { folder, wallMs: 5, damage: undefined })).toMatchObject({
      ok: false,
      failure: { kind: "corrupt" },
    });
  });

  test("hands out what is in the ledger, and forgets what was delivered long ago", async () => {
    const { storage, openMarks, keep } = openStorage();
    const none = { waiting: [], delivered: [], refused: [], salvage: undefined };
    expect(await openMarks()).toEqual({ ok: true, value: none });
    for (const id of ["a", "b", "c"]) await keep(id);
    const end = { kind: "settle", why: "no", wallMs: 100 } as const;
    await storage.ask("change-marks", [
      { ...end, id: "b", result: "delivered" },
      { ...end, id: "c", result: "refused" },
    ]);
    expect(await openMarks()).toMatchObject({
      value: { waiting: [{ id: "a" }], delivered: [{ text: "text of b" }], refused: [{ id: "c" }] },
    });
    expect(await storage.ask("check-ledger", null)).toEqual(done);
    expect(await storage.ask("prune-marks", { beforeWallMs: 101 })).toEqual(done);
    expect(await openMarks()).toMatchObject({ value: { waiting: [{ id: "a" }], delivered: [] } });
  });

  test.each([
    ["the journal", JOURNAL_FORMAT.name],
    ["the ledger", LEDGER_FORMAT.name],
  ])("is replaced by another one when %s was, and what was asked of it fails", async (what, name) => {
    const { folder, openRows, openMarks, keep } = openStorage();
    await openRows();
    await openMarks();
    await keep("a");
    renameSync(join(folder, name), join(folder, "elsewhere"));
    const open = what === "the journal" ? openRows : openMarks;
    const [again, behind] = await Promise.all([open(), keep("b")]);
    expect(again).toMatchObject({ ok: false, failure: { kind: "replaced" } });
    expect(behind).toEqual(stopped("its thread was replaced"));
    expect(await keep("c")).toEqual(stopped("it is not open"));
    expect(await open()).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toContain(name);
  });

  test("that is closed leaves the files whole, fails what it was asked, and starts anew when it is asked again", async () => {
    const { folder, storage, openRows } = openStorage();
    await storage.close();
    await openRows();
    await storage.close();
    expect(await storage.ask("append", [plainRow(1)])).toEqual(stopped("it is not open"));
    expect(await openRows()).toMatchObject({ ok: true });
    expect(rowsOf(folder).map(({ kind }) => kind)).toEqual(["opened", "opened"]);
  });

  test("ends by itself when it is closed: no time has to pass", async () => {
    const storage = createStorage(createFakeClock());
    expect(await storage.ask("close-journal", null)).toEqual(done);
    await storage.close();
  });

  test("keeps a process until it has answered, and no longer", async () => {
    const folder = scratchFolder();
    const built = join(import.meta.dirname, "../../dist/src");
    const script = `
      const { createStorage } = await import("${built}/journal/storage.js");
      const { systemClock } = await import("${built}/base/clock.js");
      const opening = { folder: ${JSON.stringify(folder)}, wallMs: 5, damage: undefined };
      const first = createStorage(systemClock);
      void first.ask("open-ledger", opening).then(() => first.ask("check-ledger", null)).then(({ ok }) => console.log(ok));`;
    const file = join(folder, "script.mjs");
    writeFileSync(file, script);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
    expect(stdout).toBe("true\n");
  });
});

test.each([
  ["corrupt", true],
  ["replaced", true],
  ["full", false],
] as const)("a thread whose file is %s ends: %s", (kind, isLast) => {
  expect(isLastAnswer({ id: 1, failure: { kind, message: "" } })).toBe(isLast);
  expect(isLastAnswer({ id: 1, answer: kind })).toBe(false);
});

test("where the package has no build, the library is Node's own, or the package's error stands", async () => {
  vi.resetModules();
  vi.doMock("@photostructure/sqlite", () => {
    throw new Error("no build for this platform");
  });
  onTestFinished(() => {
    vi.doUnmock("@photostructure/sqlite");
    vi.resetModules();
  });
  const loading = import("../../src/journal/sqlite.ts");
  if (isBuiltin("node:sqlite")) expect((await loading).DatabaseSync).toBeTypeOf("function");
  else await expect(loading).rejects.toThrow(/mocking/);
});
