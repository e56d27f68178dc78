import { describe, expect, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { failures } from "../support/fake-valt.ts";
import { type Ailment, createPollerSetting } from "./poller-setting.ts";

const odd: ValtFailure = {
  kind: "malformed-answer",
  message: 'The server names a room status that is not known here: "scheduled".',
  heard: "maybe",
  again: "later",
};
const broken: ValtFailure = {
  kind: "server-error",
  message: "x",
  heard: "maybe",
  again: "later",
  httpStatus: 502,
};
const reset: ValtFailure = { ...failures.unreachable, message: "connection reset" };

const ailments: Readonly<Record<string, Ailment>> = {
  "an unknown word": { failure: odd, afterMs: 10 },
  "an error of the proxy": { failure: broken, afterMs: 10 },
  "a cut connection": { failure: reset, afterMs: 1 },
  "no answer": { failure: failures.lostAnswer, afterMs: 5000 },
  "no such room": { failure: failures.notFound, afterMs: 10 },
};
const FOUR = roomName("room-4");

describe.each(Object.entries(ailments))("one room that gives %s", (what, ailment) => {
  test.each([2, 5, 11, 40])("of %i is unknown alone: the server is not lost", async (rooms) => {
    const setting = await createPollerSetting({ rooms, requestsPerSecond: 50 });
    const { clock, server, poller, store, agesMs, names, logged } = setting;
    await clock.advance(5000);
    const ill = names[1]!;
    server.ailing.set(2, ailment);
    const outages: number[] = [];
    for (let step = 0; step < 600; step++) {
      await clock.advance(100);
      if (poller.outage() !== undefined) outages.push(clock.monotonicMs());
      const others = agesMs().filter((_, index) => index !== 1);
      expect(Math.max(...others)).toBeLessThan(4500);
    }
    expect(outages).toEqual([]);
    expect(store.get(ill).knowledge).toMatchObject({ kind: "stale", why: ailment.failure.message });
    expect(logged).toEqual(["rooms cannot be looked at"]);
  });

  test("is looked at now and then, and told to be back once", async () => {
    const { clock, server, store, timesOf, logged, faults } = await createPollerSetting({ rooms: 5 });
    await clock.advance(5000);
    server.ailing.set(4, ailment);
    await clock.advance(60_000);
    expect(faults).toEqual([{ rooms: [FOUR], why: ailment.failure.message }]);
    const times = timesOf("status", 4).filter((atMs) => atMs > 20_000);
    expect(times.length).toBeGreaterThan(what === "no answer" ? 5 : 20);
    expect(times.length).toBeLessThan(25);
    server.ailing.clear();
    await clock.advance(8000);
    expect(store.get(FOUR).knowledge.kind).toBe("live");
    expect(logged).toEqual(["rooms cannot be looked at", "a room can be looked at again"]);
  });
});

test("rooms that hang, however many, leave the others their looks", async () => {
  const { clock, server, agesMs, poller } = await createPollerSetting({ rooms: 30, requestsPerSecond: 50 });
  server.tellsRecordings = false;
  await clock.advance(5000);
  for (let room = 1; room <= 10; room++) server.ailing.set(room, ailments["no answer"]!);
  await clock.advance(30_000);
  for (let step = 0; step < 100; step++) {
    await clock.advance(200);
    expect(Math.max(...agesMs().slice(10))).toBeLessThan(3000);
  }
  expect(poller.outage()).toBeUndefined();
});

test("a room that hangs is looked at four times a second all the same while a command is under way", async () => {
  const { clock, server, store, timesOf } = await createPollerSetting({ rooms: 5 });
  await clock.advance(5000);
  server.ailing.set(4, ailments["no answer"]!);
  await clock.advance(15_000);
  server.ailing.clear();
  const [atMs, began] = [20_000, { pressedAtMs: 20_000, sentMs: 20_000 }];
  store.tell(FOUR, { kind: "command-sent", command: "start", correlation: "c" as never, atMs });
  store.tell(FOUR, { kind: "command-accepted", recordingId: undefined, ...began, atMs });
  await clock.advance(9000);
  const times = timesOf("status", 4).filter((atMs) => atMs > 20_000);
  expect(times.length).toBeGreaterThan(8);
});

test("a room that fails once keeps its place in the round", async () => {
  const { clock, server, timesOf, store } = await createPollerSetting({ rooms: 5 });
  await clock.advance(5000);
  server.ailing.set(4, { failure: failures.refused, afterMs: 10 });
  const next = timesOf("status", 4).at(-1)! + 2000;
  await clock.advance(next + 20 - clock.monotonicMs());
  server.ailing.clear();
  await clock.advance(2000);
  expect(timesOf("status", 4).slice(-2)).toEqual([next, next + 2000]);
  expect(store.get(FOUR).knowledge).toMatchObject({ kind: "live", seenAtMs: next + 2000 });
});

describe("the server is lost", () => {
  test.each([1, 2, 12])("when none of %i rooms has a word that is known", async (rooms) => {
    const { clock, server, poller, ids } = await createPollerSetting({ rooms });
    await clock.advance(5000);
    server.listFailure = odd;
    for (const id of ids.values()) server.ailing.set(id, ailments["an unknown word"]!);
    await clock.advance(6000);
    expect(poller.outage()?.failure).toEqual(odd);
    server.ailing.delete(1);
    await clock.advance(30_000);
    expect(poller.outage()).toBeUndefined();
  });

  test("not when the list of all rooms is answered all the same", async () => {
    const { clock, server, ids, logged } = await createPollerSetting({ rooms: 12 });
    await clock.advance(5000);
    for (const id of ids.values()) server.ailing.set(id, ailments["no answer"]!);
    await clock.advance(90_000);
    expect(logged).toContain("rooms cannot be looked at");
    expect(logged).not.toContain("server lost");
  });

  test("and not back when a list that was asked for before fails as well", async () => {
    const { clock, server, poller, logged } = await createPollerSetting({ rooms: 12 });
    await clock.advance(4900);
    server.listLatencyMs = 3000;
    await clock.advance(200);
    server.failure = failures.unreachable;
    poller.lookNow(FOUR);
    await clock.advance(20_000);
    expect(logged).toEqual(["server lost"]);
  });

  test.each([2, 12, 300])("when two rooms of %i get no answer, and at once", async (rooms) => {
    const { clock, server, poller, requests } = await createPollerSetting({ rooms });
    await clock.advance(40_000);
    server.failure = failures.unreachable;
    const before = requests("status").length;
    const nextMs = () => clock.advance(5);
    while (requests("status").length === before) await nextMs();
    await clock.advance(25);
    expect(poller.outage()).toBeDefined();
    expect(requests("status").length - before).toBeLessThanOrEqual(6);
  });

  test("within a deadline when it hangs", async () => {
    const { clock, server, poller, ids } = await createPollerSetting({ rooms: 6 });
    await clock.advance(5000);
    for (const id of ids.values()) server.ailing.set(id, ailments["no answer"]!);
    await clock.advance(7500);
    expect(poller.outage()).toBeDefined();
  });

  test("from the start, when it is not there", async () => {
    const { clock, server, poller } = await createPollerSetting({ rooms: 12 });
    server.failure = failures.unreachable;
    await clock.advance(200);
    expect(poller.outage()).toBeDefined();
  });

  test("until it answers anything, be it that there is no such room", async () => {
    const { clock, server, poller, logged } = await createPollerSetting({ rooms: 3 });
    server.failure = failures.unreachable;
    await clock.advance(20_000);
    server.failure = failures.notFound;
    await clock.advance(6000);
    expect(poller.outage()).toBeUndefined();
    expect(logged.slice(0, 2)).toEqual(["server lost", "server back"]);
  });
});

test("a room that failed once and was seen since is vouched for by the list like any other", async () => {
  const { clock, server, poller, timesOf } = await createPollerSetting({ rooms: 12 });
  await clock.advance(5000);
  server.ailing.set(4, { failure: failures.refused, afterMs: 10 });
  poller.lookNow(FOUR);
  await clock.advance(20);
  server.ailing.clear();
  await clock.advance(10_000);
  const before = timesOf("status", 4).length;
  await clock.advance(30_000);
  expect(timesOf("status", 4).length - before).toBeLessThanOrEqual(2);
});

test("a room that another one's failure would ask is not asked twice at the same time", async () => {
  const { clock, server, timesOf } = await createPollerSetting({ rooms: 2, latencyMs: 1500 });
  server.ailing.set(1, ailments["a cut connection"]!);
  await clock.advance(60_000);
  const times = timesOf("status", 2);
  const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1500);
});

