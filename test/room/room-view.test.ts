import { describe, expect, test } from "vitest";
import { type RoomState, unseenRoom } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";

const live = (status: "recording" | "available") => ({ kind: "live", status, seenAtMs: 100 }) as const;
const stale = {
  kind: "stale",
  lastStatus: "recording",
  seenAtMs: 100,
  why: "no answer",
  isMissing: true,
} as const;
const view = (state: Partial<RoomState>) => viewRoom({ ...unseenRoom, ...state }, 350);

test("a room says how old its last answer is, and why nothing is known", () => {
  expect(view({})).toMatchObject({ ageMs: undefined, why: undefined, isMissing: false, status: undefined });
  const unseen = { kind: "never-seen", why: "no server", isMissing: true } as const;
  expect(view({ knowledge: unseen })).toMatchObject({ why: "no server", isMissing: true });
  expect(view({ knowledge: live("recording") })).toMatchObject({
    ageMs: 250,
    why: undefined,
    isMissing: false,
  });
  expect(view({ knowledge: stale })).toMatchObject({ ageMs: 250, why: "no answer", isMissing: true });
});

describe("trouble", () => {
  const trouble = { text: "the server refused it", brief: "refused", atMs: 0 };
  const marks = { ...trouble, concerns: "marks" } as const;
  const asTrouble = { trouble: trouble.text, brief: "refused", alarm: undefined, alarmBrief: undefined };
  const asAlarm = { trouble: undefined, brief: undefined, alarm: trouble.text, alarmBrief: "refused" };
  const alarm = { alarm: "stopped elsewhere", alarmBrief: "elsewhere" };

  test.each<[what: string, state: Partial<RoomState>, shown: object]>([
    ["of a recording is shown in its place", { knowledge: live("recording"), trouble }, asTrouble],
    [
      "with the marks of a recording leaves its place to it",
      { knowledge: live("recording"), trouble: marks },
      asAlarm,
    ],
    [
      "with marks in an idle room is shown in its place",
      { knowledge: live("available"), trouble: marks },
      asTrouble,
    ],
    ["with marks in an unknown room is shown in its place", { knowledge: stale, trouble: marks }, asTrouble],
    [
      "with the marks of a recording does not hide an alarm",
      { knowledge: live("recording"), trouble: marks, ...alarm },
      { ...asAlarm, ...alarm },
    ],
    [
      "leaves an alarm where it is",
      { knowledge: live("available"), trouble, ...alarm },
      { ...asTrouble, ...alarm },
    ],
    [
      "that is none leaves all empty",
      { knowledge: live("recording") },
      { trouble: undefined, alarm: undefined },
    ],
  ])("%s", (_, state, shown) => {
    expect(view(state)).toMatchObject(shown);
  });
});
