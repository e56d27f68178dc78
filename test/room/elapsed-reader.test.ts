import { expect, test } from "vitest";
import { recordingId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { readElapsed } from "../../src/room/elapsed-reader.ts";
import type { Recording } from "../../src/room/room-state.ts";
import { createWatched } from "../../src/room/watched.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const clocked = { clock: {}, reading: {} } as Recording;
const NOW_MS = 40_000;

async function read(recording: Recording | undefined, timedAtMs = 0, looksSinceTimed = 99) {
  const clock = createFakeClock();
  await clock.advance(NOW_MS);
  const room = Object.assign(createWatched(roomName("a"), valtRoomId(4), 0), { timedAtMs, looksSinceTimed });
  const told: object[] = [];
  let asked = 0;
  const answer = { ok: true, value: { recording: { id: recordingId(616), timeSeconds: 7 } } };
  await readElapsed(room, {
    clock,
    store: { get: () => ({ recording }), tell: (_: unknown, event: object) => told.push(event) } as never,
    valt: () => ({ roomInfo: async () => answer }) as never,
    asked: () => asked++,
  });
  return { asked, told, room };
}

test.each<
  [what: string, recording: Recording | undefined, since: [timedAtMs?: number, looks?: number], asked: number]
>([
  ["no recording", undefined, [], 0],
  ["one whose time is not known", { ...clocked, clock: undefined }, [NOW_MS, 0], 1],
  ["one that was paused or resumed since", { ...clocked, reading: undefined }, [NOW_MS, 0], 1],
  ["one that was read half a minute and fifteen looks ago", clocked, [NOW_MS - 30_000, 15], 1],
  ["one that was read later", clocked, [NOW_MS - 29_999, 15], 0],
  ["one that was looked at less often since", clocked, [NOW_MS - 30_000, 14], 0],
])("the time of %s", async (...[, recording, since, times]) => {
  const { asked, told, room } = await read(recording, ...since);
  expect([asked, told.length]).toEqual([times, times]);
  if (times === 1) expect(room).toMatchObject({ timedAtMs: NOW_MS, looksSinceTimed: 0 });
});
