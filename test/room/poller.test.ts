import { describe, expect, test } from "vitest";
import { type CorrelationId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { failures } from "../support/fake-valt.ts";
import { createPollerSetting, mostWithin } from "./poller-setting.ts";

const ONE = roomName("room-1");

describe("one room", () => {
  test("is looked at at once, and what the server says is told", async () => {
    const { clock, timesOf, store } = await createPollerSetting({ status: "locked" });
    expect(timesOf("status")).toEqual([0]);
    await clock.advance(10);
    expect(store.get(ONE).knowledge).toEqual({ kind: "live", status: "locked", seenAtMs: 0 });
  });

  test.each([
    ["available", 1500],
    ["locked", 1500],
    ["prepared", 1500],
    ["recording", 2000],
    ["paused", 2000],
  ] as const)("that is %s is looked at every %i ms", async (status, intervalMs) => {
    const { clock, timesOf } = await createPollerSetting({ status, idleMs: 1500 });
    await clock.advance(60_000);
    const times = timesOf("status").slice(1);
    const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!);
    expect(new Set(gaps)).toEqual(new Set([intervalMs]));
  });

  test("that is watched twice is still looked at once", async () => {
    const { clock, timesOf, poller, ids } = await createPollerSetting();
    await clock.advance(5000);
    const next = timesOf("status").at(-1)! + 2000;
    poller.watch(ids);
    poller.watch(ids);
    await clock.advance(3000);
    expect(timesOf("status").filter((atMs) => atMs >= 5000)).toEqual([next, next + 2000]);
  });

  test("is looked at at once when asked for, and never twice at the same time", async () => {
    const { clock, timesOf, poller, server } = await createPollerSetting({ latencyMs: 100 });
    await clock.advance(1000);
    poller.lookNow(ONE);
    poller.lookNow(ONE);
    poller.lookNow(ONE);
    expect(timesOf("status").at(-1)).toBe(1000);
    await clock.advance(300);
    expect(timesOf("status").filter((atMs) => atMs >= 1000)).toEqual([1000, 1100]);
    expect(server.most).toBe(1);
  });

  test("is looked at every quarter of a second while a command is pending", async () => {
    const { clock, timesOf, store, poller } = await createPollerSetting();
    await clock.advance(1000);
    const correlation = "c" as CorrelationId;
    const began = { pressedAtMs: 990, sentMs: 990 };
    store.tell(ONE, { kind: "command-sent", command: "start", correlation, atMs: 1000 });
    store.tell(ONE, { kind: "command-accepted", recordingId: undefined, ...began, atMs: 1000 });
    poller.lookNow(ONE);
    await clock.advance(1000);
    expect(timesOf("status").filter((atMs) => atMs >= 1000)).toEqual([1000, 1250, 1500, 1750, 2000]);
  });

  test.each([100, 500, 1000, 1900])(
    "that begins to record %i ms after a look in its turn is looked at two seconds later and never in doubt",
    async (afterMs) => {
      const { clock, timesOf, store, poller, server } = await createPollerSetting();
      await clock.advance(20_000);
      await clock.advance(timesOf("status").at(-1)! + 2000 + afterMs - clock.monotonicMs());
      server.statuses.set(1, "recording");
      const startedMs = clock.monotonicMs();
      const doubts: number[] = [];
      store.onChange(({ state }) => {
        if (state.knowledge.kind !== "live") doubts.push(clock.monotonicMs() - startedMs);
      });
      poller.lookNow(ONE);
      await clock.advance(20_000);
      const times = timesOf("status").filter((atMs) => atMs >= startedMs);
      const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(2100);
      expect(doubts).toEqual([]);
    },
  );

  test("that does not exist is stale at once and does not count as an outage", async () => {
    const { clock, poller, server, store, timesOf } = await createPollerSetting();
    await clock.advance(100);
    server.failure = failures.notFound;
    await clock.advance(30_000);
    expect(store.get(ONE).knowledge.kind).toBe("stale");
    expect(poller.outage()).toBeUndefined();
    expect(timesOf("status").length).toBeGreaterThan(5);
  });

  test("is not looked at any more after closing", async () => {
    const { clock, poller, requests } = await createPollerSetting();
    poller.close();
    poller.lookNow(ONE);
    await clock.advance(60_000);
    expect(requests("status")).toHaveLength(1);
  });

  test("that is no longer watched is not told of, though its answer was on the way", async () => {
    const { clock, poller, requests, store } = await createPollerSetting();
    poller.watch(new Map());
    await clock.advance(60_000);
    expect(requests("status")).toHaveLength(1);
    expect(store.get(ONE).knowledge.kind).toBe("never-seen");
  });

  test("that gets another number on the server is looked at under that number", async () => {
    const { clock, poller, requests } = await createPollerSetting();
    await clock.advance(100);
    poller.watch(new Map([[ONE, valtRoomId(77)]]));
    await clock.advance(100);
    expect(requests("status").map(({ room }) => room)).toEqual([1, 77]);
  });
});

