import { expect, test } from "vitest";
import { toKept } from "../../src/action/mark.ts";
import { recordingId, valtRoomId } from "../../src/base/identifiers.ts";
import { createMarkSetting } from "../action/marks-setting.ts";
import { ROOM } from "../action/setting.ts";
import { settle } from "../support/fake-clock.ts";
import { pressAt } from "../support/fake-valt.ts";

/** A restarted bridge with one mark of an earlier process whose time nobody knew yet. */
async function restartedWithUntimedMark(pressedAtMs = 15_000, way: "open" | "cut" = "cut") {
  const setting = createMarkSetting();
  const { clock, keeper, queue } = setting;
  await clock.advance(20_000);
  const mark = {
    id: "old",
    room: ROOM,
    roomId: valtRoomId(4),
    recording: recordingId(616),
    server: "https://valt.example.com",
    text: "before the kill",
    color: "red",
    cause: pressAt(pressedAtMs),
    timeSeconds: undefined,
    attempt: "first",
    errors: 0,
    elapsed: undefined,
    askFromMs: 0,
    first: undefined,
    isPlaced: false,
    unreadable: 0,
  } as const;
  keeper.left = { waiting: [toKept(mark, clock)], delivered: [], refused: [] };
  setting.truth.way = way;
  if (way === "open") setting.time(100);
  await queue.restore();
  return setting;
}

test("a mark whose time was not known waits for the server, and gets the press's time when that is soon", async () => {
  const { clock, keeper, asked, added } = await restartedWithUntimedMark(19_000, "open");
  await clock.advance(15_000);
  expect(asked.map(({ what }) => what)).toEqual(["read"]);
  asked[0]!.answer([]);
  await settle();
  expect(keeper.written).toContain("time old 99");
  expect(added()).toMatchObject([{ recordingId: "616", timeSeconds: 99 }]);
});

test("a mark whose time was not known is not sent again when the server has it, a second off", async () => {
  const { clock, keeper, asked, added } = await restartedWithUntimedMark(19_000, "open");
  await clock.advance(15_000);
  asked[0]!.answer([{ timeSeconds: 100, text: "before the kill" }]);
  await settle();
  expect(added()).toEqual([]);
  expect(keeper.written.at(-1)).toBe("delivered old");
});

test("one that was pressed long before has no certain time: the room may have been paused", async () => {
  const { clock, keeper, truth, see, time, added, queue } = await restartedWithUntimedMark();
  await clock.advance(20_000);
  expect(keeper.written).toEqual([]);
  truth.way = "open";
  see("recording");
  time(100);
  await clock.advance(15_000);
  expect(keeper.written).toEqual(["refused old"]);
  expect(added()).toEqual([]);
  // Pressed 25 seconds before the server said 100, unless there was a pause.
  expect(queue.open(5).refused[0]?.why).toMatch(/^cannot be placed: .* recording 616 at about 7\d s$/);
});

test("it is given up, with the reason on record, when a look shows that its recording has ended", async () => {
  const { see, clock, keeper, truth } = await restartedWithUntimedMark();
  await clock.advance(10_000);
  truth.way = "open";
  see("available");
  await clock.advance(5000);
  expect(keeper.written).toEqual(["refused old"]);
});
