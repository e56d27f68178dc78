import { describe, expect, test } from "vitest";
import { type RoomName, roomName } from "../../src/base/identifiers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { failures } from "../support/fake-valt.ts";
import { createPollerSetting, mostWithin } from "./poller-setting.ts";

const malformed: ValtFailure = { kind: "malformed-answer", message: "x", heard: "maybe", again: "later" };

describe("the list of all rooms", () => {
  test("is asked for every second when there are many rooms, and a difference triggers a look", async () => {
    const { clock, server, requests, timesOf } = await createPollerSetting({ rooms: 12 });
    await clock.advance(20_100);
    expect(requests("all").length).toBeGreaterThan(15);
    server.statuses.set(7, "recording");
    const before = timesOf("status", 7).length;
    await clock.advance(1000);
    expect(timesOf("status", 7).length).toBe(before + 1);
    await clock.advance(200);
    server.statuses.set(7, "available");
    const during = timesOf("status", 7).length;
    await clock.advance(1000);
    expect(timesOf("status", 7).length).toBeGreaterThan(during);
  });

  test("tells paused rooms as well: paused is no difference", async () => {
    const { clock, timesOf } = await createPollerSetting({ rooms: 12, status: "paused" });
    await clock.advance(30_000);
    expect(mostWithin(timesOf("status", 3).slice(2), 1900)).toBe(1);
  });

  test("is not asked for when there are few rooms", async () => {
    const { clock, requests } = await createPollerSetting({ rooms: 11 });
    await clock.advance(10_000);
    expect(requests("all")).toEqual([]);
  });

  test("is given up for five minutes when the answer does not carry recordings", async () => {
    const { clock, server, requests } = await createPollerSetting({ rooms: 12 });
    server.tellsRecordings = false;
    await clock.advance(300_000);
    expect(requests("all")).toHaveLength(1);
    await clock.advance(2000);
    expect(requests("all")).toHaveLength(2);
  });

  test("that told nothing is asked for again when the server was lost and is back", async () => {
    const { clock, server, requests, poller } = await createPollerSetting({ rooms: 12 });
    server.tellsRecordings = false;
    await clock.advance(10_000);
    server.failure = failures.unreachable;
    await clock.advance(30_000);
    expect(poller.outage()).toBeDefined();
    expect(requests("all")).toHaveLength(1);
    server.failure = undefined;
    await clock.advance(10_000);
    expect(requests("all")).toHaveLength(2);
  });

  test("is not asked for in an outage, and is at once when that is over", async () => {
    const { clock, server, requests, poller } = await createPollerSetting({ rooms: 12 });
    await clock.advance(3000);
    server.failure = failures.unreachable;
    await clock.advance(5000);
    const during = requests("all").length;
    await clock.advance(60_000);
    expect(requests("all")).toHaveLength(during);
    server.failure = undefined;
    poller.lookNow(roomName("room-1"));
    await clock.advance(1100);
    expect(requests("all")).toHaveLength(during + 1);
  });

  test("is asked for at once when the rooms are others", async () => {
    const { clock, server, requests, poller, ids } = await createPollerSetting({ rooms: 12 });
    server.tellsRecordings = false;
    await clock.advance(60_000);
    server.tellsRecordings = true;
    poller.watch(ids);
    await clock.advance(3000);
    expect(requests("all")).toHaveLength(4);
  });

  test("is never asked for twice at the same time, however slow the server is", async () => {
    const { clock, timesOf } = await createPollerSetting({ rooms: 12, latencyMs: 3500 });
    await clock.advance(30_000);
    const times = timesOf("all");
    for (const [index, atMs] of times.slice(1).entries())
      expect(atMs - times[index]!).toBeGreaterThanOrEqual(3500);
  });

  test.each([
    ["refused", failures.refused],
    ["unknown to the server", failures.notFound],
    ["answered with something else", malformed],
    ["failing", { ...malformed, kind: "server-error", httpStatus: 500 } as const],
    ["never answered", failures.lostAnswer],
  ])("that is %s is asked for ever more rarely, and is no outage", async (_, failure) => {
    const { clock, server, requests, poller, logged } = await createPollerSetting({ rooms: 12 });
    server.listFailure = failure;
    await clock.advance(600_000);
    expect(requests("all").length).toBeLessThanOrEqual(10);
    expect(requests("all").length).toBeGreaterThan(7);
    expect(poller.outage()).toBeUndefined();
    expect(logged).toEqual([]);
    server.listFailure = undefined;
    await clock.advance(310_000);
    const before = requests("all").length;
    await clock.advance(10_000);
    expect(requests("all").length - before).toBeGreaterThanOrEqual(9);
  });

  test.each([
    [20, 10],
    [2, 10],
    [1, 5],
  ])("takes at most half of %i requests a second: %i in ten seconds", async (requestsPerSecond, asked) => {
    const { clock, timesOf, requests } = await createPollerSetting({ rooms: 12, requestsPerSecond });
    await clock.advance(60_500);
    const before = requests("all").length;
    await clock.advance(10_000);
    expect(requests("all").length - before).toBe(asked);
    expect(mostWithin(timesOf(), 10_000)).toBeLessThanOrEqual(requestsPerSecond * 10 + 1);
  });
});

