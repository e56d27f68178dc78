import { describe, expect, test } from "vitest";
import { type RoomName, roomName } from "../../src/base/identifiers.ts";
import { createPollerSetting, mostWithin } from "./poller-setting.ts";

describe("a thousand rooms", () => {
  test("never exceed the budget in any second, from the first one on", async () => {
    const { clock, server, timesOf } = await createPollerSetting({
      rooms: 1000,
      requestsPerSecond: 50,
      startMs: 60_000,
    });
    await clock.advance(60_000);
    expect(mostWithin(timesOf(), 1000)).toBeLessThanOrEqual(50);
    expect(mostWithin(timesOf("status"), 1000)).toBeGreaterThanOrEqual(43);
    expect(server.most).toBeLessThanOrEqual(6);
  });

  test("are all looked at in the order of a round, each once before any again", async () => {
    const { clock, requests } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 100 });
    await clock.advance(11_300);
    const looked = requests("status").map(({ room }) => room);
    expect(new Set(looked.slice(0, 1000)).size).toBe(1000);
  });

  test("that the list vouches for are about a second old, for a quarter of the requests", async () => {
    const { clock, agesMs, requests } = await createPollerSetting({ rooms: 1000 });
    await clock.advance(60_000);
    const before = requests("status").length;
    let oldestMs = 0;
    for (let second = 0; second < 60; second++) {
      await clock.advance(999);
      oldestMs = Math.max(oldestMs, ...agesMs());
    }
    expect(oldestMs).toBeLessThan(1100);
    expect((requests("status").length - before) / 60).toBeLessThan(4.5);
  });

  test("without a list are unknown when their looks are too old, and the limit stays", async () => {
    const { clock, server, agesMs, timesOf } = await createPollerSetting({ rooms: 1000 });
    server.tellsRecordings = false;
    await clock.advance(120_000);
    const known = agesMs().filter((ageMs) => ageMs < Infinity);
    expect(Math.max(...known)).toBeLessThanOrEqual(6000);
    expect(known.length).toBeGreaterThan(17.5 * 6);
    const gaps = timesOf("status", 700).map((atMs, index, all) => atMs - (all[index - 1] ?? atMs));
    expect(Math.max(...gaps)).toBeGreaterThan(54_000);
    expect(Math.max(...gaps)).toBeLessThan(57_500);
  });

  test("are spread: their looks do not come in crowds", async () => {
    const { clock, timesOf } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 200 });
    await clock.advance(5000);
    expect(mostWithin(timesOf("status"), 10)).toBeLessThanOrEqual(2);
    await clock.advance(35_000);
    const later = timesOf("status").filter((atMs) => atMs > 10_000);
    expect(mostWithin(later, 1000)).toBeLessThanOrEqual(45);
  });

  test("do not delay the look after a command", async () => {
    const { clock, poller, timesOf } = await createPollerSetting({ rooms: 1000, requestsPerSecond: 20 });
    await clock.advance(1234);
    poller.lookNow(roomName("room-999"));
    expect(timesOf("status", 999).at(-1)).toBe(1234);
  });

  test("keep no room red for longer than the limit after somebody stopped it", async () => {
    const { clock, server, store, ids, names } = await createPollerSetting({ rooms: 1000 });
    const red = [...ids.values()].filter((id) => id % 100 === 0);
    for (const id of red) server.statuses.set(id, "recording");
    await clock.advance(90_000);
    const isRed = (id: number) => {
      const { knowledge } = store.get(names[id - 1]!);
      return knowledge.kind === "live" && knowledge.status === "recording";
    };
    expect(red.filter(isRed)).toEqual(red);
    for (const id of red) server.statuses.delete(id);
    await clock.advance(2000);
    expect(red.filter(isRed)).toEqual([]);
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
