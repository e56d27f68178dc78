import { expect, test } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { openLedger } from "../../src/journal/ledger.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeStorage } from "./fake-storage.ts";
import { markNamed } from "./setting.ts";

const DAY_MS = 86_400_000;
const NOTHING = { waiting: [], delivered: [], refused: [], salvage: undefined };

async function createSetting({ opened = {}, unusable = [] as string[], keepDeliveredDays = 30 } = {}) {
  const clock = createFakeClock();
  const fake = createFakeStorage({ "open-ledger": { ...NOTHING, ...opened }, "change-marks": unusable });
  const said: [string, unknown][] = [];
  const log = { ...silentLog, error: (text: string, fields?: unknown) => said.push([text, fields]) };
  const { storage } = fake;
  const begin = () => openLedger({ clock, storage, folder: "state", log, keepDeliveredDays });
  const ledger = await begin();
  const known = () => fake.questions("open-ledger").map((one) => (one as { known: unknown }).known);
  return { clock, ledger, ...fake, said, known };
}

test("a mark is kept at once, and whoever asked is told that it is safe", async () => {
  const { clock, ledger, questions } = await createSetting();
  let safe = 0;
  const timers = clock.timerCount();
  expect(await ledger.keep(markNamed("a"), () => safe++)).toBe("kept");
  expect([safe, clock.timerCount()]).toEqual([1, timers]);
  expect(questions("change-marks")).toEqual([[{ kind: "keep", mark: markNamed("a") }]]);
});

test("a mark that is not on the disk in a second and a half is said not to be, though it may become safe", async () => {
  const { clock, ledger, failures } = await createSetting();
  failures.set("change-marks", "hangs");
  let told: string | undefined;
  void ledger.keep(markNamed("a")).then((how) => {
    told = how;
  });
  await clock.advance(1499);
  expect(told).toBeUndefined();
  await clock.advance(1);
  expect(told).toBe("not-kept");
});

test("while the disk fails nobody waits for it, and the mark is safe as soon as it can be", async () => {
  const { clock, ledger, failures, said } = await createSetting();
  failures.set("change-marks", "full");
  expect(await ledger.keep(markNamed("a"))).toBe("not-kept");
  expect(said.map(([text]) => text)).toEqual(["the file of marks cannot be written"]);
  let safe = 0;
  expect(await ledger.keep(markNamed("b"), () => safe++)).toBe("not-kept");
  expect([ledger.health.current().state, safe]).toEqual(["degraded", 0]);
  failures.delete("change-marks");
  await clock.advance(1000);
  expect([ledger.health.current().state, safe]).toEqual(["working", 1]);
});

test("a mark that no file takes is told, and it alone is not kept", async () => {
  const { clock, ledger, said } = await createSetting({ unusable: ["b"] });
  const keeping = ["a", "b"].map((id) => ledger.keep(markNamed(id)));
  ledger.note("b", 7);
  await clock.advance(0);
  expect(await Promise.all(keeping)).toEqual(["kept", "not-kept"]);
  expect(said).toContainEqual(["a mark cannot be kept on the disk", { id: "b" }]);
});

test("what becomes of a mark is written with its moment", async () => {
  const { clock, ledger, questions } = await createSetting();
  await clock.advance(5);
  ledger.note("a", 7);
  ledger.settle("a", "refused", "no right");
  await clock.advance(0);
  expect(questions("change-marks").flat()).toEqual([
    { kind: "note", id: "a", timeSeconds: 7 },
    { kind: "settle", id: "a", result: "refused", why: "no right", wallMs: clock.wallMs() },
  ]);
});

test("a file that has to be opened anew gets what concerns people, from earlier processes too", async () => {
  const opened = { waiting: [markNamed("old")] };
  const { clock, ledger, failures, known } = await createSetting({ opened });
  await ledger.keep(markNamed("a"));
  failures.set("change-marks", "stopped");
  void ledger.keep(markNamed("b"));
  await clock.advance(0);
  const keep = (id: string) => ({ kind: "keep", mark: markNamed(id) });
  expect(known().slice(0, 2)).toEqual([[], ["old", "a", "b"].map(keep)]);
  expect(await ledger.load()).toEqual({ waiting: opened.waiting, delivered: [], refused: [] });
});

