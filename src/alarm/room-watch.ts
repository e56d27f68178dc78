import type { Clock } from "../base/clock.ts";
import type { RecordingId, RoomName } from "../base/identifiers.ts";
import { isRunning } from "../base/running.ts";
import type { Answered, Pending, RoomEvent, RoomState } from "../room/room-state.ts";
import type { RoomChange } from "../room/store.ts";
import type { AlarmKind } from "./alarm.ts";
import type { CommandTimes, StartedRecording, StartedRecordings } from "./started.ts";

interface RoomWatchTools {
  raise(kind: AlarmKind, text: string, room: RoomName): void;
  end(kind: AlarmKind, room: RoomName): void;
  /** Whose recordings are worth an alarm when they are not ended from here. */
  minds(): "ours" | "all" | "none";
  /** What was started from here, also by an earlier process. */
  readonly started: StartedRecordings;
  readonly era: Clock["era"];
  /** Which room of which server has this name now. */
  placeOf(room: RoomName): string;
}

/** A recording that ran when the room was last known. */
interface Running {
  readonly place: string;
  /** Absent where the account has no right to see it. */
  readonly id: RecordingId | undefined;
  readonly owner: "ours" | "others";
  /** A stop from here may have ended it unless a look that was asked later shows it running. */
  readonly stopUntilMs: number;
}

/**
 * A killed process cannot take its last request back: its kernel goes on sending for so long (see valt/README.md), and the
 * server may be slow to act and to show it.
 */
const DEAD_MS = 120_000;

/** Sees in the changes of rooms what nobody asked for. Feed it every change, in order. */
export class RoomWatch {
  readonly #tools: RoomWatchTools;
  readonly #running = new Map<RoomName, Running>();
  /** The start from here that a room's recording was put down to: it explains no later one. */
  readonly #explained = new Map<RoomName, Answered>();
  /** By place: a stop from here whose answer was lost may end whatever runs there unless a look that was asked later shows it. */
  readonly #strayUntilMs = new Map<string, number>();

  constructor(tools: RoomWatchTools) {
    this.#tools = tools;
  }

  /** What an earlier process was answered about the room last: the server's status may trail behind that. */
  recall(room: RoomName): Extract<RoomEvent, { kind: "recalled" }> | undefined {
    const started = this.newest(room);
    if (started === undefined || started.era !== this.#tools.era) return undefined;
    if (mayBeStopped(started)) this.#noteStray(room, strayUntilMs(started));
    const { recording: recordingId, state, start, stop } = started;
    if (state === "running" && start !== undefined)
      return { kind: "recalled", command: "start", recordingId, ...start };
    return state === "stopped" && stop !== undefined
      ? { kind: "recalled", command: "stop", recordingId, ...stop }
      : undefined;
  }

  see(change: RoomChange): void {
    const { room, state, previous } = change;
    this.#watchStart(room, state, previous);
    this.#watchStrays(room, state);
    this.#noteStop(change);
    const now = recordingNow(state);
    if (now === "unknown") return;
    if (now === "none") this.#seeIdle(change);
    else {
      this.#seeRunning(change, now.id);
      this.#watchTime(room, state);
    }
  }

  /** The recording that was last known to run, also to an earlier process. */
  #known(room: RoomName): Running | undefined {
    const { placeOf, era } = this.#tools;
    const place = placeOf(room);
    const running = this.#running.get(room);
    if (running !== undefined) return running.place === place ? running : undefined;
    const started = this.newest(room);
    if (started?.state !== "running" && started?.state !== "stopping") return undefined;
    const stopUntilMs = mayBeStopped(started) && started.era === era ? strayUntilMs(started) : -Infinity;
    return { place, id: started.recording, owner: "ours", stopUntilMs };
  }

  /** The newest recording of the room that was started from here, also by an earlier process. */
  newest(room: RoomName): StartedRecording | undefined {
    const { started, placeOf } = this.#tools;
    const newest = started.newest(room);
    return newest?.place === placeOf(room) ? newest : undefined;
  }

  #watchStrays(room: RoomName, { pending, answered }: RoomState): void {
    if (pending?.command === "stop" && pending.phase === "unheard")
      this.#noteStray(room, pending.conclusiveFromMs);
    // What was begun when it could arrive no more is not ended by it.
    if (answered?.command === "start" && answered.sentMs >= this.#strayMs(room))
      this.#strayUntilMs.delete(this.#tools.placeOf(room));
  }

