import { type Bounds, type Estimate, guessWithin, intersect } from "../base/estimate.ts";
import type { RecordingId } from "../base/identifiers.ts";

/** What the server said about the room's recording when it was asked after the press. */
export interface PlaceReading {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly hasRecording: boolean;
  readonly recording: { readonly id: RecordingId; readonly timeSeconds: number } | undefined;
}

export interface PlaceEvidence {
  readonly pressedAtMs: number;
  /** The recording that ran at the press as far as was known then, and how far it had run. */
  readonly believed: { readonly recording: RecordingId; readonly elapsed: Estimate | undefined } | undefined;
  /** The recording's end was asked for from here: it was still running at this moment. */
  readonly ranUntilMs: number | undefined;
  readonly reading: PlaceReading;
  /** How far the recording had run at the press, by all that is known now; absent where the reading shows another one. */
  readonly now: Estimate | undefined;
  /** The server itself began this recording a moment ago at our request: its own readings may trail behind that. */
  readonly mayTrail: boolean;
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
  /** It ended unseen: only its length tells whether it still ran at the press. */
  | { readonly kind: "ask-length"; readonly recording: RecordingId; readonly elapsed: Estimate | undefined }
  /** The server has not said enough yet. */
  | { readonly kind: "ask-again" }
  | { readonly kind: "nothing-ran" }
  | { readonly kind: "unplaceable"; readonly candidates: readonly Candidate[] };

/** A place where the mark may belong, as far as anybody knows. */
export interface Candidate {
  readonly recording: RecordingId;
  readonly timeSeconds: number | undefined;
}

/** A mark is delivered when its moment is known to half of this; the promise is a second or so. */
export const MOST_UNSURE_MS = 3000;
/** An answer that took longer says too little about its moment: it is asked again. */
const PROMPT_MS = 1000;

/**
 * Where a mark belongs: pure. A recording that ran before the press and that the server shows when it is asked after the
 * press ran at the press. How far it had run is what was known then, narrowed by what the server says now.
 */
export function placeMark(evidence: PlaceEvidence): Placement {
  const { believed, reading, isOld, ranUntilMs, pressedAtMs } = evidence;
  const shown = isOld ? undefined : reading.recording;
  if (believed === undefined) return placeByReading(evidence, shown);
  if (ranUntilMs !== undefined && ranUntilMs >= pressedAtMs)
    return placeAt(believed.recording, believed.elapsed);
  if (shown?.id === believed.recording) return placeRunning(evidence, shown);
  if (reading.hasRecording && reading.recording === undefined) return { kind: "ask-again" };
  if (evidence.mayTrail && shown === undefined)
    return believed.elapsed === undefined
      ? { kind: "ask-again" }
      : placeAt(believed.recording, believed.elapsed);
  const next = placeByReading(evidence, shown);
  if (next.kind === "placed") return next;
  return { kind: "ask-length", ...believed };
}

/** A recording that nobody knew of at the press: it counts when it certainly ran then. */
function placeByReading(evidence: PlaceEvidence, shown: PlaceReading["recording"]): Placement {
  const { reading } = evidence;
  if (shown === undefined)
    return reading.hasRecording && !evidence.isOld ? { kind: "ask-again" } : { kind: "nothing-ran" };
  const then = atPress(evidence, shown.timeSeconds);
  if (then.lowMs < 0) return { kind: "unplaceable", candidates: [candidate(shown.id, then)] };
  return placeAt(shown.id, then);
}

function placeRunning(evidence: PlaceEvidence, shown: NonNullable<PlaceReading["recording"]>): Placement {
  const { reading, believed } = evidence;
  const known = believed?.elapsed;
  const now = evidence.now ?? positive(atPress(evidence, shown.timeSeconds));
  const both = known === undefined ? undefined : intersect(known, now);
  // Where they contradict each other the estimate was wrong: the server is right, if it says so soon enough.
  const placed = placeAt(shown.id, both === undefined ? now : guessWithin(both, now.guessMs));
  const isSlow = reading.receivedMs - reading.sentMs > PROMPT_MS;
  return placed.kind === "unplaceable" && isSlow ? { kind: "ask-again" } : placed;
}

/** How far the recording had run at the press, by a reading that came later: it ran on between them, or was paused. */
function atPress(
  { pressedAtMs, reading: { sentMs, receivedMs } }: PlaceEvidence,
  timeSeconds: number,
): Estimate {
  const readMs = timeSeconds * 1000;
  const bounds = { lowMs: readMs - (receivedMs - pressedAtMs), highMs: readMs + 1000 };
  return guessWithin(bounds, readMs + 500 - ((sentMs + receivedMs) / 2 - pressedAtMs));
}

/** By its length the recording still ran at the press; otherwise the mark has no certain place. */
export function placeByLength(
  { recording, elapsed }: { readonly recording: RecordingId; readonly elapsed: Estimate | undefined },
  lengthSeconds: number,
): Placement {
  const ranThen = elapsed !== undefined && elapsed.highMs <= lengthSeconds * 1000 + 1000;
  return ranThen
    ? placeAt(recording, elapsed)
    : { kind: "unplaceable", candidates: [candidate(recording, elapsed)] };
}

function placeAt(recording: RecordingId, elapsed: Estimate | undefined): Placement {
  if (elapsed === undefined || elapsed.highMs - elapsed.lowMs > MOST_UNSURE_MS)
    return { kind: "unplaceable", candidates: [candidate(recording, elapsed)] };
  return { kind: "placed", recording, timeSeconds: secondsOf(elapsed), bounds: elapsed };
}

/** Whole seconds, rounded down: a time beyond the end of the recording is answered with an error. */
export function secondsOf({ guessMs }: Estimate): number {
  return Math.max(0, Math.floor(guessMs / 1000));
}

function candidate(recording: RecordingId, elapsed: Estimate | undefined): Candidate {
  return { recording, timeSeconds: elapsed === undefined ? undefined : secondsOf(elapsed) };
}

/** No recording has run for less than no time. */
function positive({ lowMs, guessMs, highMs }: Estimate): Estimate {
  return guessWithin({ lowMs: Math.max(0, lowMs), highMs: Math.max(0, highMs) }, guessMs);
}
