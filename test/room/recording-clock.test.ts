import fc from "fast-check";
import { expect, test } from "vitest";
import {
  beginClock,
  correctElapsed,
  elapsedAt,
  estimateAt,
  type RecordingClock,
  seePace,
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

const at = (atMs: number) => ({ sentMs: atMs, receivedMs: atMs });
const running = (lowMs: number, highMs: number, atMs: number): RecordingClock => ({
  lowMs,
  highMs,
  atMs,
  pace: "running",
  provenMs: atMs,
});

test("readings narrow what is known, and never widen it", () => {
  const first = correctElapsed(undefined, { timeSeconds: 10, ...at(0) }, "running");
  expect(first).toMatchObject({ lowMs: 10_000, highMs: 11_000 });
  const second = correctElapsed(first, { timeSeconds: 10, ...at(400) }, "running");
  expect(second).toMatchObject({ lowMs: 10_400, highMs: 11_000 });
  expect(correctElapsed(second, { timeSeconds: 12, ...at(1400) }, "running")).toMatchObject({
    lowMs: 12_000,
    highMs: 12_000,
  });
});

test("a clock that has drifted is moved by half a second at most", () => {
  const clock = running(10_000, 10_100, 0);
  expect(correctElapsed(clock, { timeSeconds: 11, ...at(800) }, "running")).toMatchObject({
    lowMs: 11_000,
    highMs: 11_500,
  });
  expect(correctElapsed(clock, { timeSeconds: 10, ...at(1200) }, "running")).toMatchObject({
    lowMs: 10_500,
    highMs: 11_000,
  });
});

test("a reading that is far from what was expected is right: a pause went unseen", () => {
  const clock = running(10_000, 10_100, 0);
  expect(correctElapsed(clock, { timeSeconds: 20, ...at(22_000) }, "running")).toMatchObject({
    lowMs: 20_000,
    highMs: 21_000,
  });
});

test("since the last look the recording may have run or stood still, unseen", () => {
  const seen = seePace(running(10_000, 10_500, 0), "running", { sentMs: 2000, receivedMs: 2050 });
  expect(estimateAt(seen, 3000)).toEqual({ lowMs: 12_000, guessMs: 13_250, highMs: 13_500 });
  const paused = seePace(seen, "standing", { sentMs: 4000, receivedMs: 4010 });
  expect(paused).toMatchObject({ lowMs: 12_000, highMs: 14_510, pace: "standing" });
  expect(estimateAt(paused, 6000)).toEqual({ lowMs: 12_000, guessMs: 13_255, highMs: 16_500 });
});

test("a moment before the reading is known by what it can have run since", () => {
  const clock = running(10_000, 11_000, 5000);
  expect(estimateAt(clock, 3000)).toEqual({ lowMs: 8000, guessMs: 8500, highMs: 11_000 });
});

test("a recording that was begun from here began between its request and the answer", () => {
  const clock = beginClock({ sentMs: 1000, receivedMs: 1200 });
  expect(estimateAt(clock, 1200)).toEqual({ lowMs: 0, guessMs: 100, highMs: 200 });
});

test("pausing and going on loses nothing and gains nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { minLength: 1 }), (stretches) => {
      let clock = running(0, 0, 0);
      let nowMs = 0;
      let recordedMs = 0;
      // A look at the very moment of each change leaves nothing to guess.
      const look = (pace: RecordingClock["pace"]) => {
        clock = seePace(clock, clock.pace, at(nowMs));
        clock = seePace(clock, pace, at(nowMs));
      };
      for (const [runMs, pauseMs] of stretches) {
        recordedMs += runMs;
        nowMs += runMs;
        look("standing");
        nowMs += pauseMs;
        look("running");
      }
      expect(elapsedAt(clock, nowMs)).toBe(recordedMs);
    }),
  );
});

const move = fc.record({
  waitMs: fc.integer({ min: 1, max: 5000 }),
  what: fc.constantFrom("look", "read", "turn"),
});

/** A room, and what is known of it. Two changes between two looks cannot be seen by looks: there is one at most. */
class WatchedRecording {
  #clock = beginClock(at(0));
  #nowMs = 0;
  #truthMs = 0;
  #pace: RecordingClock["pace"] = "running";
  #hasTurned = false;

