import { describe, expect, test } from "vitest";
import type { StateCommand } from "../../src/action/action.ts";
import { type CorrelationId, recordingId } from "../../src/base/identifiers.ts";
import { nextChangeMs, reduceRoom } from "../../src/room/reduce.ts";
import { fulfils, type RoomEvent, type RoomState, unseenRoom } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { failures, stateCommands } from "../support/fake-valt.ts";

const timing = { freshMs: 6000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 };
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
const accepted = (atMs: number, id?: typeof ID): RoomEvent => ({
  kind: "command-accepted",
  recordingId: id,
  pressedAtMs: atMs - 50,
  sentMs: atMs - 50,
  atMs,
});
const refused = (atMs: number): RoomEvent => ({ kind: "command-refused", ifNot: "refused", atMs });
/** A request that is not acted upon any more after its loss. */
const unheard = (atMs: number, actsUntilMs = atMs): RoomEvent => ({
  kind: "command-unheard",
  ifNot: "no answer",
  atMs,
  actsUntilMs,
});
const missed = (failure: ValtFailure, sentMs: number): RoomEvent => ({
  kind: "not-seen",
  failure,
  sentMs,
  atMs: sentMs + 20,
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
      isMissing: false,
    });
  });

  test("is not taken back by one failed look", () => {
    const live = stateAfter(seen("recording", 100));
    expect(reduceRoom(live, missed(failures.unreachable, 200), timing)).toBe(live);
  });

  test("is stale at once when the server does not know the room", () => {
    const state = stateAfter(seen("recording", 100), missed(failures.notFound, 200));
    expect(state.knowledge).toMatchObject({ kind: "stale", why: "not found", isMissing: true });
    expect(viewRoom(state, 300).isMissing).toBe(true);
    expect(viewRoom(stateAfter(seen("recording", 100)), 300).isMissing).toBe(false);
  });

  test("is stale at once when the server's answer cannot be understood", () => {
    const odd = { kind: "malformed-answer", message: "resting", heard: "maybe", again: "later" } as const;
    const state = stateAfter(seen("recording", 100), missed(odd, 200));
    expect(state.knowledge).toMatchObject({ kind: "stale", why: "resting", isMissing: false });
  });

  test.each(["available", "locked", "prepared"] as const)(
    "while %s is as young as the list of all rooms that shows no recording",
    (status) => {
      const state = stateAfter(seen(status, 100), { kind: "still-idle", sentMs: 5000 });
      expect(state.knowledge).toEqual({ kind: "live", status, seenAtMs: 5000 });
    },
  );

  test.each<[what: string, ...events: RoomEvent[]]>([
    ["a room that runs", seen("recording", 100)],
    ["a room that was never seen"],
    ["a stale room", seen("available", 100), passed(6100)],
    ["a room with a command under way", seen("available", 100), sent("start", 200)],
    [
      "a room that was started a moment ago",
      seen("available", 4900),
      sent("start", 200),
      accepted(300),
      {
        kind: "command-ended",
        trouble: undefined,
        atMs: 400,
      },
    ],
    ["a room that was seen since", seen("available", 5100)],
  ])("is not renewed by that list for %s", (_, ...events) => {
    const state = stateAfter(...events);
    expect(reduceRoom(state, { kind: "still-idle", sentMs: 5000 }, timing)).toBe(state);
  });

  test("says why it was never seen, and why it is stale", () => {
    const miss = missed(failures.unreachable, 200);
    expect(stateAfter(miss).knowledge).toEqual({
      kind: "never-seen",
      why: "no server",
      isMissing: false,
    });
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
    unlock: ["available", "prepared", "recording", "paused"],
  };

  describe.each(stateCommands)("%s", (command) => {
    test.each(statuses)("with %s seen afterwards is settled exactly when that was wanted", (status) => {
      const isWanted = fulfilling[command].includes(status);
      expect(fulfils(status, command)).toBe(isWanted);
      const confirmed = stateAfter(sent(command, 0), accepted(100), seen(status, 101));
      expect(confirmed.pending === undefined).toBe(isWanted);
      expect(confirmed.trouble).toBeUndefined();
      const late = stateAfter(sent(command, 0), accepted(100), seen(status, 5100));
      expect(late.pending).toBeUndefined();
      expect(late.trouble?.text).toBe(isWanted ? undefined : `${command} not confirmed`);
      const looked = stateAfter(sent(command, 0), refused(100), seen(status, 101));
      expect(looked.pending).toBeUndefined();
      expect(looked.trouble?.text).toBe(isWanted ? undefined : "refused");
      const lost = stateAfter(sent(command, 0), unheard(100), seen(status, 5100));
      expect(lost.pending).toBeUndefined();
      expect(lost.trouble?.text).toBe(isWanted ? undefined : "no answer");
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
    ["refused", refused(100)],
    ["unheard", unheard(100)],
  ] as const)(
    "that is %s is not settled by a look that was asked before the answer came",
    (phase, answer) => {
      const begun = [seen("available", 0), sent("start", 0)];
      for (const status of statuses) {
        expect(stateAfter(...begun, answer, seen(status, 99)).pending?.phase).toBe(phase);
      }
      expect(stateAfter(...begun, answer, seen("recording", 100)).pending).toBeUndefined();
    },
  );

  test("that was accepted is not undone by a look that the server's status may still trail", () => {
    const waiting = stateAfter(
      seen("available", 0),
      sent("start", 10),
      accepted(100),
      seen("available", 5099),
    );
    expect(waiting.pending?.phase).toBe("accepted");
    expect(waiting.knowledge).toMatchObject({ status: "available", seenAtMs: 0 });
    expect(reduceRoom(waiting, seen("available", 5100), timing)).toMatchObject({
      pending: undefined,
      knowledge: { kind: "live", status: "available", seenAtMs: 5100 },
      trouble: { text: "start not confirmed" },
    });
  });

  test("that was accepted makes the room unknown when no look has shown its effect in time", () => {
    const waiting = stateAfter(seen("available", 90), sent("start", 95), accepted(100));
    const fresh = { ...timing, freshMs: 60_000 };
    expect(reduceRoom(waiting, passed(8099), fresh).pending).toBeDefined();
    expect(reduceRoom(waiting, passed(8100), fresh)).toMatchObject({
      pending: undefined,
      knowledge: { kind: "stale", lastStatus: "available", why: "start not confirmed" },
      trouble: { text: "start not confirmed", atMs: 8100 },
    });
  });

  test("that a look has confirmed is no reason to doubt later looks: a status does not go back", () => {
    const confirmed = stateAfter(sent("start", 0), accepted(100, ID), seen("recording", 150));
    expect(reduceRoom(confirmed, seen("available", 151), timing)).toMatchObject({
      knowledge: { status: "available" },
      trouble: undefined,
    });
  });

  test("whose answer was lost makes the room unknown at once", () => {
    const lost = stateAfter(seen("recording", 0), sent("stop", 50), unheard(100));
    expect(lost).toMatchObject({
      knowledge: { kind: "stale", lastStatus: "recording", why: "the answer to stop was lost" },
      pending: { phase: "unheard" },
    });
  });

  test("whose answer was lost is not given up by a look that the status may still trail", () => {
    const lost = stateAfter(seen("available", 0), sent("start", 0), unheard(100, 2100));
    expect(reduceRoom(lost, seen("available", 7099), timing)).toBe(lost);
    expect(reduceRoom(lost, seen("recording", 2000), timing)).toMatchObject({
      pending: undefined,
      trouble: undefined,
    });
    expect(reduceRoom(lost, seen("available", 7100), timing)).toMatchObject({
      pending: undefined,
      trouble: { text: "no answer" },
    });
  });

  test("whose answer was lost is not settled by what an earlier command has left behind", () => {
    const lost = stateAfter(sent("start", 0), accepted(100, ID), sent("stop", 200), unheard(300));
    expect(reduceRoom(lost, seen("available", 400), timing)).toBe(lost);
    expect(reduceRoom(lost, seen("available", 5200), timing).pending).toBeUndefined();
    const caughtUp = stateAfter(
      ...[sent("start", 0), accepted(100, ID), seen("recording", 150)],
      ...[sent("stop", 200), unheard(300)],
    );
    expect(reduceRoom(caughtUp, seen("available", 400), timing).pending).toBeUndefined();
  });

  test("that began a recording is not undone by one of others that the status may show from before it", () => {
    const other = recordingId(99);
    const begun = stateAfter(seen("available", 0), sent("start", 50), accepted(100, ID));
    expect(reduceRoom(begun, seen("recording", 5099, other), timing)).toBe(begun);
    expect(reduceRoom(begun, seen("recording", 5100, other), timing).recording?.id).toBe(other);
    const shown = reduceRoom(begun, seen("recording", 200), timing);
    expect(reduceRoom(shown, seen("recording", 300, other), timing).recording?.id).toBe(other);
  });

  test("is not shown to work by an older recording in which the same was so", () => {
    const [first, second] = [recordingId(1), recordingId(2)];
    const resumed = stateAfter(
      ...[seen("recording", 0, first), sent("stop", 10), accepted(20, first)],
      ...[sent("start", 30), accepted(40, second), sent("resume", 50), accepted(60, second)],
    );
    expect(reduceRoom(resumed, seen("recording", 100, first), timing)).toBe(resumed);
    expect(reduceRoom(resumed, seen("recording", 200, second), timing)).toMatchObject({
      recording: { id: "2" },
      pending: undefined,
    });
  });

  test("whose answer was lost is done by a look that shows the change, though one has shown it before the loss", () => {
    const sending = stateAfter(seen("available", 0), sent("start", 50), seen("recording", 100));
    const lost = reduceRoom(sending, unheard(200), timing);
    expect(reduceRoom(lost, seen("recording", 210), timing).pending).toBeUndefined();
  });

  test.each([
    ["start", "recording", []],
    ["start", "recording", [seen("recording", 0)]],
    ["stop", "available", [seen("available", 0)]],
    ["stop", "available", [seen("recording", 0), missed(failures.notFound, 10)]],
  ] as const)(
    "whose answer was lost is not taken for done by a look that may be older: %s, %s",
    (command, word, before) => {
      const lost = stateAfter(...before, sent(command, 100), unheard(200));
      expect(reduceRoom(lost, seen(word, 5099), timing)).toBe(lost);
      const done = reduceRoom(lost, seen(word, 5100), timing);
      expect(done).toMatchObject({ pending: undefined, trouble: undefined, knowledge: { status: word } });
    },
  );

  test("whose answer was lost turns into trouble when nobody could look", () => {
    const waiting = stateAfter(sent("stop", 0), unheard(100));
    expect(reduceRoom(waiting, passed(8099), timing).pending).toBeDefined();
    expect(reduceRoom(waiting, passed(8100), timing)).toMatchObject({
      pending: undefined,
      trouble: { text: "no answer" },
    });
  });

  test("that was refused has failed when the server cannot be asked, and the room is unknown", () => {
    const waiting = stateAfter(seen("recording", 0), sent("start", 50), refused(100));
    expect(reduceRoom(waiting, missed(failures.unreachable, 99), timing)).toBe(waiting);
    expect(reduceRoom(waiting, missed(failures.unreachable, 100), timing)).toMatchObject({
      pending: undefined,
      knowledge: { kind: "stale", lastStatus: "recording" },
      trouble: { text: "refused" },
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
    expect(stateAfter(accepted(5), unheard(6), refused(7))).toEqual(unseenRoom);
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
    expect(state.recording?.clock).toEqual({
      lowMs: 5000,
      highMs: 6000,
      atMs: 10,
      pace: "running",
      provenMs: 10,
    });
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
    // It began somewhere between the two looks.
    const paused = stateAfter(seen("recording", 0), timed, seen("paused", 980));
    expect(viewRoom(paused, 5000).elapsedMs).toBe(6000);
    const reread: RoomEvent = {
      kind: "timed",
      recordingId: ID,
      timeSeconds: 6,
      sentMs: 1000,
      receivedMs: 1000,
    };
    const known = reduceRoom(reduceRoom(paused, reread, timing), seen("paused", 5960), timing);
    expect(viewRoom(known, 5970).elapsedMs).toBe(6500);
    const resumed = reduceRoom(known, seen("recording", 5980), timing);
    expect(viewRoom(resumed, 7000).elapsedMs).toBe(7520);
  });

  test("survives an outage, so that marks can still be made", () => {
    expect(viewRoom(stateAfter(seen("recording", 0), passed(6000)), 6000)).toMatchObject({
      status: undefined,
      recording: "616",
    });
  });
});

describe("the recording by the server's own answer", () => {
  const started = (id: typeof ID = ID) => [sent("start", 0), accepted(100, id)] as const;

  test("to a start is the room's from then on, and its time runs", () => {
    const { recording } = stateAfter(seen("available", 0), ...started());
    expect(recording).toMatchObject({
      id: "616",
      clock: { lowMs: 0, highMs: 50, atMs: 100, pace: "running" },
    });
  });

  test("to a start that took long has no time yet: nobody knows when it began", () => {
    const clockAfter = (answerMs: number) => {
      const times = { pressedAtMs: 9000, sentMs: 9000, atMs: 9000 + answerMs };
      const answer: RoomEvent = { kind: "command-accepted", recordingId: ID, ...times };
      return stateAfter(sent("start", 9000), answer).recording?.clock;
    };
    expect(clockAfter(1000)).toMatchObject({ lowMs: 0, highMs: 1000 });
    expect(clockAfter(1001)).toBeUndefined();
  });

  test("to a start that names the one that runs already keeps its time", () => {
    const timed: RoomEvent = { kind: "timed", recordingId: ID, timeSeconds: 5, sentMs: 10, receivedMs: 10 };
    const before = stateAfter(seen("recording", 0), timed);
    const after = stateAfter(seen("recording", 0), timed, ...started());
    expect(before.recording?.clock).toBeDefined();
    expect(after.recording).toEqual(before.recording);
  });

  test("to a stop is over, and looks that still show it are out of date", () => {
    const stopped = stateAfter(seen("recording", 0), sent("stop", 10), accepted(100, ID));
    const ended = [{ id: "616", stopped: { sentMs: 50, atMs: 100 } }];
    expect(stopped).toMatchObject({ recording: undefined, ended });
    expect(reduceRoom(stopped, seen("recording", 5099), timing)).toBe(stopped);
    expect(reduceRoom(stopped, seen("recording", 5100), timing).recording?.id).toBe("616");
  });

  test("to a stop without an id is of the one that runs, and of none where none is known", () => {
    const stop = [sent("stop", 10), accepted(100)];
    expect(stateAfter(seen("recording", 0), ...stop).ended).toMatchObject([
      { id: "616", stopped: { sentMs: 50 } },
    ]);
    expect(stateAfter(...stop).ended).toEqual([]);
  });

  test("of the last six that have ended each is remembered once, the newest first", () => {
    const stop = (id: number) => [sent("stop", id), accepted(id, recordingId(id))];
    const twice = [1, 2, 2, 1].flatMap(stop);
    expect(stateAfter(...twice).ended.map(({ id }) => id)).toEqual(["2", "1"]);
    const many = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(stop);
    expect(stateAfter(...many).ended.map(({ id }) => id)).toEqual(["8", "7", "6", "5", "4", "3"]);
  });

  test("to a stop and a start at once is the new one, whatever shows the old one", () => {
    const state = stateAfter(
      seen("recording", 0),
      sent("stop", 10),
      accepted(100, ID),
      ...[sent("start", 110), accepted(200, recordingId(617))],
      seen("recording", 300, ID),
    );
    expect(state).toMatchObject({
      recording: { id: "617" },
      pending: { command: "start", phase: "accepted" },
    });
    const confirmed = reduceRoom(state, seen("recording", 400, recordingId(617)), timing);
    expect(confirmed).toMatchObject({ recording: { id: "617" }, pending: undefined });
  });

  test("gives way, once it has been seen, to one that somebody else has begun since", () => {
    const state = stateAfter(...started(), seen("recording", 200), seen("recording", 300, recordingId(700)));
    expect(state).toMatchObject({
      recording: { id: "700" },
      pending: undefined,
      trouble: undefined,
      ended: [{ id: "616", stopped: undefined }],
    });
  });

  test("is shown by a look that finds it paused already", () => {
    const state = stateAfter(...started(), seen("paused", 300));
    expect(state).toMatchObject({ knowledge: { status: "paused" }, pending: undefined, trouble: undefined });
  });

  test("to a pause stands still from then on, and to a resume it runs", () => {
    const timed: RoomEvent = { kind: "timed", recordingId: ID, timeSeconds: 5, sentMs: 0, receivedMs: 0 };
    const paused = stateAfter(seen("recording", 0), timed, sent("pause", 1000), accepted(1100, ID));
    expect(paused.recording?.clock).toMatchObject({ pace: "standing", lowMs: 6050, highMs: 7100 });
    const late = reduceRoom(paused, seen("recording", 1200), timing);
    expect(late).toBe(paused);
    const resumed = [sent("resume", 5000), accepted(5100, ID)].reduce(
      (state, event) => reduceRoom(state, event, timing),
      paused,
    );
    expect(resumed.recording?.clock).toMatchObject({
      pace: "running",
      lowMs: 6050,
      highMs: 7150,
      atMs: 5100,
    });
  });

  test("that the account may not see goes on after a start from here", () => {
    const state = stateAfter(seen("available", 0), ...started(), seen("recording", 300, undefined));
    expect(state.recording?.id).toBe("616");
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
    ["a command was accepted", stateAfter(sent("start", 100), accepted(200)), 8200],
    ["a command was refused", stateAfter(sent("start", 100), refused(200)), 3200],
    ["an answer was lost", stateAfter(sent("start", 100), unheard(200, 1000)), 9000],
    ["several things are true", stateAfter(seen("available", 3000), sent("start", 100), accepted(200)), 8200],
  ])("when %s", (_, state, atMs) => {
    expect(nextChangeMs(state, timing)).toBe(atMs);
    if (atMs < Infinity) {
      expect(reduceRoom(state, passed(atMs - 1), timing)).toBe(state);
      expect(reduceRoom(state, passed(atMs), timing)).not.toBe(state);
    }
  });
});

describe("readings of a recording's time", () => {
  const read = (timeSeconds: number, atMs: number): RoomEvent => {
    return { kind: "timed", recordingId: ID, timeSeconds, sentMs: atMs, receivedMs: atMs };
  };

  test.each([
    ["half of what passed", 10_000, 5, "going"],
    ["less than half", 10_000, 4, "stalled"],
    ["half of twice as long", 20_000, 10, "going"],
    ["nothing, too soon to tell", 9_999, 0, "going"],
  ])("that show %s", (...[, passedMs, ranSeconds, advance]) => {
    const before = [seen("recording", 40_000), read(40, 50_000)];
    const state = stateAfter(...before, read(40 + ranSeconds, 50_000 + passedMs));
    expect(state.recording?.advance).toBe(advance);
  });

  test("soon after each other leave it as it was", () => {
    const state = stateAfter(seen("recording", 0), read(1, 0), read(1, 10_000), read(1, 11_000));
    expect(state.recording?.advance).toBe("stalled");
  });

  test("too few show a stalled recording, which a look that finds it running does not contradict", () => {
    const state = stateAfter(seen("recording", 0), read(1, 0), read(1, 10_000), seen("recording", 11_000));
    expect(state.recording).toMatchObject({ advance: "stalled", reading: { timeSeconds: 1 } });
  });

  test("of a paused recording stand still, and those from before the pause do not count after it", () => {
    const paused = [seen("recording", 0), read(1, 0), seen("paused", 1000), read(1, 30_000), read(1, 60_000)];
    expect(stateAfter(...paused).recording?.advance).toBe("going");
    const since = stateAfter(seen("recording", 0), read(1, 0), seen("paused", 1000));
    expect(since.recording?.reading).toBeUndefined();
  });

  test("say nothing while nobody knows whether the room is paused", () => {
    const unsure = stateAfter(seen("paused", 0), { kind: "leapt", why: "a leap" });
    expect(reduceRoom(unsure, read(7, 10), timing)).toBe(unsure);
  });
});

describe("a look that may not see the recording's id", () => {
  const hidden = (sentMs: number): RoomEvent => {
    return { kind: "seen", status: "recording", recordingId: undefined, sentMs, receivedMs: sentMs };
  };
  const start = [seen("available", 0), sent("start", 10), accepted(100, ID)];

  test.each<[shows: string, events: readonly RoomEvent[], id: typeof ID | undefined]>([
    ["what ran before", [seen("recording", 0), hidden(10)], ID],
    ["what was started here", [...start, hidden(200)], ID],
    ["nobody knows which, once the start is long ago", [...start, hidden(5100)], undefined],
    [
      "nobody knows which after a gap",
      [seen("recording", 0), { kind: "leapt", why: "x" }, hidden(10)],
      undefined,
    ],
  ])("shows %s", (_, events, id) => {
    expect(stateAfter(...events).recording?.id).toBe(id);
  });
});

describe("what an earlier process was answered", () => {
  const recalled: RoomEvent = { kind: "recalled", command: "start", recordingId: ID, sentMs: 50, atMs: 100 };

  test("counts until the status has caught up", () => {
    const state = stateAfter(recalled);
    expect(state).toMatchObject({
      recording: { id: "616", knownSinceMs: 50 },
      knowledge: { kind: "never-seen" },
    });
    expect(reduceRoom(state, seen("available", 5099), timing)).toBe(state);
    expect(reduceRoom(state, seen("available", 5100), timing).knowledge).toMatchObject({
      status: "available",
    });
  });

  test("is old news where something is known already", () => {
    const looked = stateAfter(seen("available", 200));
    expect(reduceRoom(looked, recalled, timing)).toBe(looked);
    const stopped = stateAfter(sent("stop", 10), accepted(20));
    expect(reduceRoom(stopped, recalled, timing)).toBe(stopped);
  });
});

describe("the command that was answered last", () => {
  test("is about the recording that ran, unless it began one that nobody may see", () => {
    expect(stateAfter(seen("recording", 0), sent("stop", 10), accepted(100)).answered?.recording).toBe(ID);
    const started = stateAfter(seen("recording", 0), sent("start", 10), accepted(100));
    expect(started.answered?.recording).toBeUndefined();
  });

  test("was a stop: another recording that a look shows has been begun since", () => {
    const stopped = stateAfter(seen("recording", 0), sent("stop", 10), accepted(100, ID));
    const other = reduceRoom(stopped, seen("recording", 300, recordingId(700)), timing);
    expect(other).toMatchObject({ recording: { id: "700" }, knowledge: { kind: "live", seenAtMs: 300 } });
  });

  test("was a start, and says nothing about a stop that was refused since", () => {
    const started = [seen("available", 0), sent("start", 10), accepted(100, ID), seen("recording", 200)];
    const state = stateAfter(...started, sent("stop", 1000), refused(1100), seen("recording", 1200));
    expect(state).toMatchObject({ pending: undefined, trouble: { text: "refused" } });
  });
});

describe("why a room is unknown", () => {
  const start = [sent("start", 10), accepted(100, ID)];
  const leapt: RoomEvent = { kind: "leapt", why: "a leap" };

  test.each<[why: string, events: readonly RoomEvent[], knowledge: object]>([
    ["it was never seen, whatever leaps", [leapt], { kind: "never-seen" }],
    ["it was never seen, whatever is lost", [sent("start", 10), unheard(20)], { kind: "never-seen" }],
    ["it was never seen, whatever is given up", [...start, passed(8100)], { kind: "never-seen" }],
    [
      "a command was not confirmed",
      [seen("available", 0), ...start, passed(8100)],
      { why: "start not confirmed" },
    ],
    ["the first reason stays", [seen("available", 0), ...start, leapt, passed(8100)], { why: "a leap" }],
  ])("%s", (_, events, knowledge) => {
    expect(stateAfter(...events).knowledge).toMatchObject(knowledge);
  });
});

test("of two looks that were asked at once the later answer counts", () => {
  expect(stateAfter(seen("available", 100), seen("recording", 100)).knowledge).toMatchObject({
    status: "recording",
  });
});

test("what is told again changes nothing", () => {
  const told: RoomEvent = { kind: "alarmed", text: "stopped elsewhere" };
  const state = stateAfter(seen("available", 100), told);
  expect(reduceRoom(state, told, timing)).toBe(state);
  expect(reduceRoom(state, { kind: "still-idle", sentMs: 100 }, timing)).toBe(state);
});
