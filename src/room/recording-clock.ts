/**
 * How far a recording has run, without asking every second: the server's whole seconds bound an
 * estimate that the monotonic clock carries on. While the room is paused the estimate stands still.
 */
export interface RecordingClock {
  readonly elapsedMs: number;
  /** Monotonic time at which `elapsedMs` held. */
  readonly atMs: number;
  readonly pace: "running" | "standing";
}

export interface ElapsedReading {
  /** Whole seconds, rounded down, as `rooms/info/{r}` gives them. */
  readonly timeSeconds: number;
  readonly sentMs: number;
  readonly receivedMs: number;
}

export function elapsedAt(clock: RecordingClock, nowMs: number): number {
  return clock.pace === "running" ? Math.max(0, clock.elapsedMs + nowMs - clock.atMs) : clock.elapsedMs;
}

/** Stops or lets run the estimate at `nowMs`. */
export function changePace(
  clock: RecordingClock,
  pace: RecordingClock["pace"],
  nowMs: number,
): RecordingClock {
  return { elapsedMs: elapsedAt(clock, nowMs), atMs: nowMs, pace };
}

/** Pulls the estimate into the range that the reading allows; inside the range it does not move. */
export function correctElapsed(
  clock: RecordingClock | undefined,
  reading: ElapsedReading,
  pace: RecordingClock["pace"],
): RecordingClock {
  const atMs = (reading.sentMs + reading.receivedMs) / 2;
  const latencyMs = pace === "running" ? (reading.receivedMs - reading.sentMs) / 2 : 0;
  const lowMs = reading.timeSeconds * 1000 - latencyMs;
  const highMs = reading.timeSeconds * 1000 + 1000 + latencyMs;
  const guessMs = clock === undefined ? reading.timeSeconds * 1000 + 500 : elapsedAt(clock, atMs);
  return { elapsedMs: Math.max(0, Math.min(highMs, Math.max(lowMs, guessMs))), atMs, pace };
}
