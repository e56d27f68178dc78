import { describe, expect, onTestFinished, test } from "vitest";
import {
  onlyServer,
  type RoomName,
  recordingId,
  roomName,
  type ValtRoomId,
  valtRoomId,
} from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { fail, succeed } from "../../src/base/result.ts";
import { RoomMonitor } from "../../src/bridge/room-monitor.ts";
import { partsOf } from "../../src/mapping/server-part.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import type { ValtClient } from "../../src/valt/client.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { mappingText, parse, serverIn } from "../support/rig.ts";

type ListAnswer = "recordings" | "names" | "refused";

interface Site {
  readonly rooms: number;
  readonly list?: ListAnswer;
  readonly shown?: number;
  readonly status?: RoomStatus;
  readonly timing?: Readonly<Record<string, number>>;
}

/** The truth about a site, with the timing of a mapping that says nothing about it. */
function createSite({ rooms: count, list = "recordings", shown = 0, status = "available", timing }: Site) {
  const clock = createFakeClock();
  const server = { list, status, isDown: false };
  const rooms = Array.from({ length: count }, (_, index) => roomName(`room-${index + 1}`));
  const defaults = { activePollMs: 2000, idlePollMs: 2000, requestsPerSecond: 20, freshMs: 6000 };
  const text = mappingText("https://valt.example.com", {
    rooms: Object.fromEntries(rooms.map((room, index) => [room, index + 1])),
    timing: { ...defaults, ...timing },
  });
  const mapping = parse(text);
  const later = <Value>(answer: () => Value) =>
    new Promise((resolve) => {
      clock.after(10, () => resolve(server.isDown ? fail(failures.unreachable) : succeed(answer())));
    });
  const isOn = () => server.status === "recording";
  const valt = {
    roomStatus: (room: ValtRoomId) =>
      later(() => ({ status: server.status, ...(isOn() ? { recordingId: recordingId(room) } : {}) })),
    roomInfo: () => later(() => ({ hasRecording: isOn() })),
    rooms: () => {
      if (server.list === "refused") return Promise.resolve(fail(failures.refused));
      const has = server.list === "names" ? {} : { hasRecording: isOn() };
      return later(() => rooms.map((name, index) => ({ id: valtRoomId(index + 1), name, ...has })));
    },
  } as unknown as ValtClient;
  let changes = 0;
  const site = {
    mapping,
    parts: partsOf(mapping),
    serverOf: () => serverIn(mapping),
    placeOf: (room: RoomName) => room,
    valt: () => valt,
    valtOf: () => valt,
  };
  const truth = new RoomMonitor({
    clock,
    log: silentLog,
    site,
    sessions: { followsAll: () => false, shownRooms: () => new Set<RoomName>(rooms.slice(0, shown)) },
    freshnessChanged: () => {
      changes++;
    },
    serverChanged: () => undefined,
    record: () => undefined,
    leapt: () => undefined,
  });
  onTestFinished(() => {
    truth.stop();
    truth.close();
  });
  truth.watch("all");
  return { clock, server, truth, part: site.parts.get(onlyServer)!, changes: () => changes };
}

