import { describe, expect, test } from "vitest";
import { type CorrelationId, type RoomName, roomName } from "../../src/base/identifiers.ts";
import { createPollerSetting, mostWithin } from "./poller-setting.ts";

type Setting = Awaited<ReturnType<typeof createPollerSetting>>;

/** Many rooms that no list vouches for: more looks are wanted than the budget allows, always. */
async function createBacklog(settings: Parameters<typeof createPollerSetting>[0] = {}): Promise<Setting> {
  const setting = await createPollerSetting({ rooms: 300, ...settings });
  setting.server.tellsRecordings = false;
  await setting.clock.advance(30_000);
  return setting;
}

function send(setting: Setting, room: RoomName): void {
  const atMs = setting.clock.monotonicMs();
  const correlation = "c" as CorrelationId;
  setting.store.tell(room, { kind: "command-sent", command: "start", correlation, atMs });
}

function accept({ store, clock, poller }: Setting, room: RoomName): void {
  const atMs = clock.monotonicMs();
  store.tell(room, {
    kind: "command-accepted",
    recordingId: undefined,
    pressedAtMs: atMs,
    sentMs: atMs,
    atMs,
  });
  poller.lookNow(room);
}

const gapsOf = (timesMs: readonly number[]) =>
  timesMs.slice(1).map((atMs, index) => atMs - (timesMs[index] ?? 0));

describe("the budget", () => {
  test("holds for looks, readings and the list together", async () => {
    const { clock, timesOf } = await createPollerSetting({
      rooms: 200,
      status: "recording",
      requestsPerSecond: 50,
    });
    await clock.advance(60_000);
    for (const what of ["status", "info", "all"] as const) expect(timesOf(what).length).toBeGreaterThan(50);
    expect(mostWithin(timesOf(), 1000)).toBeLessThanOrEqual(50);
  });

  test("holds for commands under way as well, but for the first look after each", async () => {
    const setting = await createBacklog();
    const { clock, names, timesOf } = setting;
    const sinceMs = clock.monotonicMs();
    for (const room of names.slice(0, 100)) {
      send(setting, room);
      accept(setting, room);
    }
    await clock.advance(4900);
    const times = timesOf().filter((atMs) => atMs >= sinceMs);
    // Three are the round's.
    expect(times.filter((atMs) => atMs === sinceMs)).toHaveLength(103);
    const later = times.filter((atMs) => atMs > sinceMs);
    expect(mostWithin(later, 1000)).toBeLessThanOrEqual(21);
    expect(later.length).toBeGreaterThan(80);
  });

  test("leaves a tenth to rooms with a command under way", async () => {
    const { clock, timesOf } = await createBacklog();
    await clock.advance(20_000);
    const times = timesOf().filter((atMs) => atMs > 30_000);
    expect(mostWithin(times, 1000)).toBeLessThanOrEqual(18);
    expect(times.length).toBeGreaterThan(20 * 17.5);
  });

  test("is not saved up in a quiet time", async () => {
    const { clock, poller, store, names, requests, timesOf } = await createPollerSetting({ rooms: 40 });
    await clock.advance(120_000);
    const before = requests("status").length;
    for (const room of names) store.tell(room, { kind: "leapt", why: "the clocks leapt" });
    poller.lookAgain();
    await clock.advance(3000);
    expect(requests("status").length - before).toBeGreaterThanOrEqual(40);
    expect(mostWithin(timesOf(), 1000)).toBeLessThanOrEqual(21);
  });
});

describe("a room with a command under way", () => {
  test.each(["a list that vouches", "no list"])(
    "among 300 at 20 requests a second is confirmed although its start shows a second late, with %s",
    async (list) => {
      const setting = await createPollerSetting({ rooms: 300 });
      const { clock, server, store } = setting;
      server.tellsRecordings = list === "a list that vouches";
      await clock.advance(30_000);
      const room = roomName("room-150");
      send(setting, room);
      accept(setting, room);
      await clock.advance(1000);
      server.statuses.set(150, "recording");
      await clock.advance(400);
      expect(store.get(room)).toMatchObject({ pending: undefined, trouble: undefined });
      expect(store.get(room).knowledge).toMatchObject({ kind: "live", status: "recording" });
    },
  );

  test("is looked at four times a second, behind whatever backlog", async () => {
    const setting = await createBacklog();
    send(setting, roomName("room-77"));
    accept(setting, roomName("room-77"));
    const sinceMs = setting.clock.monotonicMs();
    await setting.clock.advance(4000);
    const times = setting.timesOf("status", 77).filter((atMs) => atMs >= sinceMs);
    expect(Math.max(...gapsOf(times))).toBeLessThanOrEqual(375);
    expect(times.length).toBeGreaterThan(10);
  });

  test("is not looked at while the command is being sent: the request goes first", async () => {
    const setting = await createPollerSetting();
    const { clock, timesOf } = setting;
    await clock.advance(4100);
    const before = timesOf("status").length;
    send(setting, roomName("room-1"));
    await clock.advance(1800);
    expect(timesOf("status")).toHaveLength(before);
  });
});

