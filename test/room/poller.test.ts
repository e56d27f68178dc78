import { describe, expect, test } from "vitest";
import {
  type CorrelationId,
  type RoomName,
  recordingId,
  roomName,
  type ValtRoomId,
  valtRoomId,
} from "../../src/base/identifiers.ts";
import type { Log } from "../../src/base/log.ts";
import { fail, type Result, succeed } from "../../src/base/result.ts";
import { Poller } from "../../src/room/poller.ts";
import { createRoomStore } from "../../src/room/store.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";

interface Request {
  readonly what: "status" | "info" | "all";
  readonly room: number;
  readonly atMs: number;
}

interface Settings {
  readonly rooms?: number;
  readonly status?: RoomStatus;
  readonly requestsPerSecond?: number;
  readonly latencyMs?: number;
  readonly startMs?: number;
}

async function createSetting(settings: Settings = {}) {
  const { rooms = 1, status = "available", requestsPerSecond = 20, latencyMs = 10, startMs = 0 } = settings;
  const clock = createFakeClock();
  await clock.advance(startMs);
  const names = Array.from({ length: rooms }, (_, index) => roomName(`room-${index + 1}`));
  const ids = new Map(names.map((name, index) => [name, valtRoomId(index + 1)]));
  const server = {
    statuses: new Map<number, RoomStatus>(),
    failure: undefined as ValtFailure | undefined,
    timeSeconds: 5,
    tellsRecordings: true,
    requests: [] as Request[],
    most: 0,
  };
  let underWay = 0;
  const ask = <Value>(what: Request["what"], room: number, answer: () => Value) => {
    server.requests.push({ what, room, atMs: clock.monotonicMs() });
    underWay++;
    server.most = Math.max(server.most, underWay);
    return new Promise<Result<Value, ValtFailure>>((resolve) => {
      clock.after(latencyMs, () => {
        underWay--;
        resolve(server.failure === undefined ? succeed(answer()) : fail(server.failure));
      });
    });
  };
  const statusOf = (room: number) => server.statuses.get(room) ?? status;
  const isOn = (room: number) => statusOf(room) === "recording" || statusOf(room) === "paused";
  const valt = {
    roomStatus: (room: ValtRoomId) =>
      ask("status", room, () => ({
        status: statusOf(room),
        ...(isOn(room) ? { recordingId: recordingId(600 + room) } : {}),
      })),
    roomInfo: (room: ValtRoomId) =>
      ask("info", room, () => ({
        id: room,
        name: "x",
        hasRecording: isOn(room),
        recording: { id: recordingId(600 + room), timeSeconds: server.timeSeconds },
      })),
    rooms: () =>
      ask("all", 0, () =>
        [...ids.values()].map((id) => ({
          id,
          name: "x",
          ...(server.tellsRecordings ? { hasRecording: isOn(id) } : {}),
        })),
      ),
  };
  let poller: Poller | undefined;
  const store = createRoomStore({
    clock,
    timingOf: (one) => ({
      freshMs: poller?.pace().freshMs(one) ?? 0,
      confirmMs: 5000,
      lookForMs: 10_000,
      troubleMs: 4000,
    }),
  });
  const logged: string[] = [];
  const log = { warn: (text: string) => logged.push(text), info: (text: string) => logged.push(text) };
  poller = new Poller({
    valt: () => valt,
    settings: () => ({
      activeMs: 2000,
      idleMs: 5000,
      hurriedMs: 250,
      requestsPerSecond,
      freshIntervals: 3,
    }),
    store,
    clock,
    log: log as unknown as Log,
  });
  store.track(names);
  poller.watch(ids);
  const requests = (what: Request["what"], room?: number) =>
    server.requests.filter((one) => one.what === what && (room === undefined || one.room === room));
  const timesOf = (what: Request["what"], room?: number) => requests(what, room).map(({ atMs }) => atMs);
  return { clock, store, poller, server, names, ids, requests, timesOf, logged };
}

