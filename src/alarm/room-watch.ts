import type { RoomName } from "../base/identifiers.ts";
import type { RoomState } from "../room/room-state.ts";
import type { RoomChange } from "../room/store.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { AlarmKind } from "./alarm.ts";

export interface RoomWatchTools {
  raise(kind: AlarmKind, text: string, room: RoomName): void;
  end(kind: AlarmKind, room: RoomName): void;
  /** Whose recordings are worth an alarm when they are not ended from here. */
  minds(): "ours" | "all" | "none";
}

/** Sees in the changes of rooms what nobody asked for. Feed it every change, in order. */
export class RoomWatch {
  readonly #tools: RoomWatchTools;
  /** Rooms that were last seen recording or paused. */
  readonly #running = new Set<RoomName>();
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
    else if (previous.pending?.command === "stop" && isStillRunning(state)) this.#stopping.delete(room);
    this.#watchStart(room, state, previous);
    if (state.knowledge.kind !== "live") return;
    if (isRunning(state.knowledge.status)) this.#seeRunning(room, state);
    else this.#seeIdle(room);
  }

  #seeRunning(room: RoomName, { recording }: RoomState): void {
    const { raise, end } = this.#tools;
    this.#running.add(room);
    end("stopped-elsewhere", room);
    end("start-not-confirmed", room);
    if (recording?.advance === "stalled") {
      raise("recording-stalled", `${room} records, but its time stands still`, room);
    } else end("recording-stalled", room);
  }

  #seeIdle(room: RoomName): void {
    const wasRunning = this.#running.delete(room);
    const wasAskedTo = this.#stopping.delete(room);
    this.#tools.end("recording-stalled", room);
    if (!wasRunning) return;
    const wasOurs = this.#ours.delete(room);
    const minds = this.#tools.minds();
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

function isStillRunning({ knowledge }: RoomState): boolean {
  return knowledge.kind === "live" && isRunning(knowledge.status);
}

function isRunning(status: RoomStatus): boolean {
  return status === "recording" || status === "paused";
}
