import { describe, expect, test } from "vitest";
import { describeAlarm, listSiteAlarms } from "../../src/alarm/alarm.ts";
import { AlarmBoard } from "../../src/alarm/board.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const [ROOM, OTHER] = [roomName("interview-1"), roomName("interview-2")];
const MINUTE_MS = 60_000;

function createSetting() {
  const clock = createFakeClock();
  const logged: unknown[][] = [];
  const changes: string[] = [];
  const board = new AlarmBoard({
    clock,
    log: {
      ...silentLog,
      warn: (...about) => void logged.push(["warn", ...about]),
      info: (...about) => void logged.push(["info", ...about]),
    },
    changed: ({ kind, room }, state) => changes.push(`${kind} ${room ?? "site"} ${state}`),
  });
  return { clock, logged, changes, board, texts: () => board.list().map(({ text }) => text) };
}

describe("an alarm", () => {
  test("is logged when it is raised and when it is over, with its room and what can be done", () => {
    const { board, logged, changes } = createSetting();
    board.raise("recording-stalled", "it stands still", ROOM);
    board.raise("clock-differs", "five minutes");
    board.end("recording-stalled", ROOM);
    board.end("clock-differs");
    const remedy = expect.stringMatching(/\w/);
    expect(logged).toStrictEqual([
      ["warn", "alarm: it stands still", { alarm: "recording-stalled", room: ROOM, remedy }],
      ["warn", "alarm: five minutes", { alarm: "clock-differs", remedy }],
      ["info", "alarm over: it stands still", { alarm: "recording-stalled", room: ROOM }],
      ["info", "alarm over: five minutes", { alarm: "clock-differs" }],
    ]);
    expect(changes).toEqual([
      "recording-stalled interview-1 raised",
      "clock-differs site raised",
      "recording-stalled interview-1 ended",
      "clock-differs site ended",
    ]);
  });

  test("is told once as long as its text is the same", () => {
    const { board, changes, texts } = createSetting();
    board.raise("clock-differs", "five minutes");
    board.raise("clock-differs", "five minutes");
    expect(changes).toHaveLength(1);
    board.raise("clock-differs", "six minutes");
    expect([changes.length, ...texts()]).toEqual([2, "six minutes"]);
  });

  test("that is held by a sentence is over when there is none any more", () => {
    const { board, changes, texts } = createSetting();
    board.hold("clock-differs", "five minutes");
    expect(texts()).toEqual(["five minutes"]);
    board.hold("clock-differs", undefined);
    expect([texts(), changes.at(-1)]).toEqual([[], "clock-differs site ended"]);
  });

  test("that does not hold cannot end", () => {
    const { board, changes, logged } = createSetting();
    board.end("clock-differs");
    expect([changes, logged]).toEqual([[], []]);
  });

  test("that is an event goes after ten minutes, counted from when it was raised last; a condition stays", async () => {
    const { board, clock, texts } = createSetting();
    board.raise("recording-stalled", "condition", ROOM);
    board.raise("stopped-elsewhere", "event", ROOM);
    await clock.advance(5 * MINUTE_MS);
    board.end("stopped-elsewhere", ROOM);
    board.raise("stopped-elsewhere", "event", ROOM);
    await clock.advance(5 * MINUTE_MS);
    board.raise("stopped-elsewhere", "another event", ROOM);
    await clock.advance(10 * MINUTE_MS - 1);
    expect(texts()).toEqual(["condition", "another event"]);
    await clock.advance(1);
    expect(texts()).toEqual(["condition"]);
  });

  test("that is an event is over when somebody in charge acts on its room", () => {
    const { board, texts } = createSetting();
    board.raise("recording-stalled", "condition", ROOM);
    board.raise("stopped-elsewhere", "here", ROOM);
    board.raise("stopped-elsewhere", "there", OTHER);
    board.acknowledge(board.eventsOf(ROOM));
    expect(texts()).toEqual(["condition", "there"]);
  });

  test("goes with its room; those of the site stay", () => {
    const { board, texts } = createSetting();
    board.raise("clock-differs", "site");
    board.raise("stopped-elsewhere", "here", ROOM);
    board.raise("stopped-elsewhere", "there", OTHER);
    board.keepRooms(new Set([OTHER]));
    expect(texts()).toEqual(["site", "there"]);
  });

  test("is shown for its own room, the oldest first", () => {
    const { board } = createSetting();
    board.raise("stopped-elsewhere", "there", OTHER);
    board.raise("recording-stalled", "here", ROOM);
    board.raise("stopped-elsewhere", "here too", ROOM);
    expect(board.ofRoom(ROOM)?.text).toBe("here");
    expect(board.ofRoom(OTHER)?.text).toBe("there");
    expect(board.ofRoom(roomName("nowhere"))).toBeUndefined();
  });

  test("leaves no timer behind when the board is closed", () => {
    const { board, clock } = createSetting();
    board.raise("stopped-elsewhere", "event", ROOM);
    board.close();
    expect(clock.timerCount()).toBe(0);
  });
});

test("the whole site has one alarm of each kind, with a text where it holds", () => {
  const about = { room: undefined, text: "five minutes", sinceWallMs: 0 };
  const listed = listSiteAlarms([
    describeAlarm("recording-stalled", { ...about, room: ROOM }),
    describeAlarm("clock-differs", about),
  ]);
  expect(listed).toContainEqual({ kind: "clock-differs", text: "five minutes" });
  expect(listed).toContainEqual({ kind: "rights-missing", text: "" });
  expect(listed.map(({ kind }) => kind)).not.toContain("recording-stalled");
  expect(listed.filter(({ text }) => text !== "")).toHaveLength(1);
});