/** The most that happened in any stretch of that length. */
function mostWithin(timesMs: readonly number[], stretchMs: number): number {
  let first = 0;
  let most = 0;
  for (const [index, timeMs] of timesMs.entries()) {
    while ((timesMs[first] ?? 0) <= timeMs - stretchMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

const ONE = roomName("room-1");

describe("one room", () => {
  test("is looked at at once, and what the server says is told", async () => {
    const { clock, timesOf, store } = await createSetting({ status: "locked" });
    expect(timesOf("status")).toEqual([0]);
    await clock.advance(10);
    expect(store.get(ONE).knowledge).toEqual({ kind: "live", status: "locked", seenAtMs: 0 });
  });

  test.each([
    ["available", 5000],
    ["locked", 5000],
    ["prepared", 5000],
    ["recording", 2000],
    ["paused", 2000],
  ] as const)("that is %s is looked at every %i ms", async (status, intervalMs) => {
    const { clock, timesOf } = await createSetting({ status });
    await clock.advance(60_000);
    const times = timesOf("status").slice(1);
    const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!);
    expect(new Set(gaps)).toEqual(new Set([intervalMs]));
  });

  test("that is watched twice is still looked at once", async () => {
    const { clock, timesOf, poller, ids } = await createSetting();
    poller.watch(ids);
    poller.watch(ids);
    await clock.advance(4000);
    expect(timesOf("status").length).toBeLessThanOrEqual(2);
  });

  test("is looked at at once when asked for, and never twice at the same time", async () => {
    const { clock, timesOf, poller, server } = await createSetting({ latencyMs: 100 });
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
    const { clock, timesOf, store, poller } = await createSetting();
    await clock.advance(1000);
    const correlation = "c" as CorrelationId;
    store.tell(ONE, { kind: "command-sent", command: "start", correlation, atMs: 1000 });
    store.tell(ONE, { kind: "command-accepted", atMs: 1000 });
    poller.lookNow(ONE);
    await clock.advance(1000);
    expect(timesOf("status").filter((atMs) => atMs >= 1000)).toEqual([1000, 1250, 1500, 1750, 2000]);
  });

  test("that does not exist is stale at once and does not count as an outage", async () => {
    const { clock, poller, server, store, timesOf } = await createSetting();
    await clock.advance(100);
    server.failure = failures.notFound;
    await clock.advance(30_000);
    expect(store.get(ONE).knowledge.kind).toBe("stale");
    expect(poller.outage()).toBeUndefined();
    expect(timesOf("status").length).toBeGreaterThan(5);
  });

  test("is not looked at any more after closing", async () => {
    const { clock, poller, requests } = await createSetting();
    poller.close();
    poller.lookNow(ONE);
    await clock.advance(60_000);
    expect(requests("status")).toHaveLength(1);
  });

  test("that is no longer watched is not told of, though its answer was on the way", async () => {
    const { clock, poller, requests, store } = await createSetting();
    poller.watch(new Map());
    await clock.advance(60_000);
    expect(requests("status")).toHaveLength(1);
    expect(store.get(ONE).knowledge.kind).toBe("never-seen");
  });

  test("that gets another number on the server is looked at under that number", async () => {
    const { clock, poller, requests } = await createSetting();
    await clock.advance(100);
    poller.watch(new Map([[ONE, valtRoomId(77)]]));
    await clock.advance(100);
    expect(requests("status").map(({ room }) => room)).toEqual([1, 77]);
  });
});

describe("how far a recording has run", () => {
  test("is read when it is first seen, and again every half minute", async () => {
    const { clock, timesOf, store } = await createSetting({ status: "recording" });
    await clock.advance(20);
    expect(timesOf("info")).toEqual([10]);
    expect(store.get(ONE).recording?.clock?.elapsedMs).toBeGreaterThan(5000);
    await clock.advance(65_000);
    const times = timesOf("info");
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(30_000);
    expect(times[1]! - times[0]!).toBeLessThan(32_100);
  });

  test("is not asked for in a room without a recording", async () => {
    const { clock, requests } = await createSetting({ status: "available" });
    await clock.advance(60_000);
    expect(requests("info")).toEqual([]);
  });

  test("is asked for again with the next look when the answer failed to come", async () => {
    const { clock, timesOf, server } = await createSetting({ status: "recording" });
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
    const { clock, server, poller, timesOf, logged } = await createSetting({ rooms: 20, status: "available" });
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

  test("makes every room stale after three intervals, and every room comes back", async () => {
    const { clock, server, store, names } = await createSetting({ rooms: 20, status: "available" });
    await clock.advance(20_000);
    server.failure = failures.unreachable;
    await clock.advance(16_000);
    const kinds = () => new Set(names.map((name) => store.get(name).knowledge.kind));
    expect(kinds()).toEqual(new Set(["stale"]));
    server.failure = undefined;
    await clock.advance(8000);
    expect(kinds()).toEqual(new Set(["live"]));
  });

  test("that an urgent look finds over is over for all rooms at once", async () => {
    const { clock, server, poller, timesOf } = await createSetting({ rooms: 5 });
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
    ["a page instead of an answer", { kind: "malformed-answer", message: "x", heard: "maybe", again: "later" }, "outage"],
    ["a proxy without its server", { kind: "server-error", message: "x", heard: "maybe", again: "later", httpStatus: 502 }, "outage"],
    ["an error inside one room", { kind: "server-error", message: "x", heard: "maybe", again: "later", httpStatus: 500 }, "none"],
    ["a refusal", failures.refused, "none"],
    ["an unknown room", failures.notFound, "none"],
  ])("%s: %o is an %s", async (_, failure, is) => {
    const { clock, server, poller } = await createSetting();
    server.failure = failure;
    await clock.advance(20);
    expect(poller.outage() === undefined ? "none" : "outage").toBe(is);
  });
});

describe("a thousand rooms", () => {
  test("never exceed the budget in any second, from the first one on", async () => {
    const { clock, timesOf } = await createSetting({ rooms: 1000, requestsPerSecond: 50, startMs: 60_000 });
    await clock.advance(60_000);
    const times = timesOf("status");
    expect(mostWithin(times, 1000)).toBeLessThanOrEqual(50);
    expect(times.length).toBeGreaterThan(50 * 58);
  });

  test("are all looked at before any is believed for too long", async () => {
    const { clock, store, names } = await createSetting({ rooms: 1000, requestsPerSecond: 100 });
    const unseen = () => names.filter((name) => store.get(name).knowledge.kind !== "live").length;
    await clock.advance(10_500);
    expect(unseen()).toBe(0);
    let stale = 0;
    store.onChange(({ state }) => {
      if (state.knowledge.kind === "stale") stale++;
    });
    await clock.advance(40_000);
    expect(stale).toBe(0);
  });

  test("are spread: no more than two requests fall into the same ten milliseconds", async () => {
    const { clock, timesOf } = await createSetting({ rooms: 1000, requestsPerSecond: 200 });
    await clock.advance(20_000);
    expect(mostWithin(timesOf("status"), 10)).toBeLessThanOrEqual(2);
  });

  test("stretch all intervals by the same factor, and the freshness limit with them", async () => {
    const { poller } = await createSetting({ rooms: 1000, requestsPerSecond: 50 });
    expect(poller.pace().intervalMs("available")).toBe(20_000);
    expect(poller.pace().intervalMs("recording")).toBe(8000);
    expect(poller.pace().freshMs("recording")).toBe(24_000);
  });

  test("do not delay the look after a command", async () => {
    const { clock, poller, timesOf } = await createSetting({ rooms: 1000, requestsPerSecond: 20 });
    await clock.advance(1234);
    poller.lookNow(roomName("room-999"));
    expect(timesOf("status", 999)).toEqual([1234]);
  });
});

describe("recordings of the whole server", () => {
  test("are asked for every second when there are many rooms, and a difference triggers a look", async () => {
    const { clock, server, requests, timesOf } = await createSetting({ rooms: 12 });
    await clock.advance(20_100);
    expect(requests("all").length).toBeGreaterThan(15);
    server.statuses.set(7, "recording");
    const before = timesOf("status", 7).length;
    await clock.advance(1000);
    expect(timesOf("status", 7).length).toBeGreaterThan(before);
    await clock.advance(100);
    server.statuses.set(7, "available");
    const during = timesOf("status", 7).length;
    await clock.advance(1100);
    expect(timesOf("status", 7).length).toBeGreaterThan(during);
  });

  test("are told by a server that pauses as well: paused is no difference", async () => {
    const { clock, timesOf } = await createSetting({ rooms: 12, status: "paused" });
    await clock.advance(30_000);
    expect(mostWithin(timesOf("status", 3).slice(2), 1900)).toBe(1);
  });

  test("are not asked for when there are few rooms", async () => {
    const { clock, requests } = await createSetting({ rooms: 11 });
    await clock.advance(10_000);
    expect(requests("all")).toEqual([]);
  });

  test("are given up when the answer does not carry them", async () => {
    const { clock, server, requests } = await createSetting({ rooms: 12 });
    server.tellsRecordings = false;
    await clock.advance(20_000);
    expect(requests("all")).toHaveLength(1);
  });

  test("are not asked for in an outage, and are afterwards", async () => {
    const { clock, server, requests } = await createSetting({ rooms: 12 });
    await clock.advance(3000);
    server.failure = failures.unreachable;
    await clock.advance(5000);
    const during = requests("all").length;
    await clock.advance(10_000);
    expect(requests("all")).toHaveLength(during);
    server.failure = undefined;
    await clock.advance(10_000);
    expect(requests("all").length).toBeGreaterThan(during);
  });

  test("never overlap, however slow the server is", async () => {
    const { clock, timesOf } = await createSetting({ rooms: 12, latencyMs: 3500 });
    await clock.advance(30_000);
    const times = timesOf("all");
    for (const [index, atMs] of times.slice(1).entries()) expect(atMs - times[index]!).toBeGreaterThanOrEqual(3500);
  });
});

test("the rooms that are watched can be replaced while they are looked at", async () => {
  const { clock, poller, ids, store, requests } = await createSetting({ rooms: 30 });
  const names: RoomName[] = [...ids.keys()];
  await clock.advance(5);
  const kept = new Map(names.slice(20).map((name) => [name, ids.get(name)!]));
  store.track(kept.keys());
  poller.watch(kept);
  const before = requests("status").length;
  await clock.advance(20_000);
  const later = new Set(requests("status").slice(before).map(({ room }) => room));
  expect([...later].every((room) => room > 20)).toBe(true);
  expect(later.size).toBe(10);
});