test("a file that is opened anew is not given what was delivered since the start", async () => {
  const opened = { waiting: [markNamed("old")] };
  const { clock, ledger, failures, known } = await createSetting({ opened });
  ledger.settle("old", "delivered", "");
  await clock.advance(0);
  failures.set("check-ledger", "replaced");
  await clock.advance(2000);
  expect(known()).toEqual([[], [], []]);
});

test("with a hundred thousand changes waiting there is no room for more, and that is told", async () => {
  const { ledger, failures } = await createSetting();
  failures.set("change-marks", "full");
  for (let count = 0; count < 99_999; count++) ledger.note(String(count), 7);
  expect(ledger.health.current().state).not.toBe("off");
  ledger.note("a", 0);
  expect(await ledger.keep(markNamed("b"))).toBe("not-kept");
  const why = "the disk cannot be written, and memory is full of marks";
  expect(ledger.health.current()).toMatchObject({ state: "off", why });
});

test("what was saved of a damaged file is told", async () => {
  const salvage = { file: "marks.corrupt", why: "damaged", marks: 3 };
  const { said } = await createSetting({ opened: { salvage } });
  expect(said).toEqual([["the file of marks was damaged: a new one is begun", salvage]]);
});

test("delivered marks are forgotten after their days, at the start and every day", async () => {
  const { clock, ledger, questions } = await createSetting({ keepDeliveredDays: 2 });
  const before = () => questions("prune-marks").map((one) => (one as { beforeWallMs: number }).beforeWallMs);
  expect(before()).toEqual([clock.wallMs() - 2 * DAY_MS]);
  await clock.advance(DAY_MS);
  expect(before()).toHaveLength(2);
  expect(before()[1]).toBe(clock.wallMs() - 2 * DAY_MS);
  await ledger.close();
  expect(clock.timerCount()).toBe(0);
});

test("delivered marks are remembered for thirty days where nobody says otherwise", async () => {
  const clock = createFakeClock();
  const { storage, questions } = createFakeStorage({ "open-ledger": NOTHING });
  await openLedger({ clock, storage, folder: "state", log: silentLog });
  expect(questions("prune-marks")).toEqual([{ beforeWallMs: clock.wallMs() - 30 * DAY_MS }]);
});

test("a clean end has nothing to tell", async () => {
  const { ledger, said } = await createSetting();
  await ledger.keep(markNamed("a"));
  await ledger.close();
  expect(said).toEqual([]);
});

test("a disk that hangs at the end is waited for for two seconds, and what was left is told", async () => {
  const { clock, ledger, failures, said, questions } = await createSetting();
  failures.set("change-marks", "hangs");
  void ledger.keep(markNamed("a"));
  const closing = ledger.close();
  await clock.advance(1999);
  expect(questions("close-ledger")).toHaveLength(0);
  await clock.advance(1);
  await closing;
  expect(said.at(-1)).toEqual(["changes of marks were not kept on the disk", { count: 1 }]);
});

test("the file is looked after each second", async () => {
  const { clock, questions } = await createSetting();
  await clock.advance(2000);
  expect(questions("check-ledger")).toHaveLength(2);
});

test("what could not be written by the end is told, and the file is closed", async () => {
  const { clock, ledger, failures, said, asked } = await createSetting();
  failures.set("change-marks", "full");
  for (const id of ["a", "b"]) void ledger.keep(markNamed(id));
  await clock.advance(0);
  const closing = ledger.close();
  await clock.advance(0);
  await closing;
  expect(said.at(-1)).toEqual(["changes of marks were not kept on the disk", { count: 2 }]);
  expect(asked.at(-1)?.[0]).toBe("close-ledger");
});

test("a disk that hangs holds up neither the start nor the end for more than a few seconds", async () => {
  const clock = createFakeClock();
  const { storage, failures, asked } = createFakeStorage();
  failures.set("open-ledger", "hangs");
  failures.set("close-ledger", "hangs");
  const opening = openLedger({ clock, storage, folder: "state", log: silentLog });
  let isBegun = false;
  void opening.then(() => {
    isBegun = true;
  });
  await clock.advance(1999);
  expect(isBegun).toBe(false);
  await clock.advance(1);
  const ledger = await opening;
  const closing = ledger.close();
  await clock.advance(4000);
  await closing;
  expect(asked.map(([task]) => task)).toEqual(["open-ledger", "close-ledger"]);
});
