import { expect, test } from "vitest";
import { toKept } from "../../src/action/mark.ts";
import { recordingId, valtRoomId } from "../../src/base/identifiers.ts";
import { createMarkSetting } from "../action/marks-setting.ts";
import { ROOM } from "../action/setting.ts";
import { settle } from "../support/fake-clock.ts";
import { pressAt } from "../support/fake-valt.ts";

/** A restarted bridge with one mark of an earlier process whose time nobody knew yet. */
async function restartedWithUntimedMark() {
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
    cause: pressAt(15_000),
    timeSeconds: undefined,
    attempt: "first",
    errors: 0,
  } as const;
  keeper.left = { waiting: [toKept(mark, clock)], delivered: [], refused: [] };
  await queue.restore();
  return setting;
}

test("a mark whose time was not known waits for the first look after a restart, and gets the press's time", async () => {
  const { see, time, clock, keeper, asked, added } = await restartedWithUntimedMark();
  await clock.advance(20_000);
  expect(keeper.written).toEqual([]);
  see("recording");
  time(100);
  await clock.advance(15_000);
  asked[0]!.answer([]);
  await settle();
  // Pressed 25 seconds before the server said 100.
  expect(added()).toMatchObject([{ recordingId: "616", timeSeconds: 75 }]);
});

test("it is given up, with the reason on record, when a look shows that its recording has ended", async () => {
  const { see, clock, keeper } = await restartedWithUntimedMark();
  await clock.advance(10_000);
  see("available");
  await clock.advance(5000);
  expect(keeper.written).toEqual(["refused old"]);
});
