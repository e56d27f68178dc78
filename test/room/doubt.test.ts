import { expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { reduceRoom } from "../../src/room/reduce.ts";
import { type RoomEvent, unseenRoom } from "../../src/room/room-state.ts";

const timing = { freshMs: 6000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 };
const ID = recordingId(616);

test("after the clocks leapt nothing that was seen holds, and how far the recording has run must be asked anew", () => {
  const events: readonly RoomEvent[] = [
    { kind: "seen", status: "recording", recordingId: ID, sentMs: 0, receivedMs: 20 },
    { kind: "timed", recordingId: ID, timeSeconds: 10, sentMs: 0, receivedMs: 20 },
  ];
  const running = events.reduce((state, event) => reduceRoom(state, event, timing), unseenRoom);
  expect(running.recording?.clock).toBeDefined();
  const why = "the clocks leapt";
  const doubtful = reduceRoom(running, { kind: "leapt", why }, timing);
  expect(doubtful.knowledge).toMatchObject({ kind: "stale", lastStatus: "recording", why });
  expect(doubtful.recording).toMatchObject({ id: "616", clock: undefined });
});