  wait(byMs: number): void {
    this.#nowMs += byMs;
    if (this.#pace === "running") this.#truthMs += byMs;
  }

  turn(): void {
    if (!this.#hasTurned) this.#pace = this.#pace === "running" ? "standing" : "running";
    this.#hasTurned = true;
  }

  look(): void {
    this.#clock = seePace(this.#clock, this.#pace, at(this.#nowMs));
    this.#hasTurned = false;
  }

  read(): void {
    const timeSeconds = Math.floor(this.#truthMs / 1000);
    if (!this.#hasTurned)
      this.#clock = correctElapsed(this.#clock, { timeSeconds, ...at(this.#nowMs) }, this.#clock.pace);
  }

  /** How far the truth is outside the bounds. */
  missMs(): number {
    const { lowMs, highMs } = estimateAt(this.#clock, this.#nowMs);
    return Math.max(lowMs - this.#truthMs, this.#truthMs - highMs);
  }
}

test("the truth is always within the bounds, however pauses fall between looks", () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 40 }), (moves) => {
      const recording = new WatchedRecording();
      for (const { waitMs, what } of moves) {
        recording.wait(waitMs);
        recording[what as "look" | "read" | "turn"]();
        expect(recording.missMs()).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 500 },
  );
});

test("a recording never has run for less than nothing", () => {
  const clock = correctElapsed(undefined, { timeSeconds: 0, sentMs: 0, receivedMs: 4000 }, "running");
  expect(elapsedAt(clock, -10_000)).toBe(0);
});

const base = { atMs: 0, pace: "running", provenMs: 500 } as const;
const readAt = (timeSeconds: number, sentMs: number, receivedMs = sentMs) => ({
  timeSeconds,
  sentMs,
  receivedMs,
});

test("a first reading is true to its second and to half of its way", () => {
  const times = { atMs: 1100, provenMs: 1000 };
  expect(correctElapsed(undefined, readAt(5, 1000, 1200), "running")).toEqual({
    ...{ ...times, pace: "running" },
    ...{ lowMs: 4900, highMs: 6100 },
  });
  expect(correctElapsed(undefined, readAt(5, 1000, 1200), "standing")).toEqual({
    ...{ ...times, pace: "standing" },
    ...{ lowMs: 5000, highMs: 6000 },
  });
  expect(correctElapsed(undefined, readAt(0, 1000, 1200), "running")).toMatchObject({
    lowMs: 0,
    highMs: 1100,
  });
});

test.each<[what: string, bounds: [number, number], timeSeconds: number, narrowed: [number, number]]>([
  ["fits narrows the bounds", [10_000, 11_000], 11, [11_000, 12_000]],
  ["fits in part narrows them to that", [10_500, 11_500], 11, [11_500, 12_000]],
  ["is behind by drift stays near them", [10_000, 10_500], 12, [12_000, 12_500]],
  ["is behind by more is a pause that went unseen", [10_000, 10_499], 12, [12_000, 13_000]],
  ["is ahead by drift stays near them", [10_500, 10_600], 10, [10_500, 11_000]],
  ["is ahead by more is one too", [10_501, 10_600], 10, [10_000, 11_000]],
])("a reading a second later that %s", (...[, [lowMs, highMs], timeSeconds, narrowed]) => {
  const clock = correctElapsed({ ...base, lowMs, highMs }, readAt(timeSeconds, 1000), "running");
  expect([clock.lowMs, clock.highMs]).toEqual(narrowed);
  expect(clock).toMatchObject({ atMs: 1000, pace: "running", provenMs: 500 });
});

test("while the room is paused the bounds stand still, and a change of pace is proven by the reading", () => {
  const clock = { ...base, pace: "standing", lowMs: 10_200, highMs: 10_300 } as const;
  expect(correctElapsed(clock, readAt(10, 1000), "standing")).toEqual({ ...clock, atMs: 1000 });
  expect(correctElapsed(clock, readAt(10, 1000), "running").provenMs).toBe(1000);
});

test("before the recording's beginning nothing had run", () => {
  const clock = { ...base, atMs: 1000, lowMs: 100, highMs: 200 };
  expect(estimateAt(clock, 500)).toMatchObject({ lowMs: 0, highMs: 200 });
});
