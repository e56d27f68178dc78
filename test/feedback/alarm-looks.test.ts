import { describe, expect, test } from "vitest";
import { type AlarmKind, describeAlarm } from "../../src/alarm/alarm.ts";
import { recordingId } from "../../src/base/identifiers.ts";
import type { LookTable } from "../../src/feedback/look.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import { chooseLook, siteLook } from "../../src/feedback/rules.ts";
import { wordsFor } from "../../src/feedback/words.ts";
import { createLanguage } from "../../src/language/language.ts";
import type { Readiness } from "../../src/preflight/check.ts";
import { unseenRoom } from "../../src/room/room-state.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import { room, viewOf } from "./view.ts";

describe("a room with an alarm", () => {
  const { tally, lock, mark, sign } = lookPresets["red-is-recording"] as Record<
    "tally" | "lock" | "mark" | "sign",
    LookTable
  >;
  const lookOf = (table: LookTable, part: Partial<RoomView>) => {
    const view = viewOf({ alarm: "mark not saved", ...part });
    return chooseLook(table, view, wordsFor(view, room));
  };

  test("that records stays red and says so, flashes, and says what is wrong", () => {
    expect(lookOf(tally, { status: "recording", elapsedMs: 5000 })).toMatchObject({
      color: "red",
      icon: "record",
      text: "REC 0:05",
      blink: "double",
      caption: "Mark not saved",
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

  test.each([
    ["available", "Ready"],
    ["locked", "LOCKED"],
    ["prepared", "PREPARED"],
  ] as const)("that is %s keeps its word, flashes, and says what is wrong", (status, text) => {
    expect(lookOf(tally, { status })).toMatchObject({
      color: "purple",
      icon: "warning",
      text,
      blink: "double",
      oneColor: "lit",
      caption: "Mark not saved",
    });
  });

  test("has a sign in the corner of its other keys, which keep what they do", () => {
    expect(lookOf(mark, { status: "recording" })).toMatchObject({ text: "Mark", color: "white", badge: "!" });
    expect(lookOf(mark, { status: "available" })).toMatchObject({ text: "", icon: "none", badge: "" });
    expect(lookOf(lock, { status: "available" })).toMatchObject({ text: "Lock", badge: "!" });
  });

  test("lights the sign outside the door, which is dark otherwise", () => {
    expect(lookOf(sign, { status: "available" })).toMatchObject({ color: "purple", text: "Mark not saved" });
  });

  test("says its few words where the sentence is too long for a key", () => {
    const alarm = "interview-1 stopped recording, and not from a panel of this bridge";
    const look = lookOf(tally, { status: "available", alarm, alarmBrief: "stopped elsewhere" });
    expect(look.caption).toBe("Stopped elsewhere");
  });

  test("is named above what its key says, where the panel shows other rooms, too", () => {
    const named = { severalRooms: true, alarmBrief: "stopped elsewhere" };
    const look = (table: LookTable, part: Partial<RoomView>) => {
      const view = { ...viewOf({ alarm: "x", ...part }), ...named };
      return chooseLook(table, view, wordsFor(view, { ...room, label: "Interview 1" }));
    };
    const told = { name: "Interview 1", caption: "Stopped elsewhere" };
    expect(look(tally, { status: "available" })).toMatchObject({ ...told, text: "Ready" });
    expect(look(tally, { status: "recording", elapsedMs: 5000 })).toMatchObject({
      ...told,
      text: "REC 0:05",
    });
    const alone = { text: "Stopped elsewhere", caption: "Interview 1" };
    expect(look(sign, { status: "available" })).toMatchObject(alone);
    const whenAway = { kept: "Press: send later", not: "Not possible" };
    const unknown = { ...viewOf({ status: undefined }), ...named, whenAway };
    const aside = chooseLook(mark, unknown, wordsFor(unknown, room));
    expect(aside).toMatchObject({ name: "interview-1", text: "Mark", caption: "Not possible" });
    expect(lookOf(tally, { status: "available" }).name).toBeUndefined();
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

  test("whose marks are in trouble stays red while it records, and looks failed otherwise", () => {
    const trouble = { text: "1 mark not safe", atMs: 0, concerns: "marks" } as const;
    const seen = (status: "recording" | "available") =>
      viewRoom({ ...unseenRoom, trouble, knowledge: { kind: "live", status, seenAtMs: 0 } }, 0);
    const look = (view: RoomView) => chooseLook(tally, view, wordsFor(view, room));
    expect(look(seen("recording"))).toMatchObject({
      color: "red",
      blink: "double",
      caption: "1 mark not safe",
    });
    expect(look(seen("available"))).toMatchObject({ color: "purple", text: "1 mark not safe" });
  });

  test("keeps what its other keys do while nothing is known, and says what a press comes to", () => {
    const whenAway = { kept: "Press: send later", not: "Not possible" };
    const view = viewOf({ status: undefined, recording: recordingId("7") });
    const look = (table: LookTable) => chooseLook(table, { ...view, whenAway }, wordsFor(view, room));
    expect(look(mark)).toMatchObject({
      icon: "mark",
      text: "Mark",
      caption: "Press: send later",
      badge: "",
    });
    expect(look(lock)).toMatchObject({ icon: "lock", text: "Lock", caption: "Not possible", isStill: true });
    const unknown = chooseLook(mark, { ...view, recording: undefined, whenAway }, wordsFor(view, room));
    expect(unknown.caption).toBe("Not possible");
    expect(look(tally)).toMatchObject({ icon: "offline" });
  });

  test("shows a refusal on its tally, and leaves its other keys as they are", () => {
    const refused = { status: "recording", alarm: undefined, trouble: "busy" } as const;
    expect(lookOf(mark, refused)).toMatchObject({ text: "Mark", color: "white" });
    expect(lookOf(tally, refused)).toMatchObject({ text: "Busy", color: "purple" });
  });

  test("of which nothing is known looks like that", () => {
    expect(lookOf(tally, { status: undefined })).toMatchObject({ icon: "offline" });
  });
});

describe("the lamp of the whole site", () => {
  const table = lookPresets["red-is-recording"].ready!;
  const ready: Readiness = { state: "ready", reason: "", checks: [], checkedWallMs: 0 };
  const about = { text: "", sinceWallMs: 0 };
  const ofSite = (kind: AlarmKind) => describeAlarm(kind, { ...about, room: undefined });
  const lookOf = (readiness: Readiness, more: Partial<Parameters<typeof siteLook>[1]> = {}, tag?: "de") =>
    siteLook(table, { readiness, alarms: [], missing: [], ...more }, createLanguage(tag));

  test("is orange while devices are missing, and names them", () => {
    const missing = ["exam-3", "exam-4", "exam-5"];
    const shown = {
      text: "3 devices missing",
      caption: "exam-3, exam-4, exam-5",
      color: "orange",
      badge: "",
    };
    expect(lookOf(ready, { missing })).toMatchObject(shown);
    expect(lookOf(ready, { missing, alarms: [ofSite("clock-differs")] }).badge).toBe("+1");
    expect(lookOf(ready, { missing: ["exam-3"] }, "de")).toMatchObject({
      text: "1 Gerät fehlt",
      caption: "exam-3",
    });
    expect(lookOf({ ...ready, state: "not-ready", reason: "x" }, { missing }).color).toBe("purple");
  });

  test("has the short text of a reason, in the language of the site", () => {
    const failing: Readiness = {
      ...ready,
      state: "not-ready",
      reason: "long and technical",
      brief: "No connection: call IT",
    };
    expect(lookOf(failing).text).toBe("No connection: call IT");
    expect(lookOf(failing, {}, "de").text).toBe("Keine Verbindung: IT rufen");
  });

  test("is not green where green means recording", () => {
    expect(lookPresets["green-is-recording"].ready!.available.color).not.toBe("green");
  });

  test("tells ready from ready with something to see to, and says what", () => {
    expect(lookOf(ready)).toMatchObject({ text: "READY", color: "green", blink: "steady" });
    const alarms = [ofSite("disk-nearly-full"), ofSite("certificate-expiring")];
    expect(lookOf(ready, { alarms })).toMatchObject({
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
    expect(lookOf(ready, { alarms: [ofRoom] }).text).toBe("READY");
    const failing: Readiness = { ...ready, state: "not-ready", reason: "no server" };
    expect(lookOf(failing, { alarms: [ofSite("clock-differs")] })).toMatchObject({
      text: "No server",
      blink: "double",
    });
  });
});
