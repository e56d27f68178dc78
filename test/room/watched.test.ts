import { expect, test } from "vitest";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import type { Urgency } from "../../src/room/pace.ts";
import { type Knowledge, type Pending, unseenRoom } from "../../src/room/room-state.ts";
import {
  countFailure,
  createWatched,
  expectedUrgency,
  nextTurnMs,
  urgencyOf,
  type Watched,
} from "../../src/room/watched.ts";
import { failures } from "../support/fake-valt.ts";

const live = (status: "available" | "recording" | "paused"): Knowledge => ({
  kind: "live",
  status,
  seenAtMs: 0,
});
const stale: Knowledge = { kind: "stale", lastStatus: "available", seenAtMs: 0, why: "x", isMissing: false };
const pending = (phase: Pending["phase"]) => ({ pending: { phase } as Pending });
const idle = { knowledge: live("available") };
const running = { knowledge: live("recording") };
const alarm = { alarm: "wrong room" };

interface Case {
  readonly room?: Partial<Watched>;
  readonly state?: Partial<typeof unseenRoom>;
  readonly isShown?: boolean;
}

const listed = "no-recording";
const isDoubted = true;
const isShown = true;

test.each<[Urgency, Case]>([
  ["hurried", { state: { ...idle, ...pending("accepted") } }],
  ["hurried", { state: { ...idle, ...pending("unheard") }, room: { failures: 9 } }],
  ["failing", { state: idle, room: { failures: 2 }, isShown }],
  ["failing", { state: { ...idle, ...alarm }, room: { failures: 2 } }],
  ["unlisted", { state: idle, room: { failures: 1 } }],
  ["shown", { state: { ...idle, ...pending("sent") }, room: { listed } }],
  ["shown", { state: { ...idle, ...alarm }, room: { listed } }],
  ["shown", { state: idle, isShown }],
  ["shown", { state: running, isShown, room: { listed } }],
  ["shown", { state: {}, isShown, room: { listed } }],
  ["shown", { state: idle, isShown, room: { listed, isDoubted } }],
  ["shown-listed", { state: idle, isShown, room: { listed } }],
  ["listed", { state: idle, room: { listed } }],
  ["doubted", { state: idle, room: { listed, isDoubted } }],
  ["doubted", { state: running, room: { isDoubted } }],
  ["running", { state: running, room: { listed } }],
  ["running", { state: { knowledge: live("paused") } }],
  ["unlisted", { state: idle }],
  ["unlisted", { state: idle, room: { listed, failures: 1 } }],
  ["unlisted", { state: idle, room: { listed: "recording" } }],
  ["unlisted", { state: { knowledge: stale }, room: { listed } }],
  ["unlisted", { state: {}, room: { listed } }],
])("%s: %o", (urgency, { room, state, isShown: shown = false }) => {
  const watched = { ...createWatched(roomName("a"), valtRoomId(1), 0), ...room };
  expect(urgencyOf(watched, { ...unseenRoom, ...state }, shown)).toBe(urgency);
});

test.each<[Urgency, Partial<Watched>, "hopeful" | "hopeless"]>([
  ["unlisted", {}, "hopeless"],
  ["listed", {}, "hopeful"],
  ["listed", { listed }, "hopeless"],
  ["running", { listed: "recording" }, "hopeful"],
  ["running", { listed: "recording", urgency: "doubted" }, "hopeless"],
  ["listed", { listed, urgency: "doubted" }, "hopeless"],
  ["doubted", { urgency: "doubted" }, "hopeless"],
  ["shown", { listed, urgency: "shown" }, "hopeful"],
  ["running", { listed, urgency: "running" }, "hopeful"],
])("expects %s: %o, %s", (expected, room, list) => {
  expect(expectedUrgency({ ...createWatched(roomName("a"), valtRoomId(1), 0), ...room }, list)).toBe(
    expected,
  );
});

test("two failed looks in a row make a room fail, and one that hangs does", () => {
  const room = createWatched(roomName("a"), valtRoomId(1), 0);
  countFailure(room, failures.refused);
  expect(room.failures).toBe(1);
  countFailure(room, failures.refused);
  expect(room.failures).toBe(2);
  const other = createWatched(roomName("b"), valtRoomId(2), 1);
  countFailure(other, failures.lostAnswer);
  expect(other.failures).toBe(2);
});

test.each([
  // The turn counted from 1000 and the interval is 2000, so that the look is due at 3000.
  ["in time", { lookedMs: 3000 }, 3000],
  ["a little late", { lookedMs: 3250 }, 3000],
  ["late, as others came first", { lookedMs: 3251 }, 3251],
  ["out of turn", { lookedMs: 2999 }, 1000],
  ["with a command under way", { lookedMs: 2000, urgency: "hurried" }, 2000],
  ["for the first time", { lookedMs: 5000, looks: 1 }, 4000],
  [
    "for the first time, where intervals are long",
    { lookedMs: 50_000, looks: 1, intervalMs: 60_000 },
    49_000,
  ],
] as const)("after a look %s the next interval counts from then on", (_, given, turnMs) => {
  const room = { ...createWatched(roomName("a"), valtRoomId(1), 0), turnMs: 1000, phase: 0.5 };
  const {
    lookedMs,
    urgency = "running",
    looks = 7,
    intervalMs = 2000,
  } = { urgency: undefined, looks: undefined, intervalMs: undefined, ...given };
  room.looks = looks;
  expect(nextTurnMs(room, { urgency, lookedMs, intervalMs })).toBe(turnMs);
});

test("rooms begin at once, and their phases keep them apart", () => {
  const rooms = [0, 1, 2, 3].map((index) => createWatched(roomName("a"), valtRoomId(1), index));
  expect(rooms.map(({ turnMs }) => turnMs)).toEqual(Array(4).fill(-Infinity));
  const phases = rooms.map(({ phase }) => phase);
  expect(Math.max(...phases)).toBeLessThanOrEqual(1);
  expect(Math.min(...phases)).toBeGreaterThan(0);
  for (const [index, phase] of phases.entries())
    for (const other of phases.slice(index + 1)) expect(Math.abs(phase - other)).toBeGreaterThan(0.1);
});
