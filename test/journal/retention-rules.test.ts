import { expect, onTestFinished, test } from "vitest";
import type { Pruned, PruneLimits } from "../../src/journal/journal-file.ts";
import { createRetention } from "../../src/journal/retention.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROW_BYTES = 100;
const MOST_AT_ONCE = 10;

interface FakeRow {
  readonly sequence: number;
  readonly wallMs: number;
  readonly isEvidence: boolean;
}

/** A file of rows that take a hundred bytes each, ten of which may go at once. */
async function createSetting({ days = 90, bytes = 5000, startMs = 0 } = {}) {
  const clock = createFakeClock();
  await clock.advance(startMs);
  const limits = { days, bytes };
  const file = { rows: [] as FakeRow[], isOpen: true, isFailing: false, hangs: false };
  const asked: PruneLimits[] = [];
  const told: (number | string)[] = [];
  let last = 0;
  const add = (count: number, { ageMs = 0, isEvidence = false } = {}) => {
    for (let index = 0; index < count; index++)
      file.rows.push({ sequence: ++last, wallMs: clock.wallMs() - ageMs, isEvidence });
  };
  const prune = (given: PruneLimits): Pruned => {
    const { rows } = file;
    const before = last;
    const isTooMany = (gone: number) => (rows.length - gone) * ROW_BYTES > given.bytes;
    let count = 0;
    while (
      count < Math.min(MOST_AT_ONCE, rows.length - 1) &&
      ((rows[count]?.wallMs ?? 0) < given.beforeWallMs || isTooMany(count))
    )
      count++;
    const gone = rows.splice(0, count);
    const spared = gone.filter(({ isEvidence, wallMs }) => isEvidence && wallMs >= given.spareFromWallMs);
    rows.push(...spared.map((row) => ({ ...row, sequence: ++last })));
    const through = gone.at(-1)?.sequence ?? 0;
    return {
      removed: count,
      spared: spared.length,
      through,
      last: before,
      usedBytes: rows.length * ROW_BYTES,
    };
  };
  const { close } = createRetention({
    clock,
    limits,
    isOpen: () => file.isOpen,
    prune: async (given) => {
      asked.push(given);
      if (file.hangs) await new Promise(() => undefined);
      if (file.isFailing) return { ok: false, failure: { kind: "full", message: "it is full" } };
      return { ok: true, value: prune(given) };
    },
    pruned: (count) => told.push(count),
    crowded: (is) => told.push(is),
  });
  onTestFinished(close);
  const count = (isEvidence: boolean) => file.rows.filter((row) => row.isEvidence === isEvidence).length;
  return { clock, limits, file, asked, told, add, count };
}

test("rows that have grown too old go, all of them at once, and their number is told", async () => {
  const { clock, file, told, add } = await createSetting();
  add(25, { ageMs: 91 * DAY_MS });
  add(1, { ageMs: 90 * DAY_MS - 3 * HOUR_MS });
  add(5);
  await clock.advance(2 * HOUR_MS);
  expect([told, file.rows.length]).toEqual([[25], 6]);
  await clock.advance(2 * HOUR_MS);
  expect([told, file.rows.length]).toEqual([[25, 1], 5]);
});

test("rows beyond the size go, evidence stays, and a file that just fits is not crowded", async () => {
  const { clock, told, add, count } = await createSetting();
  add(20, { isEvidence: true });
  add(50);
  await clock.advance(60_000);
  expect([told, count(true), count(false)]).toEqual([[20], 20, 30]);
  await clock.advance(HOUR_MS / 2);
  expect(told).toEqual([20]);
});

test("evidence that is older than the days goes by size like any other row", async () => {
  const { clock, add, count } = await createSetting();
  add(20, { isEvidence: true, ageMs: 91 * DAY_MS });
  add(50);
  await clock.advance(60_000);
  expect([count(true), count(false)]).toEqual([0, 50]);
});

test("what goes by age, by size and in spite of being evidence is told as one number", async () => {
  const { clock, limits, told, add, count } = await createSetting({ days: 200, bytes: 10_000 });
  add(5, { ageMs: 100 * DAY_MS });
  add(15);
  add(30, { isEvidence: true });
  await clock.advance(2 * HOUR_MS);
  expect(told).toEqual([]);
  Object.assign(limits, { days: 90, bytes: 1000 });
  await clock.advance(60_000);
  expect(told).toEqual(["crowded", 40]);
  expect([count(true), count(false)]).toEqual([10, 0]);
});