test("looks that fail together are one failure: the server is asked again as soon as after one", async () => {
  const { clock, server, timesOf, poller } = await createPollerSetting({ rooms: 6, latencyMs: 3000 });
  server.failure = failures.unreachable;
  await clock.advance(1000);
  const underWay = timesOf("status");
  expect(underWay.length).toBeGreaterThan(3);
  for (let room = 1; room <= 6; room++) server.ailing.set(room, ailments["a cut connection"]!);
  await clock.advance(underWay.at(-1)! + 2999 - clock.monotonicMs());
  expect(poller.outage()).toBeDefined();
  const before = timesOf("status").length;
  await clock.advance(300);
  expect(timesOf("status").length - before).toBe(1);
});

test("rooms that hung before the server was lost are looked at side by side when that is back", async () => {
  const { clock, server, poller, store, names } = await createPollerSetting({ rooms: 10, latencyMs: 500 });
  await clock.advance(5000);
  for (let room = 1; room <= 10; room++) server.ailing.set(room, ailments["no answer"]!);
  await clock.advance(120_000);
  expect(poller.outage()).toBeDefined();
  server.ailing.clear();
  while (poller.outage() !== undefined) await clock.advance(100);
  await clock.advance(1600);
  const kinds = names.map((name) => store.get(name).knowledge.kind);
  expect(new Set(kinds)).toEqual(new Set(["live"]));
});

