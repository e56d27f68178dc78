import { describe, expect, test } from "vitest";
import type { StateCommand } from "../../src/action/action.ts";
import { type CorrelationId, recordingId } from "../../src/base/identifiers.ts";
import { nextChangeMs, reduceRoom } from "../../src/room/reduce.ts";
import { fulfils, type RoomEvent, type RoomState, unseenRoom } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import { failures, stateCommands } from "../support/fake-valt.ts";

const timing = { freshMs: 6000, confirmMs: 5000, lookForMs: 10_000, troubleMs: 4000 };
const statuses: readonly RoomStatus[] = ["available", "recording", "paused", "locked", "prepared"];
const ID = recordingId(616);

function stateAfter(...events: readonly RoomEvent[]): RoomState {
  return events.reduce((state, event) => reduceRoom(state, event, timing), unseenRoom);
}

function seen(status: RoomStatus, sentMs: number, id: typeof ID | undefined = ID): RoomEvent {
  const isOn = status === "recording" || status === "paused";
  return { kind: "seen", status, recordingId: isOn ? id : undefined, sentMs, receivedMs: sentMs + 20 };
}

const sent = (command: StateCommand, atMs: number): RoomEvent => ({
  kind: "command-sent",
  command,
  correlation: "c-1" as CorrelationId,
  atMs,
});
const accepted = (atMs: number): RoomEvent => ({ kind: "command-accepted", atMs });
const unheard = (atMs: number, conclusiveFromMs = atMs): RoomEvent => ({
  kind: "command-unheard",
  ifNot: "no answer",
  atMs,
  conclusiveFromMs,
});
const passed = (atMs: number): RoomEvent => ({ kind: "time-passed", atMs });

describe("what is known", () => {
  test("begins as never seen", () => {
    expect(viewRoom(unseenRoom, 0)).toMatchObject({ knowledge: "never-seen", status: undefined });
  });

  test.each(statuses)("is live when the server said %s, as of when it was asked", (status) => {
    expect(stateAfter(seen(status, 100)).knowledge).toEqual({ kind: "live", status, seenAtMs: 100 });
  });

  test("is stale from the freshness limit on, and not before", () => {
    const live = stateAfter(seen("recording", 100));
    expect(reduceRoom(live, passed(6099), timing)).toBe(live);
    expect(reduceRoom(live, passed(6100), timing).knowledge).toEqual({
      kind: "stale",
      lastStatus: "recording",
      seenAtMs: 100,
      why: "no answer",
    });
  });

  test("is not taken back by one failed look", () => {
    const live = stateAfter(seen("recording", 100));
    expect(reduceRoom(live, { kind: "not-seen", failure: failures.unreachable, atMs: 200 }, timing)).toBe(
      live,
    );
  });

  test("is stale at once when the server does not know the room", () => {
    const state = stateAfter(seen("recording", 100), {
      kind: "not-seen",
      failure: failures.notFound,
      atMs: 200,
    });
    expect(state.knowledge).toMatchObject({ kind: "stale", why: "not found" });
  });

  test("says why it was never seen, and why it is stale", () => {
    const miss: RoomEvent = { kind: "not-seen", failure: failures.unreachable, atMs: 200 };
    expect(stateAfter(miss).knowledge).toEqual({ kind: "never-seen", why: "no server" });
    expect(stateAfter(seen("paused", 0), passed(6000), miss).knowledge).toMatchObject({
      kind: "stale",
      lastStatus: "paused",
      why: "no server",
    });
  });

  test("comes alive again with the next answer", () => {
    expect(
      viewRoom(stateAfter(seen("recording", 0), passed(6000), seen("available", 9000)), 9000),
    ).toMatchObject({
      knowledge: "live",
      status: "available",
    });
  });

  test("is not overwritten by an answer to an older question", () => {
    const state = stateAfter(seen("recording", 500));
    expect(reduceRoom(state, seen("available", 400), timing)).toBe(state);
  });

  test("has an age that grows with time", () => {
    expect(viewRoom(stateAfter(seen("recording", 100)), 1100).ageMs).toBe(1000);
  });
});