test("evidence that has no room is tried again every hour, and told to have room once it has", async () => {
  const { clock, told, file, add } = await createSetting();
  add(60, { isEvidence: true });
  await clock.advance(60_000 + HOUR_MS - 1);
  expect(told).toEqual(["crowded"]);
  await clock.advance(1);
  expect(told).toEqual(["crowded", "crowded"]);
  file.rows.splice(0, 15);
  add(10);
  await clock.advance(HOUR_MS);
  expect(told).toEqual(["crowded", "crowded", "roomy", 5]);
});

test("in the first hour nothing goes for its age: the clock may be wrong", async () => {
  const { clock, file, add } = await createSetting({ startMs: 5 * HOUR_MS });
  add(3, { ageMs: 100 * DAY_MS });
  add(1);
  await clock.advance(HOUR_MS - 1);
  expect(file.rows).toHaveLength(4);
  await clock.advance(1);
  expect(file.rows).toHaveLength(1);
});

test.each([{ bytes: 5500 }, { days: 80 }])(
  "what is crowded is looked at anew when the limits become %j, without an hour's wait",
  async (edit) => {
    const { clock, limits, told, add } = await createSetting();
    add(60, { isEvidence: true });
    await clock.advance(60_000);
    expect(told).toEqual(["crowded"]);
    Object.assign(limits, edit);
    await clock.advance(60_000);
    expect(told).toEqual(["crowded", "roomy", "crowded"]);
  },
);

test("evidence goes a day after its alarm, to the minute", async () => {
  const { clock, told, add, count } = await createSetting();
  add(60, { isEvidence: true });
  await clock.advance(60_000 + DAY_MS - 1);
  expect(count(true)).toBe(60);
  await clock.advance(1);
  expect(count(true)).toBe(50);
  expect(told.at(-1)).toBe(10);
});

test("evidence of just twice the size waits for that day, too", async () => {
  const { clock, add, count } = await createSetting();
  add(100, { isEvidence: true });
  await clock.advance(60_000);
  expect(count(true)).toBe(100);
  add(1, { isEvidence: true });
  await clock.advance(HOUR_MS);
  expect(count(true)).toBe(50);
});

test("a file that is not open, or being looked at, is not asked", async () => {
  const { clock, file, asked } = await createSetting();
  file.isOpen = false;
  await clock.advance(5 * 60_000);
  expect(asked).toHaveLength(0);
  Object.assign(file, { isOpen: true, hangs: true });
  await clock.advance(5 * 60_000);
  expect(asked).toHaveLength(1);
});

test("a disk that fails is asked again the next minute, and nothing is told", async () => {
  const { clock, file, asked, told, add } = await createSetting();
  add(70);
  file.isFailing = true;
  await clock.advance(3 * 60_000);
  expect([asked.length, told]).toEqual([3, []]);
  file.isFailing = false;
  await clock.advance(60_000);
  expect(told).toEqual([20]);
});

test("times are given to a tenth and to a whole millisecond", async () => {
  const { clock, asked } = await createSetting({ startMs: 0.26 });
  await clock.advance(60_000);
  expect(asked[0]).toMatchObject({ atMs: 60_000.3, wallMs: Math.round(clock.wallMs()) });
});

test.each([
  ["ten minutes", 600_000, "gone"],
  ["more", 600_001, "kept"],
  ["ten minutes, back", -600_000, "gone"],
  ["more, back", -600_001, "kept"],
])("after a wall clock was set by %s (%i ms), old rows are %s for a day", async (...[, byMs, what]) => {
  const { clock, file, add } = await createSetting({ startMs: 2 * HOUR_MS });
  await clock.advance(2 * HOUR_MS);
  clock.jumpWall(byMs);
  add(3, { ageMs: 100 * DAY_MS });
  add(1);
  await clock.advance(HOUR_MS);
  expect(file.rows.length === 1 ? "gone" : "kept").toBe(what);
  await clock.advance(DAY_MS);
  expect(file.rows).toHaveLength(1);
});