describe("the check of the freshness limit", () => {
  test.each<[what: string, site: Site, state: string, text: string]>([
    [
      "few rooms",
      { rooms: 4 },
      "fine",
      "4 rooms at 20 requests/s: a status may be 2.3 s old, the limit is 6 s",
    ],
    [
      "a list that tells recordings",
      { rooms: 1000 },
      "fine",
      "1,000 rooms at 20 requests/s: a status may be 1.1 s old, the limit is 6 s",
    ],
    [
      "a list of names",
      { rooms: 1000, list: "names" },
      "warning",
      "1,000 rooms at 20 requests/s: a status may be 56 s old, the limit is 6 s",
    ],
    [
      "a list that is refused",
      { rooms: 300, list: "refused" },
      "warning",
      "300 rooms at 20 requests/s: a status may be 17 s old, the limit is 6 s",
    ],
    [
      "a list of names, and a few rooms on panels",
      { rooms: 300, list: "names", shown: 5 },
      "warning",
      "300 rooms at 20 requests/s: a status may be 20 s old, the limit is 6 s",
    ],
    [
      "a list of names, and all rooms on panels",
      { rooms: 300, list: "names", shown: 300 },
      "failed",
      "300 rooms at 20 requests/s: a status may be 19 s old, the limit is 6 s",
    ],
    [
      "a list that tells recordings, and all rooms on panels",
      { rooms: 300, shown: 300 },
      "fine",
      "300 rooms at 20 requests/s: a status may be 1.1 s old, the limit is 6 s",
    ],
    [
      "all rooms recording",
      { rooms: 300, status: "recording" },
      "warning",
      "300 rooms at 20 requests/s: a status may be 20 s old, the limit is 6 s",
    ],
    [
      "a short limit",
      { rooms: 4, timing: { freshMs: 500, requestsPerSecond: 2 } },
      "warning",
      "4 rooms at 2 requests/s: a status may be 2.5 s old, the limit is 0.5 s",
    ],
  ])("finds with %s what may be expected", async (_, site, ...expected) => {
    const { clock, truth, part } = createSite(site);
    await clock.advance(90_000);
    const { name, state, text, remedy } = truth.freshness(part);
    expect([name, state, text]).toEqual(["freshness", ...expected]);
    expect(remedy !== "").toBe(state !== "fine");
  });

  test("hopes for the list before its first answer, and after one failure", async () => {
    const { clock, server, truth, part } = createSite({ rooms: 1000, list: "refused" });
    expect(truth.freshness(part).state).toBe("fine");
    await clock.advance(1500);
    expect(truth.freshness(part).state).toBe("fine");
    await clock.advance(7000);
    expect(truth.freshness(part).state).toBe("warning");
    server.list = "recordings";
    await clock.advance(10_000);
    expect(truth.freshness(part).state).toBe("fine");
  });

  test.each([
    [11, "warning"],
    [12, "fine"],
  ])("hopes for a list where there are rooms enough for one: with %i it is %s", (rooms, state) => {
    const { truth, part } = createSite({ rooms, timing: { requestsPerSecond: 1 } });
    expect(truth.freshness(part).state).toBe(state);
  });

  test("does not hope for a list that told nothing because the server is lost", async () => {
    const { clock, server, truth, part } = createSite({ rooms: 1000, list: "names" });
    await clock.advance(60_000);
    server.isDown = true;
    await clock.advance(20_000);
    expect(truth.freshness(part).state).toBe("warning");
  });

  test("is told about when it changes, and only then", async () => {
    const { clock, server, changes } = createSite({ rooms: 1000 });
    await clock.advance(60_000);
    expect(changes()).toBe(0);
    server.list = "names";
    await clock.advance(12_000);
    expect(changes()).toBe(1);
    await clock.advance(60_000);
    expect(changes()).toBe(1);
  });

  test("finds nothing new in an outage", async () => {
    const { clock, server, truth, part, changes } = createSite({ rooms: 200 });
    await clock.advance(60_000);
    server.isDown = true;
    await clock.advance(300_000);
    server.isDown = false;
    await clock.advance(60_000);
    expect(truth.freshness(part).state).toBe("fine");
    expect(changes()).toBe(0);
  });
});

test("who looks at rooms is known to be at it, also while the server is down", async () => {
  const { clock, server, truth } = createSite({ rooms: 40 });
  for (let minute = 0; minute < 10; minute++) {
    await clock.advance(60_000);
    expect(truth.isLooking()).toBe(true);
    server.isDown = minute > 4;
  }
  truth.stop();
  await clock.advance(64_000);
  expect(truth.isLooking()).toBe(true);
  await clock.advance(3000);
  expect(truth.isLooking()).toBe(false);
});

test("after a leap of the clocks every room is unknown, and looked at again within the budget", async () => {
  const { clock, truth } = createSite({ rooms: 40 });
  await clock.advance(20_500);
  clock.jumpWall(60_000);
  await clock.advance(1000);
  const known = () => [...truth.store.rooms()].filter((room) => truth.view(room).knowledge === "live").length;
  expect(known()).toBeLessThan(25);
  await clock.advance(2500);
  expect(known()).toBe(40);
});
