import type { RecordingId, RoomName } from "../base/identifiers.ts";
import type { Answered, RoomState } from "../room/room-state.ts";
import type { RoomChange } from "../room/store.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { AlarmKind } from "./alarm.ts";
import type { StartedRecordings } from "./started.ts";

export interface RoomWatchTools {
  raise(kind: AlarmKind, text: string, room: RoomName): void;
  end(kind: AlarmKind, room: RoomName): void;
  /** Whose recordings are worth an alarm when they are not ended from here. */
  minds(): "ours" | "all" | "none";
  /** What was started from here, also by an earlier process. */
  readonly started: StartedRecordings;
}

/** A recording that was last seen to run. */
interface Running {
  /** Absent where the account has no right to see it. */
  readonly id: RecordingId | undefined;
  readonly owner: "ours" | "others";
  /** Somebody here has asked for its end. */
  readonly isStopping: boolean;
}

/** Sees in the changes of rooms what nobody asked for. Feed it every change, in order. */
export class RoomWatch {
  readonly #tools: RoomWatchTools;
  readonly #running = new Map<RoomName, Running>();
  /** The start from here that a room's recording was put down to: it explains no later one. */
  readonly #explained = new Map<RoomName, Answered>();

  constructor(tools: RoomWatchTools) {
    this.#tools = tools;
  }

  see({ room, state, previous }: RoomChange): void {
    this.#watchStart(room, state, previous);
    const known = this.#running.get(room);
    if (known !== undefined && (state.pending?.command === "stop" || wasNotHeard(previous)))
      this.#running.set(room, { ...known, isStopping: state.pending?.command === "stop" });
    const now = recordingNow(state);
    if (now === "unknown") return;
    if (now === "none") this.#seeIdle(room);
    else {
      this.#seeRunning(room, now.id, { state, previous });
      this.#watchTime(room, state);
    }
  }

  /** Another server has other rooms: what ran on the former one has not ended. */
  forget(): void {
    this.#running.clear();
    this.#explained.clear();
  }

  #seeRunning(
    room: RoomName,
    id: RecordingId | undefined,
    change: Pick<RoomChange, "state" | "previous">,
  ): void {
    const known = this.#running.get(room);
    // Another recording: the one before has ended, seen or not.
    if (known?.id !== undefined && id !== undefined && known.id !== id) this.#seeEnd(room, known);
    const isSame = known !== undefined && (known.id === undefined || id === undefined || known.id === id);
    const isOurs = this.#isStartedHere(room, id, change) || (isSame && known.owner === "ours");
    const isStopping = isSame && known.isStopping && change.state.pending?.command === "stop";
    this.#running.set(room, { id: id ?? known?.id, owner: isOurs ? "ours" : "others", isStopping });
    if (isOurs && id !== undefined) this.#tools.started.note(room, id);
    if (!isSeenRunning(change.state)) return;
    this.#tools.end("stopped-elsewhere", room);
    this.#tools.end("start-not-confirmed", room);
  }

  #seeIdle(room: RoomName): void {
    const known = this.#running.get(room);
    this.#running.delete(room);
    this.#tools.end("recording-stalled", room);
    if (known !== undefined) this.#seeEnd(room, known);
  }

  #seeEnd(room: RoomName, { id, owner, isStopping }: Running): void {
    const { minds: whose, started, raise } = this.#tools;
    const wasOurs = owner === "ours" || (id !== undefined && started.has(id));
    const minds = whose();
    if (isStopping || minds === "none" || (minds === "ours" && !wasOurs)) return;
    raise("stopped-elsewhere", `${room} stopped recording, and not from a panel`, room);
  }

  /** By the server's answer to a start from here, or because a start whose answer was lost is seen to have worked. */
  #isStartedHere(
    room: RoomName,
    id: RecordingId | undefined,
    { state: { answered, pending }, previous }: Pick<RoomChange, "state" | "previous">,
  ): boolean {
    const lost = previous.pending;
    if (lost?.command === "start" && lost.phase === "unheard" && pending === undefined)
      return !this.#running.has(room);
    if (answered?.command !== "start") return false;
    if (answered.recording !== undefined && id !== undefined) return answered.recording === id;
    if (this.#explained.get(room) === answered) return false;
    this.#explained.set(room, answered);
    return true;
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

/** What runs, by a look or by the server's answer to a start; unknown while neither says so. */
function recordingNow(state: RoomState): { readonly id: RecordingId | undefined } | "none" | "unknown" {
  const { answered, pending, recording, knowledge } = state;
  const isBegun =
    answered?.command === "start" && recording !== undefined && answered.recording === recording.id;
  if (isBegun) return { id: recording.id };
  const isOpen = pending !== undefined && (pending.phase === "accepted" || pending.phase === "unheard");
  if (knowledge.kind !== "live" || isOpen) return "unknown";
  // What was seen before the server took a command is over.
  if (answered !== undefined && knowledge.seenAtMs <= answered.atMs) return "unknown";
  return isRunning(knowledge.status) ? { id: recording?.id } : "none";
}

/** A command that has ended before it was answered never reached the server, and excuses nothing that happens later. */
function wasNotHeard({ pending }: RoomState): boolean {
  return pending?.command === "stop" && pending.phase === "sent";
}

function isSeenRunning({ knowledge }: RoomState): boolean {
  return knowledge.kind === "live" && isRunning(knowledge.status);
}

function isRunning(status: RoomStatus): boolean {
  return status === "recording" || status === "paused";
}