describe("an idle room that the list vouches for", () => {
  test.each(["available", "locked", "prepared"] as const)(
    "and that is %s is about a second old",
    async (status) => {
      const { clock, agesMs, requests } = await createPollerSetting({ rooms: 50, status });
      await clock.advance(10_000);
      const before = requests("status").length;
      let oldestMs = 0;
      for (let step = 0; step < 60; step++) {
        await clock.advance(970);
        oldestMs = Math.max(oldestMs, ...agesMs());
      }
      expect(oldestMs).toBeLessThan(1100);
      // Each once in half a minute, for the locks.
      expect(requests("status").length - before).toBeLessThanOrEqual(100);
      expect(requests("status").length - before).toBeGreaterThan(85);
    },
  );

  test("is looked at as often as a running one when somebody sees it: it may be locked", async () => {
    const { clock, server, store, timesOf } = await createPollerSetting({ rooms: 50 });
    server.shown.add(roomName("room-9"));
    await clock.advance(20_000);
    server.statuses.set(9, "locked");
    await clock.advance(2200);
    expect(store.get(roomName("room-9")).knowledge).toMatchObject({ status: "locked" });
    const since = timesOf("status", 9).filter((atMs) => atMs > 5000);
    expect(since.length).toBeGreaterThanOrEqual(8);
  });

  test("is looked at again as soon as the list fails, also once", async () => {
    const { clock, server, agesMs, timesOf } = await createPollerSetting({ rooms: 30 });
    await clock.advance(20_500);
    server.listFailure = failures.refused;
    await clock.advance(30_000);
    expect(Math.max(...agesMs())).toBeLessThan(2500);
    server.listFailure = undefined;
    await clock.advance(60_000);
    const before = timesOf("status").length;
    await clock.advance(30_000);
    expect(timesOf("status").length - before).toBeLessThanOrEqual(31);
  });

  test("is not one that the list leaves out", async () => {
    const { clock, server, timesOf, agesMs } = await createPollerSetting({ rooms: 30 });
    server.unlisted.add(5);
    await clock.advance(60_000);
    expect(timesOf("status", 5).length).toBeGreaterThan(25);
    expect(timesOf("status", 6).length).toBeLessThan(8);
    expect(agesMs()[4]).toBeLessThan(2500);
  });

  // A second, 10 ms for its answer, and twice 125 ms for the moments at which looks start.
  test.each([
    [1260, "listed"],
    [1259, "looked at"],
  ])("is one where the limit, here %i ms, is as long as the list's way: %s", async (freshMs, how) => {
    const { clock, timesOf } = await createPollerSetting({ rooms: 12, freshMs, requestsPerSecond: 100 });
    await clock.advance(10_000);
    expect(timesOf("status", 6).length > 20 ? "looked at" : "listed").toBe(how);
  });

  test("is none that records and is not in the list: that is no difference", async () => {
    const { clock, server, timesOf } = await createPollerSetting({ rooms: 12 });
    server.statuses.set(5, "recording");
    server.unlisted.add(5);
    await clock.advance(30_000);
    expect(mostWithin(timesOf("status", 5).slice(1), 1900)).toBe(1);
  });

  test("is none where answers take so long that they are too old when they come", async () => {
    const { clock, server, agesMs } = await createPollerSetting({ rooms: 20 });
    server.listLatencyMs = 3500;
    await clock.advance(10_000);
    let oldestMs = 0;
    for (let step = 0; step < 30; step++) {
      await clock.advance(1000);
      oldestMs = Math.max(oldestMs, ...agesMs());
    }
    expect(oldestMs).toBeLessThan(2500);
  });

  test("is as old as the question, not as the answer", async () => {
    const { clock, server, agesMs, requests } = await createPollerSetting({ rooms: 20 });
    server.listLatencyMs = 700;
    await clock.advance(10_000);
    const askedMs = requests("all").at(-1)!.atMs;
    await clock.advance(askedMs + 700 - clock.monotonicMs());
    expect(new Set(agesMs())).toEqual(new Set([700]));
  });

  test("is told nothing by an answer to a question from before a leap of the clocks", async () => {
    const { clock, server, agesMs } = await createPollerSetting({ rooms: 20, startMs: 500 });
    await clock.advance(9550);
    const before = Math.min(...agesMs());
    server.listLatencyMs = 700;
    await clock.advance(500);
    clock.jumpWall(3_600_000);
    await clock.advance(400);
    expect(Math.min(...agesMs())).toBeGreaterThan(before);
  });
});

