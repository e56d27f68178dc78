import { assertNever } from "../base/result.ts";
import type { RoomStatus } from "../valt/answers.ts";
import { changePace, correctElapsed } from "./recording-clock.ts";
import {
  fulfils,
  type Knowledge,
  type Pending,
  type Recording,
  type RoomEvent,
  type RoomState,
  type RoomTiming,
} from "./room-state.ts";

/** The next state of a room: pure. `seen` is the only event that makes a status true. */
export function reduceRoom(state: RoomState, event: RoomEvent, timing: RoomTiming): RoomState {
  switch (event.kind) {
    case "seen":
      return see(state, event);
    case "not-seen":
      return missLook(state, event);
    case "timed":
      return time(state, event);
    case "command-sent":
      return { ...state, trouble: undefined, pending: begin(event) };
    case "command-accepted":
      return changePending(state, { phase: "accepted", sinceMs: event.atMs });
    case "command-unheard": {
      const { atMs: sinceMs, ifNot, conclusiveFromMs } = event;
      return changePending(state, { phase: "unheard", sinceMs, ifNot, conclusiveFromMs });
    }
    case "command-ended":
      return { ...state, pending: undefined, trouble: troubleOf(event.trouble, event.atMs) };
    case "troubled":
      return { ...state, trouble: { text: event.text, atMs: event.atMs } };
    case "marks-troubled":
      return { ...state, trouble: { text: event.text, atMs: event.atMs, concerns: "marks" } };
    case "leapt":
      return doubt(state, event.why);
    case "alarmed":
      return event.text === state.alarm ? state : { ...state, alarm: event.text };
    case "marks-waiting":
      return event.count === state.marksWaiting ? state : { ...state, marksWaiting: event.count };
    case "time-passed":
      return age(state, event.atMs, timing);
    default:
      return assertNever(event);
  }
}

/** The next moment at which time alone changes the state. */
export function nextChangeMs(state: RoomState, timing: RoomTiming): number {
  const { knowledge, trouble } = state;
  const staleMs = knowledge.kind === "live" ? knowledge.seenAtMs + timing.freshMs : Infinity;
  const overMs = trouble === undefined ? Infinity : trouble.atMs + timing.troubleMs;
  return Math.min(staleMs, overMs, pendingEndMs(state, timing));
}

type Seen = Extract<RoomEvent, { kind: "seen" }>;

function see(state: RoomState, event: Seen): RoomState {
  if (state.knowledge.kind === "live" && event.sentMs < state.knowledge.seenAtMs) return state;
  const knowledge: Knowledge = { kind: "live", status: event.status, seenAtMs: event.sentMs };
  return { ...state, knowledge, recording: recordingAfter(state, event), ...settle(state, event) };
}

/** A look settles a command only when it was asked after the command's answer (or its loss). */
function settle(state: RoomState, event: Seen): Pick<RoomState, "pending" | "trouble"> {
  const { pending, trouble } = state;
  if (pending === undefined || pending.phase === "sent" || event.sentMs < pending.sinceMs) {
    return { pending, trouble };
  }
  if (fulfils(event.status, pending.command)) return { pending: undefined, trouble };
  if (event.sentMs < pending.conclusiveFromMs) return { pending, trouble };
  return { pending: undefined, trouble: { text: pending.ifNot, atMs: event.receivedMs } };
}

function recordingAfter(state: RoomState, event: Seen): Recording | undefined {
  if (!isRunning(event.status)) return undefined;
  const known = state.recording;
  if (event.recordingId === undefined) {
    // The server hides the id from accounts without access: what is known goes on only if nothing was missed.
    const { knowledge } = state;
    return knowledge.kind === "live" && isRunning(knowledge.status) ? known : undefined;
  }
  if (known === undefined || known.id !== event.recordingId) {
    return { id: event.recordingId, clock: undefined, advance: "going", reading: undefined };
  }
  const pace = paceOf(event.status);
  if (known.clock === undefined || known.clock.pace === pace) return known;
  return {
    ...known,
    clock: changePace(known.clock, pace, event.receivedMs),
    advance: "going",
    reading: undefined,
  };
}

function isRunning(status: RoomStatus): boolean {
  return status === "recording" || status === "paused";
}

