import type { Result } from "../base/result.ts";
import { fail, succeed } from "../base/result.ts";

/** The server's five words for a room. */
export type RoomStatus = "available" | "recording" | "paused" | "locked" | "prepared";

/** What a room can be told to do. */
export type RoomVerb = "start" | "stop" | "pause" | "resume" | "lock" | "unlock" | "prepare";

/** Why a room does not do it. */
export type RoomRefusal =
  | "already-recording"
  | "not-recording"
  | "room-locked"
  | "already-locked"
  | "not-locked"
  | "not-available";

/** A number in VALT 5, a UUID in VALT 6. */
export type RecordId = number | string;

/** A room from one change to the next. */
export interface RoomMoment {
  readonly status: RoomStatus;
  /** Monotonic time of the change. */
  readonly sinceMs: number;
  /** Present while recording or paused. */
  readonly recordingId: RecordId | undefined;
  /** What the recording had lasted when this moment began. */
  readonly elapsedMs: number;
  /** The user who locked the room. */
  readonly lockedBy: number | undefined;
}

interface RoomStep {
  readonly verb: RoomVerb;
  readonly atMs: number;
  readonly userId: number;
  /** Called only when a recording begins. */
  readonly beginRecording: () => RecordId;
  readonly pauses: "excluded" | "included";
}

/** The next moment; the same moment when nothing changes; or why the room refuses. Pure but for `beginRecording`. */
export function nextMoment(moment: RoomMoment, step: RoomStep): Result<RoomMoment, RoomRefusal> {
  const cell = TABLE[step.verb][moment.status];
  if (typeof cell === "object") return fail(cell.refusal);
  if (cell === moment.status) return succeed(moment);
  const continues = cell === "paused" || step.verb === "resume";
  return succeed({
    status: cell,
    sinceMs: step.atMs,
    recordingId: continues ? moment.recordingId : step.verb === "start" ? step.beginRecording() : undefined,
    elapsedMs: continues ? elapsedMsAt(moment, step.atMs, step.pauses) : 0,
    lockedBy: step.verb === "lock" ? step.userId : undefined,
  });
}

/**
 * Recorded time at `atMs`. Whether `recording.time` counts pauses is documented nowhere; playback
 * omits them and comments index into playback, so leaving them out is the inferred default.
 */
export function elapsedMsAt(moment: RoomMoment, atMs: number, pauses: "excluded" | "included"): number {
  const runs = moment.status === "recording" || (moment.status === "paused" && pauses === "included");
  return runs ? moment.elapsedMs + Math.max(0, atMs - moment.sinceMs) : moment.elapsedMs;
}

interface Refusal {
  readonly refusal: RoomRefusal;
}

const BUSY: Refusal = { refusal: "already-recording" };
const IDLE: Refusal = { refusal: "not-recording" };
const LOCKED: Refusal = { refusal: "room-locked" };
const TWICE: Refusal = { refusal: "already-locked" };
const OPEN: Refusal = { refusal: "not-locked" };
const TAKEN: Refusal = { refusal: "not-available" };

// Documented: stop, pause and resume without a recording; resume while recording changes nothing and
// succeeds; lock when locked; unlock when not locked. Inferred: every refusal of start, pause while
// paused (succeeds, by analogy with resume), lock while recording or paused (refused, as the vendor's
// client does), what becomes of `prepared` (lost by a lock). `prepare` has no REST call; the web UI has.
const TABLE: Readonly<Record<RoomVerb, Readonly<Record<RoomStatus, RoomStatus | Refusal>>>> = {
  start: { available: "recording", recording: BUSY, paused: BUSY, locked: LOCKED, prepared: "recording" },
  stop: { available: IDLE, recording: "available", paused: "available", locked: IDLE, prepared: IDLE },
  pause: { available: IDLE, recording: "paused", paused: "paused", locked: IDLE, prepared: IDLE },
  resume: { available: IDLE, recording: "recording", paused: "recording", locked: IDLE, prepared: IDLE },
  lock: { available: "locked", recording: TAKEN, paused: TAKEN, locked: TWICE, prepared: "locked" },
  unlock: { available: OPEN, recording: OPEN, paused: OPEN, locked: "available", prepared: OPEN },
  prepare: { available: "prepared", recording: BUSY, paused: BUSY, locked: LOCKED, prepared: "prepared" },
};
