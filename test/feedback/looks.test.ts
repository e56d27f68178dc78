import { describe, expect, test } from "vitest";
import { type AlarmKind, describeAlarm } from "../../src/alarm/alarm.ts";
import { recordingId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import {
  type ColorConvention,
  type LookTable,
  type LookTemplate,
  lookConditions,
} from "../../src/feedback/look.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import { chooseLook, conditionOf, siteLook, ticks } from "../../src/feedback/rules.ts";
import { formatDuration, wordsFor } from "../../src/feedback/words.ts";
import type { Readiness } from "../../src/preflight/check.ts";
import type { RoomView } from "../../src/room/room-view.ts";

const nothing: RoomView = {
  knowledge: "never-seen",
  status: undefined,
  expected: undefined,
  pending: undefined,
  recording: undefined,
  elapsedMs: undefined,
  ageMs: undefined,
  why: undefined,
  trouble: undefined,
  alarm: undefined,
  marksWaiting: 0,
};
const room = { name: roomName("interview-1"), id: valtRoomId(4) };
const viewOf = (part: Partial<RoomView>): RoomView => ({ ...nothing, ...part });

describe("what comes first when several things are true", () => {
  const statuses = ["available", "recording", "paused", "locked", "prepared", undefined] as const;

  test.each(statuses)("of a room that is %s: pending, then trouble, then the status", (status) => {
    const truth = status ?? "stale";
    expect(conditionOf(viewOf({ status }))).toBe(truth);
    expect(conditionOf(viewOf({ status, trouble: "x" }))).toBe("failed");
    expect(conditionOf(viewOf({ status, pending: "stop" }))).toBe("pending");
    expect(conditionOf(viewOf({ status, pending: "stop", trouble: "x" }))).toBe("pending");
  });

  test("what was only commanded is never shown as true", () => {
    expect(conditionOf(viewOf({ status: "available", expected: "recording" }))).toBe("available");
    expect(conditionOf(viewOf({ knowledge: "stale", expected: "recording" }))).toBe("stale");
  });
});

describe("a room with an alarm", () => {
  const { tally, lock } = lookPresets["red-is-recording"] as { tally: LookTable; lock: LookTable };
  const lookOf = (table: LookTable, part: Partial<RoomView>) => {
    const view = viewOf({ alarm: "mark refused", ...part });
    return chooseLook(table, view, wordsFor(view, room));
  };

  test("that records stays red and says so, flashes, and says what is wrong", () => {
    expect(lookOf(tally, { status: "recording", elapsedMs: 5000 })).toMatchObject({
      color: "red",
      icon: "record",
      text: "REC 0:05",
      blink: "double",
      caption: "Mark refused",
    });
    expect(lookOf(tally, { status: "paused" })).toMatchObject({
      color: "orange",
      icon: "pause",
      blink: "double",
    });
  });

  test("that records is not lit where it would be dark", () => {
    expect(lookOf(lock, { status: "recording" })).toMatchObject({ text: "", icon: "none", blink: "steady" });
  });

  test.each(["available", "locked", "prepared"] as const)("that is %s looks failed", (status) => {
    expect(lookOf(tally, { status })).toMatchObject({
      color: "purple",
      text: "Mark refused",
      blink: "double",
    });
  });

  test("shows a command under way, and what went wrong a moment ago, first", () => {
    expect(lookOf(tally, { status: "recording", pending: "stop" })).toMatchObject({
      text: "Stopping",
      blink: "fast",
    });
    expect(lookOf(tally, { status: "recording", trouble: "busy" })).toMatchObject({
      text: "Busy",
      color: "purple",
    });
  });

  test("of which nothing is known looks like that", () => {
    expect(lookOf(tally, { status: undefined })).toMatchObject({ icon: "offline" });
  });
});

/** Conditions that mean the same to the people in front of a look may look the same. */
const sameToPeople: Readonly<Record<string, readonly (readonly string[])[]>> = {
  tally: [],
  sign: [["available", "locked", "prepared"]],
  /** The site is no room: only ready, checking and not ready happen. */
  ready: [["recording", "paused", "locked", "prepared"]],
  mark: [
    ["available", "locked", "prepared"],
    ["recording", "paused"],
  ],
  pause: [["available", "locked", "prepared"]],
  lock: [
    ["available", "prepared"],
    ["recording", "paused"],
  ],
};

const presets = Object.entries(lookPresets).flatMap(([convention, tables]) =>
  Object.entries(tables).map(([name, table]) => [convention as ColorConvention, name, table] as const),
);

describe.each(presets)("%s: the look %s", (_, name, table) => {
  const groups = lookConditions.map(
    (one) => sameToPeople[name]?.find((group) => group.includes(one)) ?? [one],
  );

  test("tells the conditions apart by text, icon and blinking, without any colour", () => {
    const print = ({ text, icon, blink }: LookTemplate) => JSON.stringify([text, icon, blink]);
    expectSameOnlyWithin(table, groups, print);
  });

  test("never resembles a recording while the truth is not known", () => {
    for (const condition of ["stale", "failed"] as const) {
      expect(table[condition]).toMatchObject({ blink: "double", oneColor: "lit" });
      expect(table[condition].color).not.toBe(table.recording.color);
      expect(table[condition].color).not.toBe(table.available.color);
    }
  });
});

function expectSameOnlyWithin(
  table: LookTable,
  groups: readonly (readonly string[])[],
  print: (look: LookTemplate) => string,
): void {
  for (const [index, one] of lookConditions.entries()) {
    for (const other of lookConditions.slice(index + 1)) {
      if (print(table[one]) !== print(table[other])) continue;
      expect(groups[index], `${one} looks like ${other}`).toContain(other);
    }
  }
}

describe("the lamp of the whole site", () => {
  const table = lookPresets["red-is-recording"].ready!;
  const ready: Readiness = { state: "ready", reason: "", checks: [], checkedWallMs: 0 };
  const about = { text: "", sinceWallMs: 0 };
  const ofSite = (kind: AlarmKind) => describeAlarm(kind, { ...about, room: undefined });

  test("tells ready from ready with something to see to, and says what", () => {
    expect(siteLook(table, ready, [])).toMatchObject({ text: "READY", color: "green", blink: "steady" });
    const alarms = [ofSite("disk-nearly-full"), ofSite("certificate-expiring")];
    expect(siteLook(table, ready, alarms)).toMatchObject({
      text: "Disk nearly full",
      badge: "+1",
      color: "orange",
      blink: "slow",
      icon: "warning",
      oneColor: "lit",
    });
  });

  test("is not concerned with the alarm of one room, and not ready comes before any alarm", () => {
    const ofRoom = describeAlarm("stopped-elsewhere", { ...about, room: room.name });
    expect(siteLook(table, ready, [ofRoom]).text).toBe("READY");
    const failing: Readiness = { ...ready, state: "not-ready", reason: "no server" };
    expect(siteLook(table, failing, [ofSite("clock-differs")])).toMatchObject({
      text: "No server",
      blink: "double",
    });
  });
});

describe("a lamp of one colour", () => {
  const lamp = ({ oneColor, blink }: LookTemplate) => (oneColor === "dark" ? "dark" : blink);

  test.each(["red-is-recording", "green-is-recording"] as const)(
    "tells what matters apart: %s",
    (convention) => {
      const table = lookPresets[convention].tally!;
      expect(
        Object.fromEntries(lookConditions.map((condition) => [condition, lamp(table[condition])])),
      ).toEqual({
        available: "dark",
        recording: "steady",
        paused: "slow",
        locked: "dark",
        prepared: "dark",
        pending: "fast",
        failed: "double",
        stale: "double",
      });
    },
  );

  test("of a lock is lit exactly while the room is locked", () => {
    const { lock } = lookPresets["red-is-recording"];
    expect(lookConditions.filter((condition) => lamp(lock![condition]) === "steady")).toEqual(["locked"]);
  });
});

describe("the colour conventions", () => {
  test("say what is recorded, and nothing else is of that colour in the tally", () => {
    for (const [convention, color] of [
      ["red-is-recording", "red"],
      ["green-is-recording", "green"],
    ] as const) {
      const table = lookPresets[convention].tally!;
      expect(lookConditions.filter((condition) => table[condition].color === color)).toEqual(["recording"]);
    }
  });
});

describe("a look's text", () => {
  const table = lookPresets["red-is-recording"].tally!;
  const textOf = (view: RoomView) => chooseLook(table, view, wordsFor(view, room)).text;

  test.each<[view: Partial<RoomView>, text: string]>([
    [{ status: "available" }, "Ready"],
    [{ status: "recording", elapsedMs: 65_900 }, "REC 1:05"],
    [{ status: "recording" }, "REC"],
    [{ status: "paused", elapsedMs: 3_723_000 }, "PAUSED 1:02:03"],
    [{ status: "locked" }, "LOCKED"],
    [{ status: "prepared" }, "PREPARED"],
    [{ status: "available", pending: "start" }, "Starting"],
    [{ status: "recording", pending: "stop" }, "Stopping"],
    [{ status: "recording", pending: "pause" }, "Pausing"],
    [{ status: "paused", pending: "resume" }, "Resuming"],
    [{ status: "available", pending: "lock" }, "Locking"],
    [{ status: "locked", pending: "unlock" }, "Unlocking"],
    [{ status: "available", trouble: "the server refused" }, "The server refused"],
    [{ knowledge: "stale", ageMs: 42_400 }, "No answer 0:42"],
    [{ knowledge: "never-seen" }, "No answer"],
  ])("for %j is %s", (view, text) => {
    expect(textOf(viewOf(view))).toBe(text);
  });

  test("of a mark shows how many are waiting", () => {
    const view = viewOf({ status: "recording", marksWaiting: 3 });
    expect(chooseLook(lookPresets["red-is-recording"].mark!, view, wordsFor(view, room)).badge).toBe("+3");
  });

  test("changes by time alone only while a clock or an age is shown", () => {
    expect(ticks(table, viewOf({ status: "recording" }))).toBe(true);
    expect(ticks(table, viewOf({ status: "paused" }))).toBe(false);
    expect(ticks(table, viewOf({ status: "available" }))).toBe(false);
    expect(ticks(table, viewOf({ knowledge: "stale" }))).toBe(true);
    expect(ticks(table, viewOf({ status: "recording", pending: "stop" }))).toBe(false);
    expect(ticks(lookPresets["red-is-recording"].sign!, viewOf({ status: "recording" }))).toBe(false);
  });
});

describe("a room in words", () => {
  test("has the server's word for its status, or says that it is unknown", () => {
    expect(wordsFor(viewOf({ status: "locked" }), room).status).toBe("locked");
    expect(wordsFor(viewOf({ knowledge: "stale" }), room).status).toBe("unknown");
    expect(
      wordsFor(viewOf({ status: "available", expected: "recording", pending: "start" }), room),
    ).toMatchObject({
      status: "available",
      recording: 0,
      pending: "starting",
    });
  });

  test("records only while the server says so: a pause is none", () => {
    const recordingIn = (part: Partial<RoomView>) => wordsFor(viewOf(part), room).recording;
    expect(recordingIn({ status: "recording" })).toBe(1);
    expect(recordingIn({ status: "paused" })).toBe(0);
    expect(recordingIn({ knowledge: "stale", recording: recordingId(616) })).toBe(0);
  });

  test("has run for whole seconds, and for none where nothing runs", () => {
    expect(wordsFor(viewOf({ status: "recording", elapsedMs: 65_999 }), room)).toMatchObject({
      elapsed: "1:05",
      elapsedSeconds: 65,
    });
    expect(wordsFor(viewOf({ status: "available", elapsedMs: 65_999 }), room)).toMatchObject({
      elapsed: "",
      elapsedSeconds: 0,
    });
  });

  test("gives the trouble as its reason, else why the truth is not known", () => {
    expect(wordsFor(viewOf({ trouble: "a", why: "b" }), room).reason).toBe("a");
    expect(wordsFor(viewOf({ why: "b" }), room).reason).toBe("b");
    expect(wordsFor(nothing, room)).toMatchObject({ reason: "", age: "", marks: "" });
  });
});

test.each([
  [0, "0:00"],
  [9, "0:09"],
  [65, "1:05"],
  [599, "9:59"],
  [3599, "59:59"],
  [3600, "1:00:00"],
  [3723, "1:02:03"],
  [360_000, "100:00:00"],
])("%i seconds read as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