function time(state: RoomState, event: Extract<RoomEvent, { kind: "timed" }>): RoomState {
  const known = state.recording;
  if (known === undefined || known.id !== event.recordingId || state.knowledge.kind !== "live") return state;
  const pace = paceOf(state.knowledge.status);
  const clock = correctElapsed(known.clock, event, pace);
  const reading = { timeSeconds: event.timeSeconds, atMs: event.receivedMs };
  const advance = pace === "running" ? advanceOf(known, reading) : "going";
  return { ...state, recording: { ...known, clock, advance, reading } };
}

const SHORTEST_PROOF_MS = 10_000;

/** Two readings of a running recording that are apart in time and hardly in the recording's: it stands still. */
function advanceOf(known: Recording, now: NonNullable<Recording["reading"]>): Recording["advance"] {
  const before = known.reading;
  if (before === undefined || now.atMs - before.atMs < SHORTEST_PROOF_MS) return known.advance;
  const ranMs = (now.timeSeconds - before.timeSeconds) * 1000;
  return ranMs < (now.atMs - before.atMs) / 2 ? "stalled" : "going";
}

function paceOf(status: RoomStatus): "running" | "standing" {
  return status === "paused" ? "standing" : "running";
}

/** A failed look alone takes nothing back; only age does. A room that does not exist is stale at once. */
function missLook(state: RoomState, event: Extract<RoomEvent, { kind: "not-seen" }>): RoomState {
  const why = event.failure.message;
  const { knowledge } = state;
  if (knowledge.kind === "live" && event.failure.kind !== "not-found") return state;
  if (knowledge.kind === "never-seen") return { ...state, knowledge: { kind: "never-seen", why } };
  const lastStatus = knowledge.kind === "live" ? knowledge.status : knowledge.lastStatus;
  return { ...state, knowledge: { kind: "stale", lastStatus, seenAtMs: knowledge.seenAtMs, why } };
}

/** The recording may still be the same, but how far it has run must be asked anew. */
function doubt(state: RoomState, why: string): RoomState {
  const { knowledge, recording } = state;
  const unclocked: Recording | undefined = recording && {
    ...recording,
    clock: undefined,
    advance: "going",
    reading: undefined,
  };
  if (knowledge.kind !== "live") return { ...state, recording: unclocked };
  const { status: lastStatus, seenAtMs } = knowledge;
  return { ...state, recording: unclocked, knowledge: { kind: "stale", lastStatus, seenAtMs, why } };
}

function begin(event: Extract<RoomEvent, { kind: "command-sent" }>): Pending {
  const { command, correlation, atMs } = event;
  return {
    command,
    phase: "sent",
    sinceMs: atMs,
    correlation,
    conclusiveFromMs: Infinity,
    ifNot: `${command} not confirmed`,
  };
}

function changePending(state: RoomState, change: Partial<Pending>): RoomState {
  return state.pending === undefined ? state : { ...state, pending: { ...state.pending, ...change } };
}

function age(state: RoomState, nowMs: number, timing: RoomTiming): RoomState {
  let next = state;
  const { knowledge, trouble, pending } = state;
  if (trouble !== undefined && nowMs >= trouble.atMs + timing.troubleMs) {
    next = { ...next, trouble: undefined };
  }
  if (pending !== undefined && nowMs >= pendingEndMs(state, timing)) {
    next = { ...next, pending: undefined, trouble: { text: pending.ifNot, atMs: nowMs } };
  }
  if (knowledge.kind === "live" && nowMs >= knowledge.seenAtMs + timing.freshMs) {
    const stale = {
      kind: "stale",
      lastStatus: knowledge.status,
      seenAtMs: knowledge.seenAtMs,
      why: "no answer",
    } as const;
    next = { ...next, knowledge: stale };
  }
  return next;
}

function pendingEndMs(state: RoomState, timing: RoomTiming): number {
  if (state.pending === undefined || state.pending.phase === "sent") return Infinity;
  return state.pending.sinceMs + (state.pending.phase === "accepted" ? timing.confirmMs : timing.lookForMs);
}

function troubleOf(text: string | undefined, atMs: number): RoomState["trouble"] {
  return text === undefined ? undefined : { text, atMs };
}