describe("where list and look differ", () => {
  test("a room that is not known yet and records comes before idle ones", async () => {
    const { clock, server, store } = await createPollerSetting({ rooms: 1000 });
    server.statuses.set(500, "recording");
    await clock.advance(1300);
    expect(store.get(roomName("room-500")).knowledge).toMatchObject({ status: "recording" });
  });

  test("and go on doing so, six looks are tried, each time, and then the round's", async () => {
    const { clock, server, store, timesOf } = await createPollerSetting({ rooms: 20 });
    await clock.advance(10_000);
    const looksWithin = async (forMs: number) => {
      const before = timesOf("status", 5).length;
      await clock.advance(forMs);
      return timesOf("status", 5).length - before;
    };
    for (const _ of ["once", "again"]) {
      server.listed.set(5, true);
      expect(await looksWithin(5500)).toBe(6);
      expect(await looksWithin(1500)).toBe(0);
      expect(await looksWithin(20_000)).toBe(10);
      expect(store.get(roomName("room-5")).knowledge).toMatchObject({ kind: "live" });
      server.listed.delete(5);
      await clock.advance(40_000);
    }
  });

  test("a room that somebody sees is looked at at once, too", async () => {
    const { clock, server, store, timesOf } = await createPollerSetting({ rooms: 12 });
    server.shown.add(roomName("room-5"));
    await clock.advance(10_000);
    const looked = timesOf("status", 5).length;
    while (timesOf("status", 5).length === looked) await clock.advance(5);
    await clock.advance(20);
    server.statuses.set(5, "recording");
    await clock.advance(1200);
    expect(store.get(roomName("room-5")).knowledge).toMatchObject({ status: "recording" });
  });

  test("a look that is under way may settle it", async () => {
    const { clock, server, timesOf } = await createPollerSetting({ rooms: 12, latencyMs: 950 });
    server.listLatencyMs = 10;
    server.statuses.set(5, "recording");
    await clock.advance(10_000);
    const looked = timesOf("status", 5).length;
    while (timesOf("status", 5).length === looked) await clock.advance(5);
    server.statuses.set(5, "available");
    await clock.advance(2500);
    expect(timesOf("status", 5)).toHaveLength(looked + 1);
  });

  test("a whole site that changes at once stays within the budget, and commands come first", async () => {
    const { clock, server, ids, timesOf, store } = await createPollerSetting({ rooms: 300 });
    await clock.advance(30_000);
    for (const id of ids.values()) server.statuses.set(id, "recording");
    await clock.advance(20_000);
    expect(mostWithin(timesOf(), 1000)).toBeLessThanOrEqual(21);
    const known = [...ids.keys()].filter((name) => store.get(name).recording !== undefined);
    expect(known.length).toBeGreaterThan(100);
  });

  test("a doubt that is over before the look is none", async () => {
    const { clock, server, ids, requests } = await createPollerSetting({ rooms: 300 });
    await clock.advance(30_000);
    for (const id of ids.values()) server.listed.set(id, true);
    await clock.advance(1100);
    server.listed.clear();
    await clock.advance(1100);
    const before = requests("status").length;
    await clock.advance(5000);
    expect(requests("status").length - before).toBeLessThan(40);
  });
});

test("rooms of which nothing is known any more are not told of", async () => {
  const { clock, poller, store, ids } = await createPollerSetting({ rooms: 14 });
  const kept = new Map([...ids].slice(0, 12));
  const gone: RoomName[] = [...ids.keys()].slice(12);
  await clock.advance(5000);
  poller.watch(kept);
  store.track(kept.keys());
  await clock.advance(5000);
  for (const room of gone) expect(store.get(room).knowledge.kind).toBe("never-seen");
});
