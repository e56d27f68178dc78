import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { readDatabase } from "../../src/journal/database.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { JOURNAL_FORMAT, type PruneLimits } from "../../src/journal/journal-file.ts";
import { createRetention } from "../../src/journal/retention.ts";
import { createStorage } from "../../src/journal/storage.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { plainRow, rowsOf, scratchFolder, tamper } from "./setting.ts";

const ALL = { beforeWallMs: 0, bytes: 1e9, atMs: 0, wallMs: 5000 };

/** An open journal whose rows 2 to `count` were written at wall times 1001, 1002, ... */
async function journalOf(count: number) {
  const folder = scratchFolder();
  const storage = createStorage(systemClock);
  onTestFinished(() => storage.close());
  await storage.ask("open-journal", { folder, run: "run", atMs: 0, wallMs: 1000, damage: undefined });
  const append = (from: number, to: number) =>
    storage.ask(
      "append",
      Array.from({ length: to - from + 1 }, (_, index) => plainRow(from + index)),
    );
  await append(1, count - 1);
  return { folder, storage, append };
}

function verify(folder: string) {
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const verdict = verifyChain(database, [readHeadFile(folder)!]);
  database.close();
  return verdict;
}

describe("retention", () => {
  test("by age removes the oldest rows, records that, and the rest stays checkable", async () => {
    const { folder, storage, append } = await journalOf(100);
    expect(await storage.ask("prune-journal", { ...ALL, beforeWallMs: 1040 })).toMatchObject({ value: 40 });
    await append(200, 210);
    const verdict = verify(folder);
    expect(verdict).toMatchObject({ findings: [], rows: 72, start: { sequence: 40 } });
    const record = rowsOf(folder).find(({ kind }) => kind === "pruned");
    expect(JSON.parse(record!.body)).toEqual({ through: 40, hash: verdict.start.hash, removed: 40 });
  });

  test("may come again and again", async () => {
    const { folder, storage } = await journalOf(100);
    for (const beforeWallMs of [1010, 1030, 1090])
      await storage.ask("prune-journal", { ...ALL, beforeWallMs });
    expect(verify(folder)).toMatchObject({ findings: [], start: { sequence: 90 } });
    expect(await storage.ask("prune-journal", { ...ALL, beforeWallMs: 1090 })).toMatchObject({ value: 0 });
  });

  test("always leaves the newest row, so that the chain goes on", async () => {
    const { folder, storage, append } = await journalOf(50);
    await storage.ask("prune-journal", { ...ALL, beforeWallMs: 1e15 });
    await append(300, 301);
    expect(verify(folder)).toMatchObject({ findings: [], rows: 4 });
  });

  test("by size keeps the file within it", async () => {
    const { folder, storage, append } = await journalOf(2);
    for (let round = 0; round < 8; round++) {
      await append(round * 1000, round * 1000 + 999);
      while (
        ((await storage.ask("prune-journal", { ...ALL, bytes: 300_000 })) as { value: number }).value > 0
      );
    }
    await storage.ask("close-journal", null);
    await storage.close();
    expect(verify(folder).findings).toEqual([]);
    expect(verify(folder).rows).toBeGreaterThan(500);
    expect(statSync(join(folder, JOURNAL_FORMAT.name)).size).toBeLessThan(400_000);
  });

  test("hides no removal by hand: what was cut off beyond its own cut is found", async () => {
    const { folder, storage } = await journalOf(100);
    await storage.ask("prune-journal", { ...ALL, beforeWallMs: 1040 });
    await storage.ask("close-journal", null);
    await storage.close();
    const cut = rowsOf(folder).find(({ sequence }) => sequence === 60);
    tamper(
      folder,
      "DELETE FROM facts WHERE sequence <= 60",
      `UPDATE anchor SET sequence = 60, hash = '${cut!.hash}'`,
    );
    expect(verify(folder).findings).toEqual([{ kind: "false-start", sequence: 61, through: 61 }]);
  });
});

describe("the age of rows", () => {
  function watchRetention() {
    const clock = createFakeClock();
    const asked: PruneLimits[] = [];
    const { close } = createRetention({
      clock,
      limits: { days: 90, bytes: 5000 },
      isOpen: () => true,
      prune: (limits) => {
        asked.push(limits);
        return Promise.resolve({ ok: true, value: 0 });
      },
      pruned: () => undefined,
    });
    onTestFinished(close);
    return { clock, asked };
  }

  test("counts from an hour after the start on", async () => {
    const { clock, asked } = watchRetention();
    await clock.advance(59 * 60_000);
    expect(new Set(asked.map(({ beforeWallMs }) => beforeWallMs))).toEqual(new Set([0]));
    await clock.advance(60_000);
    expect(asked.at(-1)).toMatchObject({ beforeWallMs: clock.wallMs() - 90 * 86_400_000, bytes: 5000 });
  });

  test("does not count for a day after the clock was set, so that a wrong clock erases nothing", async () => {
    const { clock, asked } = watchRetention();
    await clock.advance(2 * 3_600_000);
    asked.length = 0;
    clock.jumpWall(10 * 365 * 86_400_000);
    await clock.advance(23 * 3_600_000);
    expect(new Set(asked.map(({ beforeWallMs }) => beforeWallMs))).toEqual(new Set([0]));
    await clock.advance(2 * 3_600_000);
    expect(asked.at(-1)!.beforeWallMs).toBeGreaterThan(0);
  });
});