test("a room that failed before the server was lost has its place again when that is back", async () => {
  const { clock, server, agesMs } = await createPollerSetting({ rooms: 6 });
  await clock.advance(5000);
  for (let room = 1; room <= 6; room++) server.ailing.set(room, ailments["no answer"]!);
  await clock.advance(20_000);
  server.ailing.clear();
  await clock.advance(6500);
  for (let step = 0; step < 20; step++) {
    await clock.advance(500);
    expect(Math.max(...agesMs())).toBeLessThan(2500);
  }
});

describe("a leap of the clocks", () => {
  test("makes a look that was asked before it worthless, and the room is asked at once", async () => {
    const { clock, store, timesOf } = await createPollerSetting({ latencyMs: 1000 });
    await clock.advance(500);
    clock.jumpWall(3_600_000);
    await clock.advance(500);
    expect(store.get(roomName("room-1")).knowledge.kind).toBe("never-seen");
    expect(timesOf("status")).toEqual([0, 1000]);
    await clock.advance(1000);
    expect(store.get(roomName("room-1")).knowledge).toMatchObject({ kind: "live", seenAtMs: 1000 });
  });

  test("makes a failure of before worthless too: a network that slept is no outage", async () => {
    const { clock, server, poller } = await createPollerSetting({ latencyMs: 1000 });
    server.failure = failures.lostAnswer;
    await clock.advance(500);
    clock.jumpWall(3_600_000);
    await clock.advance(500);
    server.failure = undefined;
    expect(poller.outage()).toBeUndefined();
  });

  test("makes a reading of before worthless: how far the recording has run is asked anew", async () => {
    const { clock, store } = await createPollerSetting({ latencyMs: 1000, status: "recording" });
    await clock.advance(1500);
    clock.jumpWall(3_600_000);
    store.tell(roomName("room-1"), { kind: "leapt", why: "the clocks leapt" });
    await clock.advance(600);
    expect(store.get(roomName("room-1")).recording?.clock).toBeUndefined();
  });
});