describe("a command", () => {
  const fulfilling: Readonly<Record<StateCommand, readonly RoomStatus[]>> = {
    start: ["recording"],
    stop: ["available", "locked", "prepared"],
    pause: ["paused"],
    resume: ["recording"],
    lock: ["locked"],
    unlock: ["available", "prepared"],
  };

  describe.each(stateCommands)("%s", (command) => {
    test.each(statuses)("with %s seen afterwards is settled exactly when that was wanted", (status) => {
      const isWanted = fulfilling[command].includes(status);
      expect(fulfils(status, command)).toBe(isWanted);
      const confirmed = stateAfter(sent(command, 0), accepted(100), seen(status, 101));
      expect(confirmed.pending === undefined).toBe(isWanted);
      expect(confirmed.trouble).toBeUndefined();
      const looked = stateAfter(sent(command, 0), unheard(100), seen(status, 101));
      expect(looked.pending).toBeUndefined();
      expect(looked.trouble?.text).toBe(isWanted ? undefined : "no answer");
    });
  });

  test("begins as sent, and takes earlier trouble off the panel", () => {
    const state = stateAfter({ kind: "troubled", text: "x", atMs: 0 }, sent("start", 10));
    expect(state).toMatchObject({
      trouble: undefined,
      pending: { command: "start", phase: "sent", sinceMs: 10, correlation: "c-1" },
    });
  });

  test("is not settled by any look before its answer", () => {
    expect(stateAfter(sent("start", 0), seen("recording", 50)).pending?.phase).toBe("sent");
  });

  test.each([
    ["accepted", accepted(100)],
    ["unheard", unheard(100)],
  ] as const)(
    "that is %s is not settled by a look that was asked before the answer came",
    (phase, answer) => {
      for (const status of statuses) {
        expect(stateAfter(sent("start", 0), answer, seen(status, 99)).pending?.phase).toBe(phase);
      }
      expect(stateAfter(sent("start", 0), answer, seen("recording", 100)).pending).toBeUndefined();
    },
  );

  test("that was accepted and is not confirmed for five seconds turns into trouble", () => {
    const waiting = stateAfter(sent("start", 0), accepted(100), seen("available", 4000));
    expect(reduceRoom(waiting, passed(5099), timing).pending).toBeDefined();
    expect(reduceRoom(waiting, passed(5100), timing)).toMatchObject({
      pending: undefined,
      trouble: { text: "start not confirmed", atMs: 5100 },
    });
  });

  test("whose answer was lost is not given up by a look that the status may still trail", () => {
    const lost = stateAfter(sent("start", 0), unheard(100, 2100));
    const early = reduceRoom(lost, seen("available", 2099), timing);
    expect(early.pending).toBeDefined();
    expect(reduceRoom(early, seen("recording", 2000), timing).trouble).toBeUndefined();
    expect(reduceRoom(early, seen("available", 2100), timing)).toMatchObject({
      pending: undefined,
      trouble: { text: "no answer" },
    });
  });

  test("whose answer was lost turns into trouble when nobody could look for ten seconds", () => {
    const waiting = stateAfter(sent("stop", 0), unheard(100));
    expect(reduceRoom(waiting, passed(10_099), timing).pending).toBeDefined();
    expect(reduceRoom(waiting, passed(10_100), timing)).toMatchObject({
      pending: undefined,
      trouble: { text: "no answer" },
    });
  });

  test("that ended without the server leaves its reason behind, or none", () => {
    expect(stateAfter(sent("stop", 0), { kind: "command-ended", trouble: "no", atMs: 5 })).toMatchObject({
      pending: undefined,
      trouble: { text: "no", atMs: 5 },
    });
    expect(
      stateAfter(sent("stop", 0), { kind: "command-ended", trouble: undefined, atMs: 5 }).trouble,
    ).toBeUndefined();
  });

  test("is reckoned with as soon as it is accepted, but is never shown as true", () => {
    const view = viewRoom(stateAfter(seen("available", 0), sent("start", 10), accepted(20)), 30);
    expect(view).toMatchObject({ status: "available", expected: "recording", pending: "start" });
  });

  test("answered twice, or never sent, changes nothing", () => {
    expect(stateAfter(accepted(5), unheard(6))).toEqual(unseenRoom);
  });
});

