import type { StateCommand } from "../action/action.ts";
import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { RoomStatus } from "../valt/answers.ts";
import { elapsedAt } from "./recording-clock.ts";
import { nextChangeMs, reduceRoom } from "./reduce.ts";
import {
  fulfils,
  knownStatus,
  type Recording,
  type RoomEvent,
  type RoomState,
  type RoomTiming,
  unseenRoom,
} from "./room-state.ts";
import { type RoomView, viewRoom } from "./room-view.ts";

export interface RoomChange {
  readonly room: RoomName;
  readonly state: RoomState;
  readonly previous: RoomState;
}

/** The one truth about all rooms: everybody who shows or decides reads it here. */
export interface RoomStore {
  /** Rooms not named are forgotten, new ones begin unseen. */
  track(rooms: Iterable<RoomName>): void;
  tell(room: RoomName, event: RoomEvent): void;
  get(room: RoomName): RoomState;
  /** The room at this moment. */
  view(room: RoomName): RoomView;
  /** Whether the room is known to be as the command wants it. */
  fulfils(room: RoomName, command: StateCommand): boolean;
  rooms(): IterableIterator<RoomName>;
  /** Called after every change that somebody could see; the returned function unsubscribes. */
  onChange(listener: (change: RoomChange) => void): Cancel;
  close(): void;
}

interface RoomStoreTools {
  readonly clock: Clock;
  /** May depend on the status: a recording room is looked at more often. */
  timingOf(status: RoomStatus | undefined): RoomTiming;
}

export function createRoomStore({ clock, timingOf }: RoomStoreTools): RoomStore {
  const states = new Map<RoomName, RoomState>();
  const listeners = new Set<(change: RoomChange) => void>();
  let wakeAtMs = Infinity;
  let cancelWake: Cancel = () => undefined;

  function tell(room: RoomName, event: RoomEvent): void {
    const previous = states.get(room);
    if (previous === undefined) return;
    const state = reduceRoom(previous, event, timingOf(knownStatus(previous)));
    states.set(room, state);
    wakeBy(nextChangeMs(state, timingOf(knownStatus(state))));
    if (isSeen(previous, state)) for (const listener of listeners) listener({ room, state, previous });
  }

  function get(room: RoomName): RoomState {
    return states.get(room) ?? unseenRoom;
  }

  function wakeBy(atMs: number): void {
    if (atMs >= wakeAtMs) return;
    cancelWake();
    wakeAtMs = atMs;
    cancelWake = clock.after(Math.max(1, atMs - clock.monotonicMs()), passTime);
  }

  function passTime(): void {
    wakeAtMs = Infinity;
    for (const room of states.keys()) tell(room, { kind: "time-passed", atMs: clock.monotonicMs() });
  }

  return {
    track(rooms) {
      const wanted = new Set(rooms);
      for (const room of states.keys()) if (!wanted.has(room)) states.delete(room);
      for (const room of wanted) if (!states.has(room)) states.set(room, unseenRoom);
    },
    tell,
    get,
    view: (room) => viewRoom(get(room), clock.monotonicMs()),
    fulfils(room, command) {
      const status = knownStatus(get(room));
      return status !== undefined && fulfils(status, command);
    },
    rooms: () => states.keys(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => cancelWake(),
  };
}

/** A look that finds everything as it was changes only its own age, and nobody needs to hear of that. */
function isSeen(previous: RoomState, state: RoomState): boolean {
  const parts = ["pending", "trouble", "alarm", "marksWaiting"] as const;
  if (parts.some((part) => previous[part] !== state[part])) return true;
  if (isRecordingSeen(previous.recording, state.recording)) return true;
  if (previous.knowledge.kind === "live" && state.knowledge.kind === "live") {
    return previous.knowledge.status !== state.knowledge.status;
  }
  return previous.knowledge !== state.knowledge;
}

/** A time that moves by less is not seen where whole seconds are shown. */
const SEEN_MOVE_MS = 100;

function isRecordingSeen(previous: Recording | undefined, now: Recording | undefined): boolean {
  if (previous?.id !== now?.id || previous?.advance !== now?.advance) return true;
  const [before, after] = [previous?.clock, now?.clock];
  if (before === undefined || after === undefined) return before !== after;
  const movedMs = elapsedAt(after, after.atMs) - elapsedAt(before, after.atMs);
  return before.pace !== after.pace || Math.abs(movedMs) >= SEEN_MOVE_MS;
}