describe("first looked at, whatever the budget, is a room", () => {
  const NAME = roomName("room-200");
  const firsts: Readonly<Record<string, (setting: Setting) => void>> = {
    "that somebody sees": ({ server }) => server.shown.add(NAME),
    "with an alarm": ({ store }) => store.tell(NAME, { kind: "alarmed", text: "wrong room" }),
    "with a command that is being sent": (setting) => send(setting, NAME),
  };

  test.each(Object.keys(firsts))("%s", async (what) => {
    const setting = await createBacklog();
    firsts[what]?.(setting);
    const { clock, timesOf } = setting;
    await clock.advance(1500);
    const sinceMs = clock.monotonicMs();
    await clock.advance(30_000);
    const times = timesOf("status", 200).filter((atMs) => atMs >= sinceMs);
    expect(Math.max(...gapsOf(times))).toBeLessThanOrEqual(2250);
    expect(times.length).toBeGreaterThanOrEqual(14);
  });

  test("but not one that was seen or had an alarm before", async () => {
    const setting = await createBacklog();
    const { clock, server, store, timesOf } = setting;
    server.shown.add(NAME);
    store.tell(NAME, { kind: "alarmed", text: "wrong room" });
    await clock.advance(5000);
    server.shown = new Set();
    store.tell(NAME, { kind: "alarmed", text: undefined });
    await clock.advance(1500);
    const before = timesOf("status", 200).length;
    await clock.advance(10_000);
    expect(timesOf("status", 200).length - before).toBeLessThanOrEqual(1);
  });

  test("within a second of the page that shows it", async () => {
    const { clock, server, timesOf } = await createPollerSetting({ rooms: 300 });
    await clock.advance(40_000);
    const before = timesOf("status", 123).length;
    server.shown = new Set([roomName("room-123")]);
    await clock.advance(1200);
    expect(timesOf("status", 123).length).toBe(before + 1);
  });
});

test("rooms that record come before idle ones that no list vouches for", async () => {
  const setting = await createBacklog();
  const { clock, server, timesOf } = setting;
  for (const room of [50, 150, 250]) server.statuses.set(room, "recording");
  await clock.advance(30_000);
  const times = timesOf("status", 150).filter((atMs) => atMs > 50_000);
  expect(Math.max(...gapsOf(times))).toBeLessThanOrEqual(2250);
});

describe("a list of all rooms that somebody follows", () => {
  test("shows them where the budget allows as much, and no longer than it is followed", async () => {
    const { clock, server, timesOf } = await createPollerSetting({
      rooms: 4,
      idleMs: 2000,
      freshMs: 60_000,
      activeMs: 500,
    });
    const looksWithin = async (forMs: number) => {
      const before = timesOf("status").length;
      await clock.advance(forMs);
      return timesOf("status").length - before;
    };
    await clock.advance(10_000);
    expect(await looksWithin(10_000)).toBeLessThan(24);
    server.followed = true;
    await clock.advance(1000);
    expect(await looksWithin(10_000)).toBeGreaterThan(70);
    server.followed = false;
    await clock.advance(1000);
    expect(await looksWithin(10_000)).toBeLessThan(24);
  });

  test("makes no room wait for another where it does not", async () => {
    const { clock, server, timesOf } = await createPollerSetting({ rooms: 300, startMs: 1000 });
    server.tellsRecordings = false;
    server.shown.add(roomName("room-1"));
    server.followed = true;
    await clock.advance(30_000);
    const times = timesOf("status", 1).filter((atMs) => atMs > 10_000);
    expect(times.length).toBeGreaterThan(8);
  });
});
