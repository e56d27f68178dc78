import type { RoomView } from "../room/room-view.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { Action, Refusal, StateCommand } from "./action.ts";

export type Decision =
  | { readonly kind: "perform"; readonly command: StateCommand }
  /** Only a look that was asked after the press may refuse: what was seen before it may be over. */
  | { readonly kind: "refuse"; readonly reason: Refusal };

export type StateWish = Exclude<Action["kind"], "mark" | "apply-preset">;
export type Toggle = "toggle" | "toggle-pause" | "toggle-lock";

/**
 * Whether a wish is sent to the server. A definite one is, also where the room was seen to be so already: somebody may
 * have changed that since, and the server's answer is true where a look is a few seconds old. That it refuses a start
 * while it records is expected and unverified (a recording is one a room, and the vendor's client has a text for it):
 * where it began a second recording instead, `"recording": "room-recording"` belongs to `unsent.start`. Toggles need a known
 * state, because they might do the opposite of what was meant. Start does not resume a paused room: a control system
 * that repeats START must not end a pause that people asked for.
 */
export function decide(wish: StateWish, room: RoomView): Decision {
  if (!isToggle(wish)) return decideDefinite(wish, room.expected ?? "unknown");
  if (room.pending !== undefined) return { kind: "refuse", reason: "busy" };
  if (room.status === undefined) return { kind: "refuse", reason: "state-unknown" };
  const command = toggles[wish][room.status];
  const reason = explainRefusal(command, room.status);
  return reason === undefined ? { kind: "perform", command } : { kind: "refuse", reason };
}

export function isToggle(wish: StateWish): wish is Toggle {
  return wish in toggles;
}

function decideDefinite(command: StateCommand, status: RoomStatus | "unknown"): Decision {
  const reason = unsent[command]?.[status];
  return reason === undefined ? { kind: "perform", command } : { kind: "refuse", reason };
}

/** Why the server refuses, as far as the room's status tells; nothing where only the server's own words do. */
export function explainRefusal(command: StateCommand, status: RoomStatus): Refusal | undefined {
  return refusals[command][status];
}

type Reasons = Readonly<Partial<Record<RoomStatus | "unknown", Refusal>>>;

const notRecording = {
  available: "not-recording",
  prepared: "not-recording",
  locked: "not-recording",
} as const satisfies Reasons;
const running = { recording: "room-recording", paused: "room-recording" } as const satisfies Reasons;

/** What is not sent at all. What the server does with a lock while it records is not documented. */
const unsent: Readonly<Partial<Record<StateCommand, Reasons>>> = {
  start: { paused: "room-paused" },
  lock: { ...running, unknown: "state-unknown" },
};

const refusals: Readonly<Record<StateCommand, Reasons>> = {
  start: { paused: "room-paused", locked: "room-locked" },
  stop: {},
  pause: notRecording,
  resume: notRecording,
  lock: running,
  unlock: {},
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
