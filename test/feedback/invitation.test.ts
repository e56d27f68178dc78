import { expect, test } from "vitest";
import { actions } from "../../src/action/actions/index.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { inviteTo } from "../../src/feedback/invitation.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import { chooseLook, hintLook } from "../../src/feedback/rules.ts";
import { wordsFor } from "../../src/feedback/words.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { room, viewOf } from "./view.ts";

type Bound = Readonly<Record<string, string>>;

const offeredBy = (bound: Bound, status: RoomView["status"], of = room.name) => {
  const gestures = Object.entries(bound).map(
    ([gesture, kind]) => [gesture, [{ room: of, action: { kind } }]] as const,
  );
  return inviteTo(new Map(gestures), { room: room.name, status }, actions);
};

const startAndStop = { tap: "start", hold: "stop" };

test.each<[bound: Bound, status: RoomView["status"], ...said: (string | undefined)[]]>([
  [startAndStop, "available", "Start", undefined],
  [startAndStop, "prepared", "Start", undefined],
  [startAndStop, "recording", undefined, "Hold to stop"],
  [startAndStop, "paused", undefined, "Hold to stop"],
  [startAndStop, "locked", undefined, undefined],
  [startAndStop, undefined, undefined, undefined],
  [{ press: "toggle" }, "available", "Start", undefined],
  [{ press: "toggle" }, "recording", undefined, undefined],
  [{ hold: "toggle" }, "available", "Hold to start", "Hold to start"],
  [{ hold: "toggle" }, "recording", undefined, "Hold to stop"],
  [{ tap: "toggle-pause", hold: "stop" }, "recording", undefined, "Hold to stop"],
  [{ tap: "toggle-pause" }, "paused", "Resume", undefined],
  [{ hold: "toggle-lock" }, "locked", "Hold to unlock", "Hold to unlock"],
  [{ press: "mark" }, "recording", undefined, undefined],
  [{ hold: "mark" }, "recording", undefined, "Hold to mark"],
  [{ "double-tap": "stop" }, "recording", undefined, undefined],
  [{ tap: "apply-preset" }, "available", undefined, undefined],
  [{}, "available", undefined, undefined],
])("a control with %j in a room that is %s", (bound, status, ...[text, hold]) => {
  expect(offeredBy(bound, status)).toEqual({ text, hold });
});

test("a page, and a start in another room, invite to nothing", () => {
  const page = new Map([["tap", [{ page: "room interview-1" }]]]);
  const status = "available";
  expect(inviteTo(page, { room: room.name, status }, actions).text).toBeUndefined();
  expect(offeredBy(startAndStop, status, roomName("other")).text).toBeUndefined();
});

const { tally, sign } = lookPresets["red-is-recording"];
const saidBy = (...given: Parameters<typeof offeredBy>) => {
  const { text = "", hold = "" } = offeredBy(...given);
  return { text, hold };
};
const lookOf = (view: Partial<RoomView>, table = tally!) =>
  chooseLook(
    table,
    { ...viewOf(view), offered: saidBy(startAndStop, view.status) },
    wordsFor(viewOf(view), room),
  );

test("an idle key says what to do, with the room's state beside it", () => {
  expect(lookOf({ status: "available" })).toMatchObject({
    text: "Start",
    state: "Ready",
    caption: "interview-1",
    color: "green",
    oneColor: "dark",
  });
});

test("a running key says its time, and for five seconds how to end it", () => {
  expect(lookOf({ status: "recording", elapsedMs: 4999 })).toMatchObject({
    text: "REC 0:04",
    caption: "Hold to stop",
  });
  for (const elapsedMs of [5000, undefined])
    expect(lookOf({ status: "recording", elapsedMs })).toMatchObject({ caption: "interview-1" });
});

test.each<Partial<RoomView>>([
  { status: "available", pending: "start" },
  { status: "available", trouble: "x" },
  { knowledge: "stale" },
])("a key offers nothing while its room is %j", (view) => {
  expect(lookOf(view)).toEqual(chooseLook(tally!, viewOf(view), wordsFor(viewOf(view), room)));
});

test("a sign outside the door offers nothing", () => {
  expect(lookOf({ status: "recording", elapsedMs: 1 }, sign).text).toBe("RECORDING");
});

test("a press that was too short is told on the picture alone", () => {
  const look = lookOf({ status: "recording", elapsedMs: 9000 });
  expect(hintLook(tally!, look, "Hold to stop")).toEqual({
    ...look,
    text: "Hold to stop",
    state: "REC 0:09",
  });
});
