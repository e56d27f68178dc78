import { expect, test } from "vitest";
import { peerId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeStorage } from "./fake-storage.ts";
import { cause, correlation, DESK, KEY, ROOM } from "./setting.ts";

const HEAD = { sequence: 7, hash: "ab" };

async function createSetting(news: readonly unknown[] = []) {
  const clock = createFakeClock();
  const large = { removed: 0, spared: 0, through: 0, last: 0, usedBytes: 1.5e9 };
  const fake = createFakeStorage({ "open-journal": news, append: HEAD, "prune-journal": large });
  const said: [string, unknown][] = [];
  const log = { ...silentLog, error: (text: string, fields?: unknown) => said.push([text, fields]) };
  const retention = { days: 90, bytes: 1e9 };
  const { storage } = fake;
  const journal = await openJournal({
    clock,
    storage,
    folder: "state",
    log,
    retention,
    secrets: () => ["secret"],
  });
  const take = (body: FactBody) =>
    journal.sink({ atMs: clock.monotonicMs(), wallMs: clock.wallMs(), ...body });
  const press = () => take({ kind: "action", cause, action: "start", room: ROOM });
  const request = () => take({ kind: "request", correlation, command: "start", room: ROOM });
  const show = (text: string) =>
    take({ kind: "shown", device: DESK, control: KEY, frame: { kind: "text", text } });
  const rows = () => fake.questions("append").flat() as { kind: string; body: string }[];
  return { clock, journal, ...fake, said, take, press, request, show, rows };
}

test("facts of fifty milliseconds are written together, in columns, without secrets", async () => {
  const { clock, take, request, rows, questions } = await createSetting();
  request();
  const peer = peerId("the secret peer");
  take({ kind: "stuck", device: DESK, control: KEY });
  take({ kind: "press", cause: { ...cause, correlation: "" as never, peer, source: "the secret" } });
  await clock.advance(49);
  expect(rows()).toEqual([]);
  await clock.advance(1);
  expect(questions("append")).toHaveLength(1);
  const none = { correlation: null, device: null, room: null, author: null };
  const times = { atMs: 0, wallMs: clock.wallMs() - 50 };
  expect(rows()).toEqual([
    { ...none, ...times, kind: "request", correlation, room: ROOM, body: '{"command":"start"}' },
    { ...none, ...times, kind: "stuck", device: DESK, body: `{"control":"${KEY}"}` },
    {
      ...{ ...none, ...times, kind: "press", correlation: "", device: DESK, author: "the *** peer" },
      body: '{"source":"the ***","gesture":"tap","pressedAtMs":10}',
    },
  ]);
});

test("what repeats is left out, and a burst that memory takes is no trouble", async () => {
  const { clock, show, request, rows, journal } = await createSetting();
  show("REC");
  show("REC");
  for (let count = 0; count < 10_001; count++) request();
  expect(journal.health.current().state).toBe("working");
  await clock.advance(1000);
  expect(rows().filter(({ kind }) => kind === "shown")).toHaveLength(1);
});

test("times are written to a tenth and to a whole millisecond", async () => {
  const { clock, journal, rows } = await createSetting();
  await clock.advance(10.26);
  await journal.close();
  expect(rows().at(-1)).toMatchObject({ kind: "closed", atMs: 10.3, wallMs: Math.round(clock.wallMs()) });
});

test("a journal that is too large goes on where nobody asked to be told", async () => {
  const { clock, request, rows } = await createSetting();
  await clock.advance(120_000);
  request();
  await clock.advance(50);
  expect(rows()).toHaveLength(1);
});

test("what opening finds is logged", async () => {
  const { said } = await createSetting([
    { kind: "rows-missing", expected: "7:ab" },
    { kind: "moved-aside", file: "journal.corrupt", why: "damaged" },
  ]);
  expect(said).toEqual([
    ["the journal lacks rows that it had", { expected: "7:ab" }],
    ["the journal was damaged: a new one is begun", { kept: "journal.corrupt", why: "damaged" }],
  ]);
});

test("a journal that is opened anew must have the last row that was written", async () => {
  const { clock, failures, request, questions } = await createSetting();
  request();
  await clock.advance(50);
  failures.set("append", "full");
  request();
  await clock.advance(2000);
  const expected = questions("open-journal").map((one) => (one as { expected: unknown }).expected);
  expect(expected.slice(0, 3)).toEqual([undefined, HEAD, undefined]);
});

test("with five thousand facts waiting what was shown is lost, with ten thousand all is, and that is a fact too", async () => {
  const { clock, failures, request, show, rows, journal, said } = await createSetting();
  failures.set("append", "full");
  const fill = (count: number) => {
    for (let index = 0; index < count; index++) request();
  };
  fill(4999);
  await clock.advance(60);
  show("one");
  expect(journal.health.current().state).toBe("degraded");
  show("two");
  expect(journal.health.current()).toMatchObject({ state: "off", why: "it is full" });
  const lostMs = clock.wallMs();
  await clock.advance(1000);
  fill(5000);
  show("three");
  fill(2);
  failures.delete("append");
  await clock.advance(20_000);
  const gaps = rows().filter(({ kind }) => kind === "gap");
  expect(gaps.map(({ body }) => JSON.parse(body))).toEqual([
    { lost: 4, fromWallMs: lostMs, why: "the disk could not be written" },
  ]);
  expect(rows().filter(({ body }) => body.includes("one"))).not.toEqual([]);
  await journal.close();
  const cannot = "the journal cannot be written";
  expect(
    said.map(([text]) => text),
    "for a while, and then for good",
  ).toEqual([cannot, cannot]);
});

test("the end is the last row, is published, and closes the file", async () => {
  const { clock, request, journal, rows, asked } = await createSetting();
  request();
  await journal.close();
  expect(rows().map(({ kind }) => kind)).toEqual(["request", "closed"]);
  expect(asked.slice(-2).map(([task]) => task)).toEqual(["publish-head", "close-journal"]);
  const count = asked.length;
  await clock.advance(86_400_000);
  expect([asked.length, clock.timerCount()]).toEqual([count, 0]);
});

test("what could not be written by the end is told, and what was lost before", async () => {
  const { clock, failures, request, journal, said, asked } = await createSetting();
  failures.set("append", "full");
  for (let index = 0; index < 10_003; index++) request();
  await clock.advance(100);
  const closing = journal.close();
  await clock.advance(0);
  await closing;
  expect(said.at(-1)).toEqual(["facts were not written to the journal", { count: 10_003 }]);
  expect(asked.at(-1)?.[0]).toBe("close-journal");
});

test("a single row that could not be written by the end is told, too", async () => {
  const { clock, failures, journal, said } = await createSetting();
  failures.set("append", "full");
  const closing = journal.close();
  await clock.advance(0);
  await closing;
  expect(said.at(-1)).toEqual(["facts were not written to the journal", { count: 1 }]);
});

test("a disk that hangs holds up neither the start nor the end for more than a few seconds", async () => {
  const clock = createFakeClock();
  const { storage, failures, asked } = createFakeStorage();
  failures.set("open-journal", "hangs");
  failures.set("close-journal", "hangs");
  const opening = openJournal({
    ...{ clock, storage, folder: "state", log: silentLog },
    retention: { days: 90, bytes: 1e9 },
  });
  let isBegun = false;
  void opening.then(() => {
    isBegun = true;
  });
  await clock.advance(1999);
  expect(isBegun).toBe(false);
  await clock.advance(1);
  const journal = await opening;
  const closing = journal.close();
  await clock.advance(4000);
  await closing;
  expect(asked.map(([task]) => task)).toEqual(["open-journal", "close-journal"]);
});
