import { expect, test } from "vitest";
import type { RoomMoment, RoomStatus, RoomVerb } from "../../src/simulator/room-machine.ts";
import { elapsedMsAt, nextMoment } from "../../src/simulator/room-machine.ts";

const STATUSES: readonly RoomStatus[] = ["available", "recording", "paused", "locked", "prepared"];

// Rows: what is ordered. Columns: the status it meets. A word in capitals is the reason of a refusal.
const TABLE: readonly (readonly [RoomVerb, ...string[]])[] = [
  ["start", "recording", "ALREADY-RECORDING", "ALREADY-RECORDING", "ROOM-LOCKED", "recording"],
  ["stop", "NOT-RECORDING", "available", "available", "NOT-RECORDING", "NOT-RECORDING"],
  ["pause", "NOT-RECORDING", "paused", "paused", "NOT-RECORDING", "NOT-RECORDING"],
  ["resume", "NOT-RECORDING", "recording", "recording", "NOT-RECORDING", "NOT-RECORDING"],
  ["lock", "locked", "NOT-AVAILABLE", "NOT-AVAILABLE", "ALREADY-LOCKED", "locked"],
  ["unlock", "NOT-LOCKED", "NOT-LOCKED", "NOT-LOCKED", "available", "NOT-LOCKED"],
  ["prepare", "prepared", "ALREADY-RECORDING", "ALREADY-RECORDING", "ROOM-LOCKED", "prepared"],
];

const cases = TABLE.flatMap(([verb, ...expected]) =>
  STATUSES.map((status, column) => [verb, status, expected[column]] as const),
);

test.for(cases)("%s while %s: %s", ([verb, status, expected]) => {
  const outcome = nextMoment(momentOf(status), stepOf(verb, 5000));
  expect(outcome.ok ? outcome.value.status : outcome.failure.toUpperCase()).toBe(expected);
});

test("an order that changes nothing returns the very same moment", () => {
  const recording = momentOf("recording");
  expect(nextMoment(recording, stepOf("resume", 5000))).toEqual({ ok: true, value: recording });
});

test("the recording keeps its id through pause and resume, and elapsed time stands still in between", () => {
  const paused = changed(momentOf("recording"), "pause", 4000);
  const resumed = changed(paused, "resume", 9000);
  expect(resumed.recordingId).toBe(615);
  expect(elapsedMsAt(paused, 8000, "excluded")).toBe(3000);
  expect(elapsedMsAt(resumed, 10_000, "excluded")).toBe(4000);
  expect(elapsedMsAt(paused, 8000, "included")).toBe(7000);
});

function momentOf(status: RoomStatus): RoomMoment {
  const active = status === "recording" || status === "paused";
  return {
    status,
    sinceMs: 1000,
    recordingId: active ? 615 : undefined,
    elapsedMs: 0,
    lockedBy: status === "locked" ? 3 : undefined,
  };
}

function stepOf(verb: RoomVerb, atMs: number) {
  return { verb, atMs, userId: 2, beginRecording: () => 616, pauses: "excluded" } as const;
}

function changed(moment: RoomMoment, verb: RoomVerb, atMs: number): RoomMoment {
  const outcome = nextMoment(moment, stepOf(verb, atMs));
  if (!outcome.ok) throw new Error(outcome.failure);
  return outcome.value;
}
