import { type Bounds, type Estimate, guessWithin, intersect } from "../base/estimate.ts";
import type { RecordingId } from "../base/identifiers.ts";

/** What the server said about the room's recording when it was asked after the press. */
export interface PlaceReading {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly hasRecording: boolean;
  readonly recording: { readonly id: RecordingId; readonly timeSeconds: number } | undefined;
}

type Shown = NonNullable<PlaceReading["recording"]>;

export interface PlaceEvidence {
  readonly pressedAtMs: number;
  /** The recording that ran at the press as far as was known then, and how far it had run. */
  readonly believed: { readonly recording: RecordingId; readonly elapsed: Estimate | undefined } | undefined;
  /** The stop from here that ended it, when sent and when answered. */
  readonly stopped: { readonly sentMs: number; readonly atMs: number } | undefined;
  readonly reading: PlaceReading;
  /** The first answer after the press that showed a recording: it says most about the moment of the press. */
  readonly first: PlaceReading | undefined;
  /** How far the recording had run at the press, by all that is known now; absent where the reading shows another one. */
  readonly now: Estimate | undefined;
  /** A reading asked from here on does not trail behind the press. */
  readonly conclusiveFromMs: number;
  /** It is paused as far as is known: its time proves nothing. */
  readonly isStanding: boolean;
  /** The server itself began this recording a moment ago at our request, asked at this time: its readings may trail. */
  readonly begunMs: number | undefined;
  /** The reading shows a recording that has ended: it is out of date. */
  readonly isOld: boolean;
}

export type Placement =
  | {
      readonly kind: "placed";
      readonly recording: RecordingId;
      readonly timeSeconds: number;
      /** Every second between them may be right. */
      readonly bounds: Bounds;
    }
  | AskLength
  /** The server has not said enough yet. */
  | { readonly kind: "ask-again" }
  | { readonly kind: "nothing-ran" }
  | { readonly kind: "unplaceable"; readonly candidates: readonly Candidate[] };

/** It has ended. Unseen: only its length tells whether it still ran at the press. */
interface AskLength {
  readonly kind: "ask-length";
  readonly recording: RecordingId;
  readonly elapsed: Estimate | undefined;
  /** It was stopped from here after the press, and this is when that was answered: its length tells of a pause unseen. */
  readonly stoppedMs: number | undefined;
}

/** A place where the mark may belong, as far as anybody knows. */
export interface Candidate {
  readonly recording: RecordingId;
  readonly timeSeconds: number | undefined;
}

/** An answer that took longer says too little about its moment: it is asked again. */
const PROMPT_MS = 1000;
/** The server counts whole seconds: what is closer than that is the same moment. */
const SECOND_MS = 1000;
/** A recording that began so soon after the press was meant. */
const BEGINNING_MS = 500;

/**
 * Where a mark belongs: pure. A recording that ran before the press and that ran after it, or that the server shows when it
 * is asked after the press and its trail, ran at the press. How far it had run is what was known then, narrowed by what the
 * server says now.
 */
export function placeMark(evidence: PlaceEvidence): Placement {
  const { believed, reading, isOld, stopped, pressedAtMs, begunMs } = evidence;
  const shown = isOld ? undefined : reading.recording;
  if (believed === undefined) return placeByReading(evidence, shown);
  if (stopped !== undefined && stopped.sentMs >= pressedAtMs)
    return { kind: "ask-length", ...believed, stoppedMs: stopped.atMs };
  if (shown?.id === believed.recording) return placeRunning(evidence, shown);
  if (reading.hasRecording && reading.recording === undefined) return { kind: "ask-again" };
  if (begunMs !== undefined && shown === undefined) {
    const isSoon = pressedAtMs <= begunMs + SECOND_MS;
    return isSoon && believed.elapsed !== undefined
      ? placeAt(believed.recording, believed.elapsed)
      : { kind: "ask-again" };
  }
  const next = placeByReading(evidence, shown);
  if (next.kind === "placed" || next.kind === "ask-again") return next;
  return { kind: "ask-length", ...believed, stoppedMs: undefined };
}

/** A recording that nobody knew of at the press: it counts when it certainly ran then. */
function placeByReading(evidence: PlaceEvidence, shown: Shown | undefined): Placement {
  const { reading } = evidence;
  if (shown === undefined)
    return reading.hasRecording && !evidence.isOld ? { kind: "ask-again" } : { kind: "nothing-ran" };
  const then = atPress(evidence, shown.id);
  if (then.lowMs < -BEGINNING_MS) return { kind: "unplaceable", candidates: [candidate(shown.id, then)] };
  return isProven(evidence, shown) ? placeAt(shown.id, positive(then)) : { kind: "ask-again" };
}

function placeRunning(evidence: PlaceEvidence, shown: Shown): Placement {
  const { reading, believed } = evidence;
  if (!isProven(evidence, shown)) return { kind: "ask-again" };
  const known = believed?.elapsed;
  const then = positive(atPress(evidence, shown.id));
  const now = both(evidence.now, then) ?? then;
  // Where they contradict each other the estimate was wrong: the server is right, if it says so soon enough.
  const placed = placeAt(shown.id, both(known, now) ?? now);
  const isSlow = reading.receivedMs - reading.sentMs > PROMPT_MS;
  return placed.kind === "unplaceable" && isSlow ? { kind: "ask-again" } : placed;
}