describe("trouble", () => {
  test("is shown for four seconds", () => {
    const state = stateAfter({ kind: "troubled", text: "refused", atMs: 1000 });
    expect(reduceRoom(state, passed(4999), timing)).toBe(state);
    expect(reduceRoom(state, passed(5000), timing).trouble).toBeUndefined();
  });
});

describe("the recording", () => {
  test.each(["available", "locked", "prepared"] as const)("is forgotten when the room is %s", (status) => {
    expect(stateAfter(seen("recording", 0), seen(status, 100)).recording).toBeUndefined();
  });

  test("is known by its id, and a new id begins without a clock", () => {
    const timed: RoomEvent = { kind: "timed", recordingId: ID, timeSeconds: 5, sentMs: 10, receivedMs: 10 };
    const state = stateAfter(seen("recording", 0), timed);
    expect(state.recording?.clock).toEqual({ elapsedMs: 5500, atMs: 10, pace: "running" });
    const next = reduceRoom(state, seen("recording", 20, recordingId(617)), timing);
    expect(next.recording).toMatchObject({ id: "617", clock: undefined });
  });

  test("keeps its id when an answer leaves it out", () => {
    const noId: RoomEvent = {
      kind: "seen",
      status: "paused",
      recordingId: undefined,
      sentMs: 50,
      receivedMs: 60,
    };
    expect(stateAfter(seen("recording", 0), noId).recording?.id).toBe("616");
  });

  test("takes no time that is another recording's", () => {
    const state = stateAfter(seen("recording", 0));
    const other: RoomEvent = {
      kind: "timed",
      recordingId: recordingId(1),
      timeSeconds: 5,
      sentMs: 1,
      receivedMs: 2,
    };
    expect(reduceRoom(state, other, timing)).toBe(state);
  });

  test("stands still while paused and goes on afterwards", () => {
    const timed: RoomEvent = { kind: "timed", recordingId: ID, timeSeconds: 5, sentMs: 0, receivedMs: 0 };
    const paused = stateAfter(seen("recording", 0), timed, seen("paused", 980));
    expect(viewRoom(paused, 5000).elapsedMs).toBe(6500);
    const resumed = reduceRoom(paused, seen("recording", 5980), timing);
    expect(viewRoom(resumed, 7000).elapsedMs).toBe(7500);
  });

  test("survives an outage, so that marks can still be made", () => {
    expect(viewRoom(stateAfter(seen("recording", 0), passed(6000)), 6000)).toMatchObject({
      status: undefined,
      recording: "616",
    });
  });
});

test("the number of waiting marks is kept, and an equal number is no change", () => {
  const state = stateAfter({ kind: "marks-waiting", count: 2 });
  expect(state.marksWaiting).toBe(2);
  expect(reduceRoom(state, { kind: "marks-waiting", count: 2 }, timing)).toBe(state);
});

describe("the next moment at which time alone changes something", () => {
  test.each<[what: string, state: RoomState, atMs: number]>([
    ["nothing is known", unseenRoom, Infinity],
    ["a status was seen", stateAfter(seen("available", 100)), 6100],
    ["a status is stale", stateAfter(seen("available", 100), passed(7000)), Infinity],
    ["there is trouble", stateAfter({ kind: "troubled", text: "x", atMs: 50 }), 4050],
    ["a command was sent", stateAfter(sent("start", 100)), Infinity],
    ["a command was accepted", stateAfter(sent("start", 100), accepted(200)), 5200],
    ["an answer was lost", stateAfter(sent("start", 100), unheard(200)), 10_200],
    ["several things are true", stateAfter(seen("available", 3000), sent("start", 100), accepted(200)), 5200],
  ])("when %s", (_, state, atMs) => {
    expect(nextChangeMs(state, timing)).toBe(atMs);
    if (atMs < Infinity) {
      expect(reduceRoom(state, passed(atMs - 1), timing)).toBe(state);
      expect(reduceRoom(state, passed(atMs), timing)).not.toBe(state);
    }
  });
});
