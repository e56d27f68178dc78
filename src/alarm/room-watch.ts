import type { RecordingId, RoomName } from "../base/identifiers.ts";
import type { RoomState } from "../room/room-state.ts";
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

/** Sees in the changes of rooms what nobody asked for. Feed it every change, in order. */
export class RoomWatch {
  readonly #tools: RoomWatchTools;
  /** Rooms that were last seen recording or paused; accounts without the right to it do not see the recording's id. */
  readonly #running = new Map<RoomName, RecordingId | undefined>();
  /** Rooms that were told to record from here. */
  readonly #ours = new Set<RoomName>();
  /** Rooms whose recording was told to stop from here. */
  readonly #stopping = new Set<RoomName>();

  constructor(tools: RoomWatchTools) {
    this.#tools = tools;
  }

  see({ room, state, previous }: RoomChange): void {
    if (state.pending?.command === "start") this.#ours.add(room);
    if (state.pending?.command === "stop") this.#stopping.add(room);
    else if (isStillRunning(state) || wasNotHeard(previous)) this.#stopping.delete(room);
    this.#watchStart(room, state, previous);
    if (state.knowledge.kind !== "live") return;
    if (isRunning(state.knowledge.status)) this.#seeRunning(room, state);
    else this.#seeIdle(room);
  }

  /** Another server has other rooms: what ran on the former one has not ended. */
  forget(): void {
    for (const rooms of [this.#running, this.#ours, this.#stopping]) rooms.clear();
  }

  #seeRunning(room: RoomName, { recording }: RoomState): void {
    const { raise, end } = this.#tools;
    this.#running.set(room, recording?.id);
    if (recording !== undefined && this.#ours.has(room)) this.#tools.started.note(room, recording.id);
    end("stopped-elsewhere", room);
    end("start-not-confirmed", room);
    if (recording?.advance === "stalled") {
      raise("recording-stalled", `${room} records, but its time stands still`, room);
    } else end("recording-stalled", room);
  }

  #seeIdle(room: RoomName): void {
    const recording = this.#running.get(room);
    const wasRunning = this.#running.delete(room);
    const wasAskedTo = this.#stopping.delete(room);
    this.#tools.end("recording-stalled", room);
    if (!wasRunning) return;
    const { minds: whose, started } = this.#tools;
    const wasOurs = this.#ours.delete(room) || (recording !== undefined && started.has(recording));
    const minds = whose();
    if (wasAskedTo || minds === "none" || (minds === "ours" && !wasOurs)) return;
    this.#tools.raise("stopped-elsewhere", `${room} stopped recording, and not from a panel`, room);
  }

  /** A command that the server took and that no look has shown to work. */
  #watchStart(room: RoomName, state: RoomState, { pending }: RoomState): void {
    const isOver = pending?.command === "start" && state.pending?.correlation !== pending.correlation;
    if (!isOver || pending.phase !== "accepted" || state.trouble === undefined) return;
    if (isStillRunning(state)) return;
    this.#tools.raise("start-not-confirmed", `${room} was told to record, and was not seen to`, room);
  }
}

/** A command that has ended before it was answered never reached the server, and excuses nothing that happens later. */
function wasNotHeard({ pending }: RoomState): boolean {
  return pending?.command === "stop" && pending.phase === "sent";
}

function isStillRunning({ knowledge }: RoomState): boolean {
  return knowledge.kind === "live" && isRunning(knowledge.status);
}

function isRunning(status: RoomStatus): boolean {
  return status === "recording" || status === "paused";
}
