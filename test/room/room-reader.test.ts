import { expect, test } from "vitest";
import { recordingId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { succeed } from "../../src/base/result.ts";
import { createRoomReader } from "../../src/room/room-reader.ts";
import { createRoomStore } from "../../src/room/store.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

const ROOM = roomName("interview-1");

/** A server that answers when the test says so. */
function createReaderSetting() {
  const clock = createFakeClock();
  const timing = { freshMs: 6000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 };
  const store = createRoomStore({ clock, timingOf: () => timing });
  store.track([ROOM]);
  const answers: ((recording: number) => void)[] = [];
  const asked = <Answer>(answer: (recording: number) => Answer) =>
    new Promise<Answer>((resolve) => answers.push((recording) => resolve(answer(recording))));
  const reader = createRoomReader({
    clock,
    store,
    roomId: () => valtRoomId(4),
    valt: () => ({
      roomStatus: () =>
        asked((id) => succeed({ status: "recording" as const, recordingId: recordingId(id) })) as never,
      roomInfo: () =>
        asked((id) =>
          succeed({
            id: 4,
            name: "x",
            hasRecording: true,
            recording: { id: recordingId(id), timeSeconds: 7 },
          }),
        ) as never,
    }),
  });
  return { clock, store, reader, answers };
}

test("a look that was asked before the clocks leapt is asked again", async () => {
  const { clock, store, reader, answers } = createReaderSetting();
  const looking = reader.look(ROOM);
  clock.jumpWall(3_600_000);
  answers[0]?.(1);
  await settle();
  expect(store.get(ROOM).knowledge.kind).toBe("never-seen");
  await clock.advance(1000);
  answers[1]?.(2);
  await looking;
  expect(store.get(ROOM)).toMatchObject({ knowledge: { kind: "live" }, recording: { id: "2" } });
});

test("a reading that was asked before the clocks leapt is asked again, and is as old as the second question", async () => {
  const { clock, reader, answers } = createReaderSetting();
  const reading = reader.read(ROOM, 0);
  clock.jumpWall(-5000);
  await clock.advance(1000);
  answers[0]?.(1);
  await settle();
  expect(answers).toHaveLength(2);
  answers[1]?.(2);
  expect(await reading).toMatchObject({ ok: true, value: { sentMs: 1000, recording: { id: "2" } } });
});