describe("how far a recording has run", () => {
  test("is read when it is first seen, and again every half minute", async () => {
    const { clock, timesOf, store } = await createPollerSetting({ status: "recording" });
    await clock.advance(20);
    expect(timesOf("info")).toEqual([10]);
    expect(store.get(ONE).recording?.clock?.highMs).toBeGreaterThan(5000);
    await clock.advance(65_000);
    const times = timesOf("info");
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(30_000);
    expect(times[1]! - times[0]!).toBeLessThan(32_100);
  });

  test("is not asked for in a room without a recording", async () => {
    const { clock, requests } = await createPollerSetting({ status: "available" });
    await clock.advance(60_000);
    expect(requests("info")).toEqual([]);
  });

  test("is asked for again with the next look when the answer failed to come", async () => {
    const { clock, timesOf, server } = await createPollerSetting({ status: "recording" });
    await clock.advance(10);
    server.failure = failures.refused;
    await clock.advance(10);
    server.failure = undefined;
    await clock.advance(5000);
    expect(timesOf("info").length).toBeGreaterThanOrEqual(2);
  });
});

describe("an outage", () => {
  test("is logged once, probed ever more rarely one at a time, and logged once when it is over", async () => {
    const { clock, server, poller, timesOf, logged } = await createPollerSetting({
      rooms: 20,
      status: "available",
    });
    await clock.advance(20_000);
    server.failure = failures.unreachable;
    await clock.advance(10_000);
    server.most = 0;
    const since = server.requests.length;
    await clock.advance(110_000);
    expect(server.most).toBe(1);
    const times = server.requests.slice(since).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(3000);
    expect(Math.max(...gaps)).toBeLessThan(5100);
    expect(poller.outage()?.failure).toEqual(failures.unreachable);
    server.failure = undefined;
    await clock.advance(6000);
    expect(poller.outage()).toBeUndefined();
    expect(logged).toEqual(["server lost", "server back"]);
    expect(mostWithin(timesOf("status"), 1000)).toBeLessThanOrEqual(20);
  });

  test("makes every room stale within the limit, and every room comes back", async () => {
    const { clock, server, store, names } = await createPollerSetting({ rooms: 20, status: "available" });
    await clock.advance(20_000);
    server.failure = failures.unreachable;
    await clock.advance(6000);
    const kinds = () => new Set(names.map((name) => store.get(name).knowledge.kind));
    expect(kinds()).toEqual(new Set(["stale"]));
    server.failure = undefined;
    await clock.advance(8000);
    expect(kinds()).toEqual(new Set(["live"]));
  });

  test("that an urgent look finds over is over for all rooms at once", async () => {
    const { clock, server, poller, timesOf } = await createPollerSetting({ rooms: 5 });
    await clock.advance(10_000);
    server.failure = failures.unreachable;
    await clock.advance(60_000);
    server.failure = undefined;
    const probes = timesOf("status");
    const sinceProbeMs = clock.monotonicMs() - probes.at(-1)!;
    expect(sinceProbeMs).toBeLessThan(4000);
    poller.lookNow(ONE);
    await clock.advance(400);
    const looked = server.requests.filter(({ atMs }) => atMs >= 70_000).map(({ room }) => room);
    expect(new Set(looked).size).toBe(5);
  });

  test.each<[what: string, failure: ValtFailure, is: "outage" | "none"]>([
    ["an unreachable server", failures.unreachable, "outage"],
    ["an answer that did not come", failures.lostAnswer, "outage"],
    ["a wrong password", { kind: "unauthorized", message: "x", heard: "no", again: "later" }, "outage"],
    [
      "a page instead of an answer",
      { kind: "malformed-answer", message: "x", heard: "maybe", again: "later" },
      "outage",
    ],
    [
      "a proxy without its server",
      { kind: "server-error", message: "x", heard: "maybe", again: "later", httpStatus: 502 },
      "outage",
    ],
    [
      "an error inside one room",
      { kind: "server-error", message: "x", heard: "maybe", again: "later", httpStatus: 500 },
      "none",
    ],
    ["a refusal", failures.refused, "none"],
    ["an unknown room", failures.notFound, "none"],
  ])("%s: %o is an %s", async (_, failure, is) => {
    const { clock, server, poller } = await createPollerSetting();
    server.failure = failure;
    await clock.advance(20);
    expect(poller.outage() === undefined ? "none" : "outage").toBe(is);
  });
});

