import type { RoomView } from "../room/room-view.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { Action, Refusal, StateCommand } from "./action.ts";

export type Decision =
  | { readonly kind: "perform"; readonly command: StateCommand }
  | { readonly kind: "already-so" }
  | { readonly kind: "refuse"; readonly reason: Refusal };

export type StateWish = Exclude<Action["kind"], "mark" | "apply-preset">;
export type Toggle = "toggle" | "toggle-pause" | "toggle-lock";

/**
 * Whether a wish is carried out, given what is known. Definite wishes go through while the state is
 * unknown, because the server refuses what does not apply; toggles never do, because they might do
 * the opposite of what was meant. Start does not resume a paused room: a control system that
 * repeats START must not end a pause that people asked for.
 */
export function decide(wish: StateWish, room: RoomView): Decision {
  if (isToggle(wish)) return decideToggle(wish, room);
  return decideDefinite(wish, room.expected ?? "unknown");
}

export function isToggle(wish: StateWish): wish is Toggle {
  return wish in toggles;
}

function decideToggle(wish: Toggle, { pending, status }: RoomView): Decision {
  if (pending !== undefined) return { kind: "refuse", reason: "busy" };
  if (status === undefined) return { kind: "refuse", reason: "state-unknown" };
  return decideDefinite(toggles[wish][status], status);
}

function decideDefinite(command: StateCommand, status: RoomStatus | "unknown"): Decision {
  const verdict = verdicts[command][status];
  if (verdict === "perform") return { kind: "perform", command };
  return verdict === "already-so" ? { kind: "already-so" } : { kind: "refuse", reason: verdict };
}

type Verdict = "perform" | "already-so" | Refusal;

const verdicts: Readonly<Record<StateCommand, Readonly<Record<RoomStatus | "unknown", Verdict>>>> = {
  start: {
    available: "perform",
    prepared: "perform",
    recording: "already-so",
    paused: "room-paused",
    locked: "room-locked",
    unknown: "perform",
  },
  stop: {
    available: "already-so",
    prepared: "already-so",
    recording: "perform",
    paused: "perform",
    locked: "already-so",
    unknown: "perform",
  },
  pause: {
    available: "not-recording",
    prepared: "not-recording",
    recording: "perform",
    paused: "already-so",
    locked: "not-recording",
    unknown: "perform",
  },
  resume: {
    available: "not-recording",
    prepared: "not-recording",
    recording: "already-so",
    paused: "perform",
    locked: "not-recording",
    unknown: "perform",
  },
  // What the server does with a lock while it records is not documented: not sent unless it is known to be idle.
  lock: {
    available: "perform",
    prepared: "perform",
    recording: "room-recording",
    paused: "room-recording",
    locked: "already-so",
    unknown: "state-unknown",
  },
  unlock: {
    available: "already-so",
    prepared: "already-so",
    recording: "already-so",
    paused: "already-so",
    locked: "perform",
    unknown: "perform",
  },
};

const toggles: Readonly<Record<Toggle, Readonly<Record<RoomStatus, StateCommand>>>> = {
  toggle: { available: "start", prepared: "start", locked: "start", recording: "stop", paused: "stop" },
  "toggle-pause": {
    available: "pause",
    prepared: "pause",
    locked: "pause",
    recording: "pause",
    paused: "resume",
  },
  "toggle-lock": {
    available: "lock",
    prepared: "lock",
    recording: "lock",
    paused: "lock",
    locked: "unlock",
  },
};
