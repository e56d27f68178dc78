import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import {
  type ColorConvention,
  type LookTable,
  type LookTemplate,
  lookConditions,
} from "../../src/feedback/look.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import { chooseLook, conditionOf, ticks } from "../../src/feedback/rules.ts";
import { formatDuration, wordsFor } from "../../src/feedback/words.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { nothing, room, viewOf } from "./view.ts";

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
  alarm: [["pending", "available", "recording", "paused", "locked", "prepared"]],
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
    [{ knowledge: "stale", ageMs: 42_400 }, "No contact for 42 s"],
    [{ knowledge: "stale", ageMs: 754_000 }, "No contact for 12 min"],
    [{ knowledge: "stale", ageMs: 90 * 60_000 }, "No contact for 1 h"],
    [{ knowledge: "never-seen" }, "No contact yet"],
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
  });

  test("has no figures while it is not known: 0 would say that nothing is recorded", () => {
    const figures = (part: Partial<RoomView>) => {
      const { recording, elapsed, elapsedSeconds } = wordsFor(viewOf(part), room);
      return { recording, elapsed, elapsedSeconds };
    };
    const unknown = { recording: null, elapsed: "", elapsedSeconds: null };
    expect(figures({ knowledge: "stale", recording: recordingId(616), elapsedMs: 5000 })).toEqual(unknown);
    expect(figures({ knowledge: "never-seen" })).toEqual(unknown);
    expect(figures({ status: "recording" })).toEqual({ recording: 1, elapsed: "", elapsedSeconds: null });
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
