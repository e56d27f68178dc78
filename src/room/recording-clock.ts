import { type Bounds, type Estimate, guessWithin, intersect } from "../base/estimate.ts";

/**
 * How far a recording has run, without asking every second: two bounds that the monotonic clock carries on and that each
 * reading of the server narrows. While the room is paused they stand still.
 */
export interface RecordingClock extends Bounds {
  /** Monotonic time at which the bounds held. */
  readonly atMs: number;
  readonly pace: "running" | "standing";
  /** Monotonic: the server was last seen to say this pace when it was asked then. Since then it may have changed unseen. */
  readonly provenMs: number;
}

interface ElapsedReading {
  /** Whole seconds, rounded down, as `rooms/info/{r}` gives them. */
  readonly timeSeconds: number;
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** When a look was asked and when its answer came. */
interface LookTimes {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** The best guess, if nothing has changed unseen. */
export function elapsedAt(clock: RecordingClock, nowMs: number): number {
  const middleMs = (clock.lowMs + clock.highMs) / 2;
  return clock.pace === "running" ? Math.max(0, middleMs + nowMs - clock.atMs) : middleMs;
}

/** The same with what is certain about it. */
export function estimateAt(clock: RecordingClock, atMs: number): Estimate {
  return guessWithin(elapsedBoundsAt(clock, atMs), elapsedAt(clock, atMs));
}

/** What is certain about the moment `atMs`, also if a pause has begun or ended since the last look. */
function elapsedBoundsAt(clock: RecordingClock, atMs: number): Bounds {
  const { lowMs, highMs, pace, provenMs } = clock;
  const sinceMs = atMs - clock.atMs;
  if (sinceMs < 0) return { lowMs: Math.max(0, lowMs + sinceMs), highMs };
  if (pace === "standing")
    return { lowMs, highMs: highMs + Math.max(0, atMs - Math.max(clock.atMs, provenMs)) };
  const ranMs = Math.max(0, Math.min(atMs, provenMs) - clock.atMs);
  return { lowMs: lowMs + ranMs, highMs: highMs + sinceMs };
}

/** A look shows the pace. A change happened at some moment between the last look and this one. */
export function seePace(
  clock: RecordingClock,
  pace: RecordingClock["pace"],
  { sentMs, receivedMs }: LookTimes,
): RecordingClock {
  if (clock.pace === pace) return { ...clock, provenMs: Math.max(clock.provenMs, sentMs) };
  return { ...elapsedBoundsAt(clock, receivedMs), atMs: receivedMs, pace, provenMs: sentMs };
}

/** A recording that was started by a command sent and answered at these times. */
export function beginClock({ sentMs, receivedMs }: LookTimes): RecordingClock {
  return { lowMs: 0, highMs: receivedMs - sentMs, atMs: receivedMs, pace: "running", provenMs: receivedMs };
}

/** Where the bounds and a reading miss each other by less, clocks have drifted; by more, a pause went unseen. */
const DRIFT_MS = 500;

/** Narrows the bounds to what the reading allows. */
export function correctElapsed(
  clock: RecordingClock | undefined,
  reading: ElapsedReading,
  pace: RecordingClock["pace"],
): RecordingClock {
  const atMs = (reading.sentMs + reading.receivedMs) / 2;
  const read = rangeOf(reading, pace);
  const provenMs = clock?.pace === pace ? clock.provenMs : reading.sentMs;
  if (clock === undefined) return { ...read, atMs, pace, provenMs };
  const ranMs = clock.pace === "running" ? atMs - clock.atMs : 0;
  const expected = { lowMs: clock.lowMs + ranMs, highMs: clock.highMs + ranMs };
  return { ...narrow(expected, read), atMs, pace, provenMs };
}

/** What a reading says about its own moment, halfway between question and answer. */
function rangeOf(reading: ElapsedReading, pace: RecordingClock["pace"]): Bounds {
  const latencyMs = pace === "running" ? (reading.receivedMs - reading.sentMs) / 2 : 0;
  const lowMs = reading.timeSeconds * 1000;
  return { lowMs: Math.max(0, lowMs - latencyMs), highMs: lowMs + 1000 + latencyMs };
}

function narrow(expected: Bounds, read: Bounds): Bounds {
  const both = intersect(expected, read);
  if (both !== undefined) return both;
  const isBehind = expected.highMs < read.lowMs;
  const missMs = isBehind ? read.lowMs - expected.highMs : expected.lowMs - read.highMs;
  if (missMs > DRIFT_MS) return read;
  return isBehind
    ? { lowMs: read.lowMs, highMs: Math.min(read.highMs, read.lowMs + DRIFT_MS) }
    : { lowMs: Math.max(read.lowMs, read.highMs - DRIFT_MS), highMs: read.highMs };
}
