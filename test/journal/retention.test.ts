import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { Row } from "../../src/journal/chain.ts";
import { readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import type { Pruned, PruneLimits } from "../../src/journal/journal-file.ts";
import { createRetention } from "../../src/journal/retention.ts";
import { createStorage, type Storage } from "../../src/journal/storage.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { plainRow, rowsOf, scratchFolder, tamper } from "./setting.ts";

const ALL = { beforeWallMs: 0, bytes: 1e9, spareFromWallMs: Infinity, atMs: 0, wallMs: 5000 };

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

async function pruned(storage: Storage, limits: PruneLimits): Promise<Pruned> {
  const result = await storage.ask("prune-journal", limits);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
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
    expect(await storage.ask("prune-journal", { ...ALL, beforeWallMs: 1040 })).toMatchObject({
      value: { removed: 40 },
    });
    await append(200, 210);
    const verdict = verify(folder);
    expect(verdict).toMatchObject({ findings: [], rows: 72, start: { sequence: 40 } });
    const record = rowsOf(folder).find(({ kind }) => kind === "pruned");
    expect(JSON.parse(record!.body)).toEqual({
      through: 40,
      hash: verdict.start.hash,
      removed: 40,
      spared: 0,
    });
  });

  test("may come again and again", async () => {
    const { folder, storage } = await journalOf(100);
    for (const beforeWallMs of [1010, 1030, 1090])
      await storage.ask("prune-journal", { ...ALL, beforeWallMs });
    expect(verify(folder)).toMatchObject({ findings: [], start: { sequence: 90 } });
    expect(await storage.ask("prune-journal", { ...ALL, beforeWallMs: 1090 })).toMatchObject({
      value: { removed: 0 },
    });
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
      while ((await pruned(storage, { ...ALL, bytes: 300_000 })).removed > 0);
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

const NOTHING = { removed: 0, spared: 0, through: 0, last: 0, usedBytes: 0 };

describe("evidence that is young", () => {
  const noise = (index: number) => ({
    ...plainRow(index),
    kind: "shown",
    correlation: null,
    body: JSON.stringify({ control: "key-1", text: "x".repeat(200), index }),
  });
  const story = (index: number, outcome: string) =>
    [
      ["press", {}],
      ["action", { action: "start" }],
      ...(outcome === "done" ? ([["request", { command: "start" }]] as const) : []),
      ["outcome", { kind: outcome }],
    ].map(([kind, body]) => ({
      ...plainRow(index),
      correlation: `c-${index}`,
      kind: String(kind),
      body: JSON.stringify(body),
    }));
  const kindsOf = (folder: string, correlation: string) =>
    rowsOf(folder)
      .filter((row) => row.correlation === correlation)
      .map(({ kind }) => kind);

  test("is written anew when its rows go for their number, as it was, and refused presses are not", async () => {
    const { folder, storage } = await journalOf(2);
    const mark = { ...plainRow(9), kind: "mark", correlation: "c-9", body: '{"result":"delivered"}' };
    await storage.ask("append", [
      ...story(1, "done"),
      ...story(2, "refused"),
      ...story(3, "already-so"),
      mark,
    ]);
    const before = rowsOf(folder).filter(({ correlation }) => correlation === "c-1");
    for (let round = 0; round < 4; round++) {
      await storage.ask(
        "append",
        Array.from({ length: 2000 }, (_, index) => noise(100 + index)),
      );
      while ((await pruned(storage, { ...ALL, bytes: 300_000, spareFromWallMs: 1 })).removed > 0);
    }
    const after = rowsOf(folder).filter(({ correlation }) => correlation === "c-1");
    const bare = ({ sequence: _, hash: __, ...row }: Row) => row;
    expect(after.map(bare)).toEqual(before.map(bare));
    expect(kindsOf(folder, "c-2")).toEqual([]);
    expect(kindsOf(folder, "c-3")).toEqual(["press", "action", "outcome"]);
    expect(kindsOf(folder, "c-9")).toEqual(["mark"]);
    await storage.ask("publish-head", null);
    expect(verify(folder).findings).toEqual([]);
  });

  test("that is older than the days goes with the rest", async () => {
    const { folder, storage } = await journalOf(2);
    await storage.ask("append", [...story(1, "done"), ...story(900, "done")]);
    await storage.ask(
      "append",
      Array.from({ length: 3000 }, (_, index) => noise(1000 + index)),
    );
    while ((await pruned(storage, { ...ALL, bytes: 300_000, spareFromWallMs: 1500 })).removed > 0);
    expect(kindsOf(folder, "c-1")).toEqual([]);
    expect(kindsOf(folder, "c-900")).toHaveLength(4);
  });

  /** A file of a hundred rows of evidence that take `usedBytes`, whatever is tried. */
  function watchCrowd(usedBytes: number, limits = { days: 90, bytes: 5000 }) {
    const clock = createFakeClock();
    const said: string[] = [];
    const forcedAtMs: number[] = [];
    const { close } = createRetention({
      clock,
      limits,
      isOpen: () => true,
      prune: ({ bytes, spareFromWallMs }) => {
        if (bytes < 1e9 && spareFromWallMs === Infinity) forcedAtMs.push(clock.monotonicMs());
        const isTooMany = usedBytes > bytes;
        const value = {
          ...NOTHING,
          removed: isTooMany ? 100 : 0,
          spared: 100,
          through: 100,
          last: 100,
          usedBytes,
        };
        return Promise.resolve({ ok: true, value });
      },
      pruned: () => undefined,
      crowded: (is) => said.push(is),
    });
    onTestFinished(close);
    return { clock, said, forcedAtMs };
  }

  test("and has no room is an alarm for a day before any of it goes", async () => {
    const { clock, said, forcedAtMs } = watchCrowd(6000);
    await clock.advance(24 * 3_600_000);
    expect(new Set(said)).toEqual(new Set(["crowded"]));
    expect(said.length).toBeLessThanOrEqual(25);
    expect(forcedAtMs).toEqual([]);
    await clock.advance(2 * 60_000);
    expect(forcedAtMs.length).toBeGreaterThan(0);
  });

  test("goes sooner where the file is twice as large as it may be, and not without the alarm", async () => {
    const { clock, said, forcedAtMs } = watchCrowd(10_001);
    await clock.advance(60_000);
    expect(said).toEqual(["crowded"]);
    expect(forcedAtMs).toEqual([60_000]);
  });

  test("has room again when the limits are raised", async () => {
    const limits = { days: 90, bytes: 5000 };
    const { clock, said, forcedAtMs } = watchCrowd(6000, limits);
    await clock.advance(60_000);
    limits.bytes = 7000;
    await clock.advance(48 * 3_600_000);
    expect(said).toEqual(["crowded", "roomy"]);
    expect(forcedAtMs).toEqual([]);
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
        return Promise.resolve({ ok: true, value: { ...NOTHING, usedBytes: 4000 } });
      },
      pruned: () => undefined,
      crowded: () => undefined,
    });
    onTestFinished(close);
    return { clock, asked };
  }

  test("counts from an hour after the start on", async () => {
    const { clock, asked } = watchRetention();
    await clock.advance(59 * 60_000);
    expect(new Set(asked.map(({ beforeWallMs }) => beforeWallMs))).toEqual(new Set([0]));
    await clock.advance(60_000);
    expect(asked.at(-1)).toMatchObject({ beforeWallMs: clock.wallMs() - 90 * 86_400_000 });
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
