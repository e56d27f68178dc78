import fc from "fast-check";
import { expect, test } from "vitest";
import {
  changePace,
  correctElapsed,
  elapsedAt,
  type RecordingClock,
} from "../../src/room/recording-clock.ts";

const step = fc.record({
  /** Until the next question. */
  waitMs: fc.integer({ min: 0, max: 40_000 }),
  thereMs: fc.integer({ min: 0, max: 3000 }),
  backMs: fc.integer({ min: 0, max: 3000 }),
});

test("the estimate never leaves what the server's whole seconds and the latency allow", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 86_400_000 }),
      fc.array(step, { minLength: 1 }),
      (startedMs, steps) => {
        let clock: RecordingClock | undefined;
        let nowMs = startedMs;
        for (const { waitMs, thereMs, backMs } of steps) {
          const sentMs = nowMs + waitMs;
          const readMs = sentMs + thereMs;
          const receivedMs = readMs + backMs;
          const timeSeconds = Math.floor((readMs - startedMs) / 1000);
          clock = correctElapsed(clock, { timeSeconds, sentMs, receivedMs }, "running");
          const estimateMs = elapsedAt(clock, readMs);
          const roundTripMs = receivedMs - sentMs;
          expect(estimateMs).toBeGreaterThanOrEqual(timeSeconds * 1000 - roundTripMs);
          expect(estimateMs).toBeLessThanOrEqual(timeSeconds * 1000 + 1000 + roundTripMs);
          nowMs = receivedMs;
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("the estimate is never further from the truth than a second and the round trip", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      let clock: RecordingClock | undefined;
      let nowMs = 0;
      for (const { waitMs, thereMs, backMs } of steps) {
        const sentMs = nowMs + waitMs;
        const receivedMs = sentMs + thereMs + backMs;
        const timeSeconds = Math.floor((sentMs + thereMs) / 1000);
        clock = correctElapsed(clock, { timeSeconds, sentMs, receivedMs }, "running");
        const errorMs = Math.abs(elapsedAt(clock, receivedMs) - receivedMs);
        expect(errorMs).toBeLessThanOrEqual(1000 + receivedMs - sentMs);
        nowMs = receivedMs;
      }
    }),
    { numRuns: 300 },
  );
});

test("an estimate that fits the server's seconds is not moved, so that texts do not jump", () => {
  const clock = correctElapsed(undefined, { timeSeconds: 10, sentMs: 0, receivedMs: 0 }, "running");
  const corrected = correctElapsed(clock, { timeSeconds: 40, sentMs: 30_000, receivedMs: 30_000 }, "running");
  expect(elapsedAt(corrected, 31_000)).toBe(elapsedAt(clock, 31_000));
});

test("an estimate that does not fit is pulled to the nearest second that does", () => {
  const clock: RecordingClock = { elapsedMs: 0, atMs: 0, pace: "running" };
  const corrected = correctElapsed(clock, { timeSeconds: 8, sentMs: 1000, receivedMs: 1000 }, "running");
  expect(corrected.elapsedMs).toBe(8000);
});

test("pausing and going on loses nothing and gains nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { minLength: 1 }), (stretches) => {
      let clock: RecordingClock = { elapsedMs: 0, atMs: 0, pace: "running" };
      let nowMs = 0;
      let recordedMs = 0;
      for (const [runMs, pauseMs] of stretches) {
        recordedMs += runMs;
        clock = changePace(clock, "standing", nowMs + runMs);
        clock = changePace(clock, "running", nowMs + runMs + pauseMs);
        nowMs += runMs + pauseMs;
      }
      expect(elapsedAt(clock, nowMs)).toBe(recordedMs);
    }),
  );
});

test("a recording never has run for less than nothing", () => {
  const clock = correctElapsed(undefined, { timeSeconds: 0, sentMs: 0, receivedMs: 4000 }, "running");
  expect(elapsedAt(clock, -10_000)).toBe(0);
});
