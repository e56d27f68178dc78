import { join } from "node:path";
import { expect, test } from "vitest";
import { readDatabase } from "../../src/journal/database.ts";
import { LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readMarks } from "../../src/journal/ledger-read.ts";
import { markNamed, openBoth, ruinLastPages, scratchFolder } from "./setting.ts";

/** One mark of every state, named after it. */
async function oneOfEach(): Promise<string> {
  const folder = scratchFolder();
  const { ledger, close } = await openBoth({ folder });
  for (const id of ["waiting", "delivered", "refused", "settled"]) await ledger.keep(markNamed(id));
  ledger.settle("delivered", "delivered", "");
  for (const id of ["refused", "settled"]) ledger.settle(id, "refused", `why ${id}`);
  ledger.settle("settled", "settled", "");
  await close();
  return folder;
}

function listed(folder: string, filter: Parameters<typeof readMarks>[1] = {}) {
  const database = readDatabase(join(folder, LEDGER_FORMAT.name), LEDGER_FORMAT);
  const marks = [...readMarks(database, filter)];
  database.close();
  return marks;
}

async function afterRestart(folder: string) {
  const { ledger, close } = await openBoth({ folder });
  const left = await ledger.load();
  await close();
  return { waiting: left.waiting.map(({ id }) => id), refused: left.refused.map(({ id }) => id) };
}

test("what a person has settled is on record with the server's reason, and is not handed out again", async () => {
  const folder = await oneOfEach();
  expect(await afterRestart(folder)).toEqual({ waiting: ["waiting"], refused: ["refused"] });
  expect(listed(folder).map(({ id, state, why }) => [id, state, why])).toEqual([
    ["waiting", "waiting", undefined],
    ["delivered", "delivered", undefined],
    ["refused", "refused", "why refused"],
    ["settled", "settled", "why settled"],
  ]);
  expect(listed(folder, { state: "settled" })).toMatchObject([
    { ...markNamed("settled"), endedWallMs: expect.any(Number) },
  ]);
  expect(listed(folder, { room: "elsewhere" })).toEqual([]);
});

test("one that turned out to belong to another recording waits no longer, and says where it went", async () => {
  const folder = scratchFolder();
  const { ledger, close } = await openBoth({ folder });
  await ledger.keep(markNamed("first"));
  await ledger.keep(markNamed("second"));
  ledger.settle("first", "moved", "it belongs to recording B");
  await close();
  expect(await afterRestart(folder)).toEqual({ waiting: ["second"], refused: [] });
  expect(listed(folder, { state: "settled" })).toMatchObject([
    { ...markNamed("first"), why: "it belongs to recording B", endedWallMs: expect.any(Number) },
  ]);
});

test("only a refused mark can be settled: what waits goes on waiting", async () => {
  const folder = await oneOfEach();
  const { ledger, close } = await openBoth({ folder });
  for (const id of ["waiting", "delivered", "unknown"]) ledger.settle(id, "settled", "");
  await close();
  expect(await afterRestart(folder)).toEqual({ waiting: ["waiting"], refused: ["refused"] });
  expect(listed(folder, { state: "delivered" })).toHaveLength(1);
});

test("refused marks are taken over from a damaged ledger, with their reasons", async () => {
  const folder = scratchFolder();
  const { ledger, close } = await openBoth({ folder });
  const ids = Array.from({ length: 200 }, (_, index) => `mark-${index}`);
  await Promise.all(ids.map((id) => ledger.keep(markNamed(id))));
  for (const id of ids.filter((_, index) => index % 2 === 0))
    ledger.settle(id, "refused", "no such recording");
  await close();
  ruinLastPages(join(folder, LEDGER_FORMAT.name));
  const { waiting, refused } = await afterRestart(folder);
  expect(Math.min(waiting.length, refused.length)).toBeGreaterThan(10);
  expect(refused.every((id) => Number(id.slice(5)) % 2 === 0)).toBe(true);
  expect(listed(folder, { state: "refused" })[0]).toMatchObject({ id: "mark-0", why: "no such recording" });
});

test("what is settled the moment before the ledger closes is on the disk", async () => {
  const folder = scratchFolder();
  const { ledger, close } = await openBoth({ folder });
  await Promise.all(["a", "b", "c"].map((id) => ledger.keep(markNamed(id))));
  ledger.settle("b", "refused", "no such recording");
  await close();
  expect(await afterRestart(folder)).toEqual({ waiting: ["a", "c"], refused: ["b"] });
});