  #noteStray(room: RoomName, untilMs: number): void {
    const place = this.#tools.placeOf(room);
    this.#strayUntilMs.set(place, Math.max(untilMs, this.#strayMs(room)));
  }

  #strayMs(room: RoomName): number {
    return this.#strayUntilMs.get(this.#tools.placeOf(room)) ?? -Infinity;
  }

  /** Somebody here asks for the end of what runs. */
  #noteStop(change: RoomChange): void {
    const { room, state, previous } = change;
    const { pending, answered } = state;
    const known = this.#known(room);
    if (known === undefined) return;
    if (pending?.command === "stop") {
      const times = { sentMs: pending.sinceMs, atMs: pending.sinceMs };
      // What the process before may have done to it counts on, whatever becomes of this stop.
      this.#running.set(room, known);
      if (pending.phase === "sent") this.#note(room, known.id, { state: "stopping", stop: times });
      // What the server refused has ended nothing.
      else if (pending.phase === "refused") this.#noteRunning(room, known);
      else this.#noteMaybeStopped(room, known, pending);
      // It has ended before it was answered: it never reached the server.
    } else if (isStopSent(previous)) this.#noteRunning(room, known);
    if (answered === previous.answered || answered?.command !== "stop") return;
    const { recording, sentMs, atMs } = answered;
    this.#note(room, recording, { state: "stopped", stop: { sentMs, atMs } });
    // Another one was ended than was known to run: that one had ended before.
    if (recording !== undefined && known.id !== undefined && recording !== known.id)
      this.#seeEnd(change, known);
  }

  #noteMaybeStopped(room: RoomName, known: Running, { phase, sinceMs, conclusiveFromMs }: Pending): void {
    const stopUntilMs = Math.max(known.stopUntilMs, conclusiveFromMs);
    this.#running.set(room, { ...known, stopUntilMs });
    const stop = { sentMs: sinceMs, atMs: stopUntilMs };
    if (phase === "unheard") this.#note(room, known.id, { state: "stopping", stop });
  }

  #seeRunning(change: RoomChange, id: RecordingId | undefined): void {
    const { room, state } = change;
    const { end, placeOf } = this.#tools;
    const known = this.#known(room);
    const isSame = known !== undefined && (known.id === undefined || id === undefined || known.id === id);
    // Another recording: the one before has ended, seen or not.
    if (known !== undefined && !isSame) this.#seeEnd(change, known);
    const start = this.#findStart(change, id, isSame ? known : undefined);
    const owner = start !== undefined || (isSame && known.owner === "ours") ? "ours" : "others";
    const stopUntilMs = Math.max(isSame ? known.stopUntilMs : -Infinity, this.#strayMs(room));
    this.#running.set(room, { place: placeOf(room), id: id ?? known?.id, owner, stopUntilMs });
    if (start !== undefined && id !== undefined) this.#noteStart(room, id, start);
    if (!isSeenRunning(state)) return;
    if (seenRunningMs(state) >= stopUntilMs && !isStopSent(state)) this.#note(room, id, { state: "running" });
    end("stopped-elsewhere", room);
    end("start-not-confirmed", room);
  }

  #seeIdle(change: RoomChange): void {
    const { room } = change;
    const known = this.#known(room);
    this.#tools.end("recording-stalled", room);
    if (known !== undefined) this.#seeEnd(change, known);
  }

  #seeEnd({ room, previous }: RoomChange, { id, owner, stopUntilMs }: Running): void {
    const { minds: whose, raise } = this.#tools;
    this.#running.delete(room);
    this.#note(room, id, { state: "gone" });
    const minds = whose();
    const isStoppedHere = seenRunningMs(previous) < stopUntilMs;
    if (isStoppedHere || minds === "none" || (minds === "ours" && owner !== "ours")) return;
    raise("stopped-elsewhere", `${room} stopped recording, and not from a panel`, room);
  }

  /** By the server's answer to a start from here, or because a start whose answer was lost is seen to have worked. */
  #findStart(
    { room, state: { answered, pending }, previous }: RoomChange,
    id: RecordingId | undefined,
    known: Running | undefined,
  ): Answered | "lost" | undefined {
    const lost = previous.pending;
    if (lost?.command === "start" && lost.phase === "unheard" && pending === undefined)
      return known === undefined ? "lost" : undefined;
    if (answered?.command !== "start") return undefined;
    if (answered.recording !== undefined && id !== undefined)
      return answered.recording === id ? answered : undefined;
    if (this.#explained.get(room) === answered) return undefined;
    this.#explained.set(room, answered);
    return answered;
  }

  #noteStart(room: RoomName, recording: RecordingId, start: Answered | "lost"): void {
    const { started, placeOf, era } = this.#tools;
    if (this.newest(room)?.recording === recording) return;
    const times = start === "lost" ? undefined : { sentMs: start.sentMs, atMs: start.atMs };
    const place = placeOf(room);
    const stop = strayStop(this.#strayMs(room));
    started.note(room, { recording, place, era, state: "running", start: times, stop });
  }

  /** What may still end it is known to the next process as well. */
  #noteRunning(room: RoomName, { id, stopUntilMs }: Running): void {
    this.#note(room, id, { state: "running", stop: strayStop(stopUntilMs) });
  }

  /** What becomes of the newest recording that was started here, if it is this one. */
  #note(
    room: RoomName,
    recording: RecordingId | undefined,
    change: Pick<StartedRecording, "state"> & { readonly stop?: CommandTimes | undefined },
  ): void {
    const { started, era } = this.#tools;
    const newest = this.newest(room);
    if (newest === undefined || newest.recording !== recording) return;
    const isOver = newest.state === "stopped" || newest.state === "gone";
    const isKnown = newest.state === change.state && isSameStop(newest.stop, change.stop);
    if (isOver || isKnown) return;
    // Times of another era say nothing in this one.
    const { start, ...rest } = newest;
    started.note(room, {
      ...rest,
      era,
      start: rest.era === era ? start : undefined,
      stop: undefined,
      ...change,
    });
  }

  #watchTime(room: RoomName, { recording }: RoomState): void {
    const { raise, end } = this.#tools;
    if (recording?.advance === "stalled") {
      raise("recording-stalled", `${room} records, but its time stands still`, room);
    } else end("recording-stalled", room);
  }

  /** A command that the server took and that no look has shown to work. */
  #watchStart(room: RoomName, state: RoomState, { pending }: RoomState): void {
    const isOver = pending?.command === "start" && state.pending?.correlation !== pending.correlation;
    if (!isOver || pending.phase !== "accepted" || state.trouble === undefined) return;
    if (isSeenRunning(state)) return;
    this.#tools.raise("start-not-confirmed", `${room} was told to record, and was not seen to`, room);
  }
}

