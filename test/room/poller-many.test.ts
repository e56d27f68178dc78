import { describe, expect, test } from "vitest";
import { type RoomName, roomName } from "../../src/base/identifiers.ts";
import { failures } from "../support/fake-valt.ts";
import { createPollerSetting, mostWithin } from "./poller-setting.ts";

describe("a thousand rooms", () => {
  test("never exceed the budget in any second, from the first one on", async () => {
    const { clock, timesOf } = await createPollerSetting({
      rooms: 1000,
      requestsPerSecond: 50,
      startMs: 60_000,
    });
    await clock.advance(60_000);
    const times = timesOf("status");
    expect(mostWithin(times, 1000)).toBeLessThanOrEqual(50);
    expect(times.length).toBeGreaterThan(50 * 58);
  });

  test("are all looked at before any is believed for too long", async () => {
    const { clock, store, names } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 100 });
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
    const { clock, timesOf } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 200 });
    await clock.advance(20_000);
    expect(mostWithin(timesOf("status"), 10)).toBeLessThanOrEqual(2);
  });

  test("stretch all intervals by the same factor, and the freshness limit with them", async () => {
    const { poller } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 50 });
    expect(poller.pace().intervalMs("available")).toBe(20_000);
    expect(poller.pace().intervalMs("recording")).toBe(8000);
    expect(poller.pace().freshMs("recording")).toBe(24_000);
  });

  test("do not delay the look after a command", async () => {
    const { clock, poller, timesOf } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 20 });
    await clock.advance(1234);
    poller.lookNow(roomName("room-999"));
    expect(timesOf("status", 999).at(-1)).toBe(1234);
  });
});

describe("recordings of the whole server", () => {
  test("are asked for every second when there are many rooms, and a difference triggers a look", async () => {
    const { clock, server, requests, timesOf } = await createPollerSetting({ rooms: 12 });
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
    const { clock, timesOf } = await createPollerSetting({ rooms: 12, status: "paused" });
    await clock.advance(30_000);
    expect(mostWithin(timesOf("status", 3).slice(2), 1900)).toBe(1);
  });

  test("are not asked for when there are few rooms", async () => {
    const { clock, requests } = await createPollerSetting({ rooms: 11 });
    await clock.advance(10_000);
    expect(requests("all")).toEqual([]);
  });

  test("are given up for five minutes when the answer does not carry them", async () => {
    const { clock, server, requests } = await createPollerSetting({ rooms: 12 });
    server.tellsRecordings = false;
    await clock.advance(300_000);
    expect(requests("all")).toHaveLength(1);
    await clock.advance(2000);
    expect(requests("all")).toHaveLength(2);
  });

  test("are not asked for in an outage, and are afterwards", async () => {
    const { clock, server, requests } = await createPollerSetting({ rooms: 12 });
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
    const { clock, timesOf } = await createPollerSetting({ rooms: 12, latencyMs: 3500 });
    await clock.advance(30_000);
    const times = timesOf("all");
    for (const [index, atMs] of times.slice(1).entries())
      expect(atMs - times[index]!).toBeGreaterThanOrEqual(3500);
  });
});

test("the rooms that are watched can be replaced while they are looked at", async () => {
  const { clock, poller, ids, store, requests } = await createPollerSetting({ rooms: 30 });
  const names: RoomName[] = [...ids.keys()];
  await clock.advance(5);
  const kept = new Map(names.slice(20).map((name) => [name, ids.get(name)!]));
  store.track(kept.keys());
  poller.watch(kept);
  const before = requests("status").length;
  await clock.advance(20_000);
  const later = new Set(
    requests("status")
      .slice(before)
      .map(({ room }) => room),
  );
  expect([...later].every((room) => room > 20)).toBe(true);
  expect(later.size).toBe(10);
});