function both(one: Estimate | undefined, other: Estimate): Estimate | undefined {
  const common = one === undefined ? other : intersect(one, other);
  if (common === undefined) return undefined;
  return { ...common, guessMs: Math.min(common.highMs, Math.max(common.lowMs, other.guessMs)) };
}

/**
 * Whether the shown recording ran at the press, or less than a second before it. Within the trail the reading may show one
 * that had ended; but one that had ended has not run further than it could have until then, and goes no further.
 */
function isProven(
  { reading, first, believed, conclusiveFromMs, isStanding }: PlaceEvidence,
  { id, timeSeconds }: Shown,
): boolean {
  if (reading.sentMs >= conclusiveFromMs) return true;
  if (first?.recording?.id === id && timeSeconds > first.recording.timeSeconds) return true;
  const mostMs = believed?.recording === id ? believed.elapsed?.highMs : undefined;
  return mostMs !== undefined && !isStanding && timeSeconds * 1000 + SECOND_MS > mostMs;
}

/** How far the recording had run at the press, by the reading soonest after it: it ran on between them, or was paused. */
function atPress({ pressedAtMs, reading, first }: PlaceEvidence, id: RecordingId): Estimate {
  const { sentMs, receivedMs, recording } = first?.recording?.id === id ? first : reading;
  const readMs = (recording?.timeSeconds ?? 0) * 1000;
  const bounds = { lowMs: readMs - (receivedMs - pressedAtMs), highMs: readMs + SECOND_MS };
  return guessWithin(bounds, readMs + SECOND_MS / 2 - ((sentMs + receivedMs) / 2 - pressedAtMs));
}

/** By its length the recording still ran at the press; otherwise the mark has no certain place. */
export function placeByLength(
  { recording, elapsed }: Pick<AskLength, "recording" | "elapsed">,
  lengthSeconds: number,
): Placement {
  const ranThen = elapsed !== undefined && elapsed.highMs <= lengthSeconds * 1000 + 1000;
  return ranThen
    ? placeAt(recording, elapsed)
    : { kind: "unplaceable", candidates: [candidate(recording, elapsed)] };
}

interface StoppedPress {
  readonly pressedAtMs: number;
  /** A pause that began or ended within this time before the press may not have been seen. */
  readonly trailsMs: number;
  /** Whether a length that is not told yet, or not the last word, may be asked again. */
  readonly mayTellLater: boolean;
}

/**
 * Of a recording that ran at the press and was stopped from here soon after it: its length, less the time between them at
 * most, is how far it had run. A length that says otherwise than what was seen may not be its last yet (unverified); in the
 * end it tells of a pause that nobody saw. What no such pause explains tells nothing.
 */
export function placeStopped(
  { recording, elapsed, stoppedMs = Infinity }: AskLength,
  { pressedAtMs, trailsMs, mayTellLater }: StoppedPress,
  lengthSeconds: number | undefined,
): Placement {
  if (elapsed === undefined) return placeAt(recording, elapsed);
  const { lowMs, guessMs, highMs } = elapsed;
  const lengthMs = (lengthSeconds ?? Infinity) * SECOND_MS;
  const byLength = { lowMs: lengthMs - (stoppedMs - pressedAtMs), highMs: lengthMs + SECOND_MS };
  const expected = intersect(elapsed, byLength);
  if (expected === undefined && mayTellLater) return { kind: "ask-again" };
  const paused = { lowMs: Math.max(0, lowMs - trailsMs), highMs: highMs + trailsMs };
  const bounds = expected ?? (lengthMs > 0 ? intersect(paused, byLength) : undefined) ?? elapsed;
  return placeAt(recording, guessWithin(bounds, guessMs));
}

function placeAt(recording: RecordingId, elapsed: Estimate | undefined): Placement {
  const timeSeconds = elapsed && certainSecond(elapsed);
  return timeSeconds === undefined || elapsed === undefined
    ? { kind: "unplaceable", candidates: [candidate(recording, elapsed)] }
    : { kind: "placed", recording, timeSeconds, bounds: elapsed };
}

/** The whole second, one more or less; nothing where the bounds allow more. */
export function certainSecond(elapsed: Estimate): number | undefined {
  const [least, most] = certainSeconds(elapsed);
  return least > most ? undefined : Math.min(most, Math.max(least, secondsOf(elapsed)));
}

/** Every second from one to the other is at most one from whatever the bounds allow. */
export function certainSeconds({ lowMs, highMs }: Bounds): readonly [least: number, most: number] {
  const first = Math.floor(lowMs / SECOND_MS);
  const last = Math.max(first, Math.ceil(highMs / SECOND_MS) - 1);
  return [Math.max(0, last - 1), first + 1];
}

/** Whole seconds, rounded down: a time beyond the end of the recording is answered with an error. */
function secondsOf({ guessMs }: Estimate): number {
  return Math.max(0, Math.floor(guessMs / SECOND_MS));
}

function candidate(recording: RecordingId, elapsed: Estimate | undefined): Candidate {
  return { recording, timeSeconds: elapsed === undefined ? undefined : secondsOf(elapsed) };
}

/** No recording has run for less than no time. */
function positive({ lowMs, guessMs, highMs }: Estimate): Estimate {
  return guessWithin({ lowMs: Math.max(0, lowMs), highMs: Math.max(0, highMs) }, guessMs);
}