test("after the end nothing is asked any more, and no timer is left", async () => {
  const { clock, server, poller, store, requests } = await createPollerSetting({ rooms: 12 });
  await clock.advance(2000);
  server.ailing.set(3, { failure: failures.notFound, afterMs: 5 });
  poller.lookNow(roomName("room-3"));
  await clock.advance(100);
  poller.close();
  store.close();
  await clock.advance(100);
  expect(clock.timerCount()).toBe(0);
  const before = requests().length;
  poller.lookNow(roomName("room-1"));
  await clock.advance(10_000);
  expect([requests().length, clock.timerCount()]).toEqual([before, 0]);
});

test("a room that nobody watches is not looked at", async () => {
  const { clock, poller, requests } = await createPollerSetting();
  poller.lookNow(roomName("elsewhere"));
  await clock.advance(100);
  expect(requests().every(({ room }) => room === 1)).toBe(true);
});

test("a room that is shown, or has changed, and that nobody watches harms no other", async () => {
  const { clock, server, store, timesOf } = await createPollerSetting();
  const elsewhere = roomName("elsewhere");
  server.shown.add(elsewhere);
  store.track([ONE, elsewhere]);
  store.tell(elsewhere, { kind: "leapt", why: "the clocks leapt" });
  await clock.advance(10_000);
  expect(timesOf("status").length).toBeGreaterThan(4);
});

test("a room is looked at as often as it is to be seen, within a second of becoming so", async () => {
  const { clock, server, timesOf } = await createPollerSetting({
    idleMs: 20_000,
    activeMs: 500,
    freshMs: 60_000,
  });
  await clock.advance(25_000);
  const before = timesOf("status").length;
  server.shown = new Set([ONE]);
  await clock.advance(3000);
  expect(timesOf("status").length - before).toBeGreaterThanOrEqual(4);
});

test("all rooms are looked at again at once when what was known is in doubt", async () => {
  const { clock, poller, timesOf } = await createPollerSetting({ rooms: 3 });
  await clock.advance(5100);
  const before = timesOf("status").length;
  poller.lookAgain();
  await clock.advance(400);
  expect(timesOf("status").length - before).toBeGreaterThanOrEqual(3);
});

test("requests of others take their places in the budget", async () => {
  const { clock, poller, timesOf } = await createPollerSetting({ rooms: 10 });
  await clock.advance(5000);
  for (let count = 0; count < 36; count++) poller.spend();
  await clock.advance(1500);
  expect(timesOf("status").filter((atMs) => atMs > 5000)).toEqual([]);
});

test("that the server is lost and back is told once each", async () => {
  const { clock, server, servers } = await createPollerSetting({ rooms: 3 });
  await clock.advance(3000);
  server.failure = failures.unreachable;
  await clock.advance(20_000);
  server.failure = undefined;
  await clock.advance(20_000);
  expect(servers).toEqual(["down", "up"]);
});
