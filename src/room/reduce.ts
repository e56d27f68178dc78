import { assertNever } from "../base/result.ts";
import { isRunning } from "../base/running.ts";
import type { RoomStatus } from "../valt/answers.ts";
import { effects, endedAfter } from "./effects.ts";
import { correctElapsed, seePace } from "./recording-clock.ts";
import {
  type Answered,
  fulfils,
  type Knowledge,
  type Pending,
  type Recording,
  type RoomEvent,
  type RoomState,
  type RoomTiming,
} from "./room-state.ts";

/** The next state of a room: pure. Only what the server said makes a status true. */
export function reduceRoom(state: RoomState, event: RoomEvent, timing: RoomTiming): RoomState {
  switch (event.kind) {
    case "seen":
      return see(state, event);
    case "still-idle":
      return renewIdle(state, event.sentMs);
    case "not-seen":
      return missLook(state, event);
    case "timed":
      return time(state, event);
    case "command-sent":
      return { ...state, trouble: undefined, pending: begin(state, event, timing) };
    case "command-accepted":
      return accept(state, event, timing);
    case "recalled":
      return recall(state, event, timing);
    case "command-refused":
      return changePending(state, {
        phase: "refused",
        sinceMs: event.atMs,
        conclusiveFromMs: event.atMs,
        ifNot: event.ifNot,
        brief: event.brief,
      });
    case "command-unheard":
      return loseAnswer(state, event, timing);
    case "command-ended":
      return { ...state, pending: undefined, trouble: troubleOf(event) };
    case "troubled":
      return { ...state, trouble: { text: event.text, brief: event.brief, atMs: event.atMs } };
    case "marks-troubled":
      return {
        ...state,
        trouble: { text: event.text, brief: event.brief, atMs: event.atMs, concerns: "marks" },
      };
    case "leapt":
      return doubt(state, event.why);
    case "alarmed":
      return event.text === state.alarm ? state : { ...state, alarm: event.text, alarmBrief: event.brief };
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

// Looks.

type Seen = Extract<RoomEvent, { kind: "seen" }>;

function see(state: RoomState, event: Seen): RoomState {
  if (state.knowledge.kind === "live" && event.sentMs < state.knowledge.seenAtMs) return state;
  if (!isCounted(state, event)) return state;
  const knowledge: Knowledge = { kind: "live", status: event.status, seenAtMs: event.sentMs };
  const recording = recordingAfter(state, event);
  const ended = endedAfter(state, recording?.id);
  return { ...state, knowledge, recording, ended, ...settle(state, event) };
}

/**
 * The server's status may trail its own answers, and a request whose answer was lost may still be acted upon: until
 * either is over, a look that does not show the effect says nothing about the room as it is now.
 */
function isCounted(state: RoomState, event: Seen): boolean {
  const { answered, pending } = state;
  const isTrailing = answered !== undefined && event.sentMs < answered.trailsUntilMs;
  const mayBeOfOld = isTrailing && !showsLaterRecording(state, event);
  const isOfOld = mayBeOfOld && !showsEffect(answered, event);
  if (pending?.phase !== "unheard" || event.sentMs >= pending.conclusiveFromMs) return !isOfOld;
  return event.sentMs >= pending.countsFromMs && fulfils(event.status, pending.command) && !mayBeOfOld;
}

/** An own start that no look has shown yet may be older or newer than another recording that one shows. */
function showsLaterRecording(state: RoomState, event: Seen): boolean {
  return state.answered?.command !== "start" && showsNewRecording(state, event);
}

/** Somebody has begun another recording since the last command; where that one's own is not known, nobody can tell. */
function showsNewRecording({ answered, ended }: RoomState, { recordingId }: Seen): boolean {
  if (recordingId === undefined || answered?.recording === undefined) return false;
  return recordingId !== answered.recording && ended.every(({ id }) => id !== recordingId);
}

function showsEffect({ command, recording }: Answered, { status, recordingId }: Seen): boolean {
  const areKnown = recordingId !== undefined && recording !== undefined;
  if (areKnown && recordingId !== recording) return false;
  // Paused meanwhile, it has been started all the same.
  return (areKnown && command === "start") || fulfils(status, command);
}

/** A look settles a command only when it was asked after the command's answer, refusal or loss. */
function settle(state: RoomState, event: Seen): Pick<RoomState, "pending" | "trouble" | "answered"> {
  const { pending, trouble, answered } = state;
  if (pending === undefined || pending.phase === "sent" || event.sentMs < pending.sinceMs) {
    return { pending, trouble, answered };
  }
  if (!works(state, pending, event))
    return { pending: undefined, trouble: troubleAfter(pending, event.receivedMs), answered };
  // A status that has caught up does not go back.
  const caughtUp = answered && { ...answered, trailsUntilMs: event.sentMs };
  return { pending: undefined, trouble, answered: pending.phase === "accepted" ? caughtUp : answered };
}

function works(state: RoomState, { phase, command }: Pending, event: Seen): boolean {
  const { answered } = state;
  if (phase !== "accepted" || answered === undefined) return fulfils(event.status, command);
  return showsEffect(answered, event) || showsNewRecording(state, event);
}

function recordingAfter(state: RoomState, event: Seen): Recording | undefined {
  if (!isRunning(event.status)) return undefined;
  const known = state.recording;
  if (event.recordingId === undefined) {
    // The server hides the id from accounts without access: what is known goes on only if nothing was missed.
    return wasRunning(state, event) ? seen(known, event) : undefined;
  }
  if (known === undefined || known.id !== event.recordingId) {
    // Asked before a press and answered after it, a look may show what began between them.
    const { recordingId: id, receivedMs: knownSinceMs } = event;
    return { id, knownSinceMs, clock: undefined, advance: "going", reading: undefined };
  }
  return seen(known, event);
}

function wasRunning({ knowledge, answered }: RoomState, { sentMs }: Seen): boolean {
  const isStartedHere = answered?.command === "start" && sentMs < answered.trailsUntilMs;
  return isStartedHere || (knowledge.kind === "live" && isRunning(knowledge.status));
}

function seen(known: Recording | undefined, event: Seen): Recording | undefined {
  if (known?.clock === undefined) return known;
  const pace = paceOf(event.status);
  const clock = seePace(known.clock, pace, event);
  return known.clock.pace === pace
    ? { ...known, clock }
    : { ...known, clock, advance: "going", reading: undefined };
}

function renewIdle(state: RoomState, sentMs: number): RoomState {
  const { knowledge, pending, answered } = state;
  if (knowledge.kind !== "live" || isRunning(knowledge.status) || sentMs <= knowledge.seenAtMs) return state;
  const mayTrail = answered?.command === "start" && sentMs < answered.trailsUntilMs;
  if (pending !== undefined || mayTrail) return state;
  return { ...state, knowledge: { ...knowledge, seenAtMs: sentMs } };
}

type Missed = Extract<RoomEvent, { kind: "not-seen" }>;

/**
 * A look that got no answer takes nothing back; only age does. An answer that cannot be understood, or that says that
 * there is no such room, makes the room unknown at once.
 */
function missLook(state: RoomState, event: Missed): RoomState {
  const { kind, message: why } = event.failure;
  const isMissing = kind === "not-found";
  const next = settleByMiss(state, event);
  const { knowledge } = next;
  if (knowledge.kind === "live" && !isMissing && kind !== "malformed-answer") return next;
  if (knowledge.kind === "never-seen") return { ...next, knowledge: { kind: "never-seen", why, isMissing } };
  return { ...next, knowledge: { ...stale(knowledge, why), isMissing } };
}

/** The server refused and cannot be asked why: the refusal stands, and the room is unknown. */
function settleByMiss(state: RoomState, event: Missed): RoomState {
  const { pending } = state;
  const isOver = pending?.phase === "refused" && event.sentMs >= pending.sinceMs;
  return isOver ? giveUp(state, pending, event.atMs) : state;
}

function stale(
  knowledge: Exclude<Knowledge, { kind: "never-seen" }>,
  why: string,
): Extract<Knowledge, { kind: "stale" }> {
  const lastStatus = knowledge.kind === "live" ? knowledge.status : knowledge.lastStatus;
  const isMissing = knowledge.kind === "stale" && knowledge.isMissing;
  return { kind: "stale", lastStatus, seenAtMs: knowledge.seenAtMs, why, isMissing };
}

// Times.

function time(state: RoomState, event: Extract<RoomEvent, { kind: "timed" }>): RoomState {
  const known = state.recording;
  if (known === undefined || known.id !== event.recordingId) return state;
  const pace =
    known.clock?.pace ?? (state.knowledge.kind === "live" ? paceOf(state.knowledge.status) : undefined);
  if (pace === undefined) return state;
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
  return { ...state, recording: unclocked, knowledge: stale(knowledge, why) };
}

// Commands.

function begin(
  { knowledge }: RoomState,
  event: Extract<RoomEvent, { kind: "command-sent" }>,
  { statusTrailsMs }: RoomTiming,
): Pending {
  const { command, correlation, atMs } = event;
  const wasOtherwise = knowledge.kind === "live" && !fulfils(knowledge.status, command);
  return {
    command,
    phase: "sent",
    sinceMs: atMs,
    correlation,
    conclusiveFromMs: Infinity,
    countsFromMs: wasOtherwise ? atMs : atMs + statusTrailsMs,
    ifNot: `${command} not confirmed`,
  };
}

/** The server's own answer: from now on its recording is the room's, whatever an older look says. */
function accept(
  state: RoomState,
  event: Extract<RoomEvent, { kind: "command-accepted" }>,
  { statusTrailsMs }: RoomTiming,
): RoomState {
  const { pending } = state;
  if (pending === undefined) return state;
  const { command } = pending;
  const { sentMs, atMs } = event;
  const trailsUntilMs = atMs + statusTrailsMs;
  const recording = event.recordingId ?? (command === "start" ? undefined : state.recording?.id);
  return {
    ...state,
    ...effects[command](state, event),
    pending: { ...pending, phase: "accepted", sinceMs: atMs, conclusiveFromMs: trailsUntilMs },
    answered: { command, sentMs, atMs, trailsUntilMs, recording },
  };
}

/** Only as long as nothing is known of the room. */
function recall(
  state: RoomState,
  event: Extract<RoomEvent, { kind: "recalled" }>,
  { statusTrailsMs }: RoomTiming,
): RoomState {
  if (state.knowledge.kind !== "never-seen" || state.answered !== undefined) return state;
  const { command, recordingId: recording, sentMs, atMs } = event;
  const trailsUntilMs = atMs + statusTrailsMs;
  return {
    ...state,
    ...effects[command](state, { ...event, pressedAtMs: sentMs }),
    answered: { command, sentMs, atMs, trailsUntilMs, recording },
  };
}

/** Nobody knows what the room does now. */
function loseAnswer(
  state: RoomState,
  event: Extract<RoomEvent, { kind: "command-unheard" }>,
  { statusTrailsMs }: RoomTiming,
): RoomState {
  const { knowledge, pending } = state;
  if (pending === undefined) return state;
  const { atMs: sinceMs, ifNot, brief, actsUntilMs } = event;
  const conclusiveFromMs = actsUntilMs + statusTrailsMs;
  return {
    ...state,
    knowledge:
      knowledge.kind === "never-seen"
        ? knowledge
        : stale(knowledge, `the answer to ${pending.command} was lost`),
    pending: {
      ...pending,
      phase: "unheard",
      sinceMs,
      ifNot,
      brief,
      conclusiveFromMs,
      countsFromMs: Math.max(sinceMs, pending.countsFromMs),
    },
  };
}

function changePending(state: RoomState, change: Partial<Pending>): RoomState {
  return state.pending === undefined ? state : { ...state, pending: { ...state.pending, ...change } };
}

// Time alone.

function age(state: RoomState, nowMs: number, timing: RoomTiming): RoomState {
  let next = state;
  const { knowledge, trouble, pending } = state;
  if (trouble !== undefined && nowMs >= trouble.atMs + timing.troubleMs) {
    next = { ...next, trouble: undefined };
  }
  if (pending !== undefined && nowMs >= pendingEndMs(state, timing)) {
    next = giveUp(next, pending, nowMs);
  }
  if (
    next.knowledge.kind === "live" &&
    knowledge.kind === "live" &&
    nowMs >= knowledge.seenAtMs + timing.freshMs
  ) {
    next = { ...next, knowledge: stale(knowledge, "no answer") };
  }
  return next;
}

/** No look has settled it: what was seen before the command says nothing about the room after it. */
function giveUp(state: RoomState, pending: Pending, nowMs: number): RoomState {
  const { ifNot, sinceMs } = pending;
  const { knowledge } = state;
  const isOld = knowledge.kind === "live" && knowledge.seenAtMs < sinceMs;
  return {
    ...state,
    knowledge: isOld ? stale(knowledge, ifNot) : knowledge,
    pending: undefined,
    trouble: troubleAfter(pending, nowMs),
  };
}

function pendingEndMs({ pending }: RoomState, { lookWithinMs }: RoomTiming): number {
  return pending === undefined ? Infinity : pending.conclusiveFromMs + lookWithinMs;
}

function troubleOf({
  trouble,
  brief,
  atMs,
}: Extract<RoomEvent, { kind: "command-ended" }>): RoomState["trouble"] {
  return trouble === undefined ? undefined : { text: trouble, brief, atMs };
}

function troubleAfter({ ifNot, brief }: Pending, atMs: number): RoomState["trouble"] {
  return { text: ifNot, brief, atMs };
}
