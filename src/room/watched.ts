import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import { isRunning } from "../base/running.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Urgency } from "./pace.ts";
import { knownStatus, type RoomState } from "./room-state.ts";

/** A room that is looked at, and what is known of the looks at it. */
export interface Watched {
  readonly name: RoomName;
  readonly id: ValtRoomId;
  /** Share of an interval that keeps rooms apart in the round, above 0 and up to 1. */
  readonly phase: number;
  urgency: Urgency;
  /** From when the interval to the next look counts. */
  turnMs: number;
  looking: "no" | "yes" | "and-again";
  looks: number;
  /** Failed looks in a row; one without any answer counts as many. */
  failures: number;
  /** What the list of all rooms says, as long as it does so often enough to vouch for rooms. */
  listed: "recording" | "no-recording" | undefined;
  /** The list says something else than the last look. */
  isDoubted: boolean;
  /** Looks in a row that did not settle such a difference. */
  vainDoubts: number;
  timedAtMs: number;
  looksSinceTimed: number;
}

const GOLDEN_RATIO = 0.618_034;

/** Its first turn is at once. */
export function createWatched(name: RoomName, id: ValtRoomId, index: number): Watched {
  return {
    name,
    id,
    phase: 1 - ((index * GOLDEN_RATIO) % 1),
    urgency: "unlisted",
    turnMs: -Infinity,
    looking: "no",
    looks: 0,
    failures: 0,
    listed: undefined,
    isDoubted: false,
    vainDoubts: 0,
    timedAtMs: -Infinity,
    looksSinceTimed: 0,
  };
}

export function beginLook(room: Watched): void {
  room.looking = "yes";
  room.looks++;
  room.looksSinceTimed++;
  room.isDoubted = false;
}

/** Rooms that fail so often in a row wait behind the others, and one at a time. */
const FAILING_FROM = 2;

/** A look that hangs holds a place that others need. */
export function countFailure(room: Watched, failure: ValtFailure): void {
  room.failures += failure.kind === "timed-out" ? FAILING_FROM : 1;
}

/** No list knows better than the room's own look, be it a failure. */
function isVouchedFor({ listed, isDoubted, failures }: Watched): boolean {
  return listed === "no-recording" && !isDoubted && failures === 0;
}

/** What its urgency will be once it has been looked at, and the list tells all that may be hoped for. */
export function expectedUrgency({ urgency, listed }: Watched, list: "hopeful" | "hopeless"): Urgency {
  if (urgency !== "unlisted" && urgency !== "doubted") return urgency;
  if (listed === "recording") return "running";
  return listed === "no-recording" || list === "hopeful" ? "listed" : urgency;
}

export function urgencyOf(room: Watched, state: RoomState, isShown: boolean): Urgency {
  const { pending, alarm } = state;
  const status = knownStatus(state);
  const isIdle = status !== undefined && !isRunning(status);
  if (pending !== undefined && pending.phase !== "sent") return "hurried";
  if (room.failures >= FAILING_FROM) return "failing";
  if (pending !== undefined || alarm !== undefined) return "shown";
  if (isIdle && isVouchedFor(room)) return isShown ? "shown-listed" : "listed";
  if (isShown) return "shown";
  if (room.isDoubted) return "doubted";
  return isRunning(status) ? "running" : "unlisted";
}

/** Where intervals are longer, the budget keeps rooms apart. */
const MOST_SPREAD_MS = 2000;
const IN_TIME_MS = 250;

/**
 * A room keeps its moment in the round, also after a look out of turn. One that had to wait for others does not: they would
 * come together again and again.
 */
export function nextTurnMs(
  room: Watched,
  {
    urgency,
    lookedMs,
    intervalMs,
  }: { readonly urgency: Urgency; readonly lookedMs: number; readonly intervalMs: number },
): number {
  if (urgency === "hurried") return lookedMs;
  if (room.looks === 1) return lookedMs - (1 - room.phase) * Math.min(intervalMs, MOST_SPREAD_MS);
  const dueMs = room.turnMs + intervalMs;
  if (dueMs > lookedMs) return room.turnMs;
  return dueMs + IN_TIME_MS >= lookedMs ? dueMs : lookedMs;
}
