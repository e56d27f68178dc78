import { expect, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import { settle } from "../support/fake-clock.ts";
import { left, whileRecording } from "./marks-setting.ts";

test("a mark is refused while a hundred thousand wait, and not before", async () => {
  const setting = whileRecording();
  // In many rooms: those of one are counted each time.
  const waiting = Array.from({ length: 99_999 }, (_, index) => ({
    ...left,
    id: `old-${index}`,
    room: roomName(`room-${index % 1000}`),
  }));
  setting.keeper.left = { waiting, delivered: [], refused: [] };
  await setting.queue.restore();
  const [last, one] = [setting.mark("last"), setting.mark("one more")];
  await settle();
  expect([last.outcome, one.outcome]).toEqual(["not yet", { kind: "refused", reason: "too-many" }]);
});