function mayBeStopped({ state, stop }: StartedRecording): boolean {
  return stop !== undefined && (state === "running" || state === "stopping");
}

function strayStop(untilMs: number): CommandTimes | undefined {
  return untilMs === -Infinity ? undefined : { sentMs: 0, atMs: untilMs };
}

/** A process that was killed had not given its stop up. */
function strayUntilMs({ stop }: StartedRecording): number {
  const { sentMs, atMs } = stop ?? { sentMs: 0, atMs: 0 };
  return atMs > sentMs ? atMs : sentMs + DEAD_MS;
}

function isSameStop(one: CommandTimes | undefined, other: CommandTimes | undefined): boolean {
  return one?.sentMs === other?.sentMs && one?.atMs === other?.atMs;
}

/** What runs, by a look or by the server's answer to a start; unknown while neither says so. */
function recordingNow(state: RoomState): { readonly id: RecordingId | undefined } | "none" | "unknown" {
  const { answered, recording, knowledge } = state;
  const isBegun =
    answered?.command === "start" && recording !== undefined && answered.recording === recording.id;
  if (isBegun) return { id: recording.id };
  if (knowledge.kind !== "live" || isStopSent(state)) return "unknown";
  // What was seen before the server took a command is over.
  if (answered !== undefined && knowledge.seenAtMs < answered.atMs) return "unknown";
  return isRunning(knowledge.status) ? { id: recording?.id } : "none";
}

/** When the last look was asked, if it showed the room running: while a stop is on its way an idle one decides nothing. */
function seenRunningMs({ knowledge }: RoomState): number {
  if (knowledge.kind === "never-seen") return -Infinity;
  const status = knowledge.kind === "live" ? knowledge.status : knowledge.lastStatus;
  return isRunning(status) ? knowledge.seenAtMs : -Infinity;
}

function isStopSent({ pending }: RoomState): boolean {
  return pending?.command === "stop" && pending.phase === "sent";
}

function isSeenRunning({ knowledge }: RoomState): boolean {
  return knowledge.kind === "live" && isRunning(knowledge.status);
}
