import type {
  ControlId,
  CorrelationId,
  DeviceId,
  PeerId,
  RecordingId,
  RoomName,
} from "../base/identifiers.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { MarkColor } from "../valt/marks.ts";
import type { Holder } from "./holder.ts";

/** What an operator asks for: a wish about one room. */
export type Action =
  | { readonly kind: "start" | "toggle"; readonly room: RoomName; readonly recording: RecordingWish }
  | { readonly kind: PlainWish; readonly room: RoomName }
  | { readonly kind: "acknowledge"; readonly room: RoomName }
  | { readonly kind: "mark"; readonly room: RoomName; readonly text: string; readonly color: MarkColor }
  | {
      readonly kind: "apply-preset";
      readonly room: RoomName;
      readonly camera: number;
      readonly preset: string;
    };

type PlainWish = "stop" | "pause" | "resume" | "toggle-pause" | "lock" | "unlock" | "toggle-lock";

/** What a recording is to be called and whose it is; unset parts come from the room's settings. */
export interface RecordingWish {
  readonly name?: string;
  /** The server's user id, or the card or PIN that the author has; the bridge's account when absent. */
  readonly author?: number | Holder;
  /** Information template values by field id. */
  readonly template?: Readonly<Record<string, string>>;
  readonly share?: { readonly users?: readonly number[]; readonly groups?: readonly number[] };
}

/** A wish whose author is known to the server by id. */
export type IdentifiedWish = Omit<RecordingWish, "author"> & { readonly author?: number };

/** What VALT is told about a room's state: always definite, never a toggle. */
export type StateCommand = "start" | "stop" | "pause" | "resume" | "lock" | "unlock";

/** Why a thing happened; travels with every action and command. */
export interface Cause {
  readonly correlation: CorrelationId;
  readonly device: DeviceId;
  /** The control touched, or the line or address received. */
  readonly source: ControlId | string;
  /** The gesture, or `request` on a link. */
  readonly gesture: string;
  readonly peer?: PeerId;
  /** Monotonic: when it was touched. A mark points at this moment. */
  readonly pressedAtMs: number;
  /** Monotonic: when it was certain what was meant, such as the end of a hold. Deadlines begin here. */
  readonly completedAtMs: number;
}

/** Until when (monotonic) what was meant may be sent. */
export function deadlineOf({ completedAtMs }: Cause, deadlineMs: number): number {
  return completedAtMs + deadlineMs;
}

/** Why an action was not carried out although it was understood. */
export type Refusal =
  | "state-unknown"
  | "not-recording"
  | "room-recording"
  | "room-paused"
  | "room-locked"
  | "recording-unknown"
  | "busy"
  | "repeated"
  | "not-permitted"
  | "unknown-room"
  | "room-not-found"
  | "wrong-room"
  | "unknown-card"
  | "unsupported"
  | "too-many";

/** How an action ended. `done` means that the server took it, never that the request was sent. */
export type Outcome =
  | {
      readonly kind: "done";
      readonly recording?: RecordingId;
      /** Of a mark: where in the recording it stands, in whole seconds. */
      readonly atSeconds?: number;
    }
  | { readonly kind: "already-so" }
  /** A mark that will be delivered when the server can be reached; `kept` is on the disk, else only in memory. */
  | { readonly kind: "waiting"; readonly kept: "kept" | "not-kept" }
  | { readonly kind: "refused"; readonly reason: Refusal }
  | { readonly kind: "failed"; readonly failure: ValtFailure }
  /** Too old to be sent: the moment has passed. */
  | { readonly kind: "expired" };

/** The sentence that people read for a refusal. */
export const refusalTexts: Readonly<Record<Refusal, string>> = {
  "state-unknown": "the room's state is not known right now",
  "not-recording": "the room is not recording",
  "room-recording": "the room is recording",
  "room-paused": "the room is paused: resume or stop first",
  "room-locked": "the room is locked",
  "recording-unknown": "the recording is not known yet",
  busy: "the room is busy with an earlier command",
  repeated: "repeated too quickly",
  "not-permitted": "not permitted from here",
  "unknown-room": "no such room",
  "room-not-found": "the room has not been found on the server",
  "wrong-room": "the server has another room under this id: see the mapping",
  "unknown-card": "nobody has this card",
  unsupported: "the server cannot do this",
  "too-many": "too many are waiting",
};

/** The same for a key: two or three words that tell what to do or to leave. */
export const refusalBriefs: Readonly<Record<Refusal, string>> = {
  "state-unknown": "State unknown: wait",
  "not-recording": "Not recording",
  "room-recording": "Recording: stop first",
  "room-paused": "Paused: resume first",
  "room-locked": "Locked: Unlock, or call IT",
  "recording-unknown": "Wait, then press again",
  busy: "Busy: wait",
  repeated: "Pressed twice: wait",
  "not-permitted": "Key blocked: call IT",
  "unknown-room": "Room missing: call IT",
  "room-not-found": "Room not found",
  "wrong-room": "Wrong setup: call IT",
  "unknown-card": "Card not known",
  unsupported: "Server cannot do it",
  "too-many": "Too many: wait",
};

export const failureBriefs: Readonly<Record<ValtFailure["kind"], string>> = {
  "no-password": "No password: call IT",
  unreachable: "No connection: call IT",
  "timed-out": "No answer yet: wait",
  unauthorized: "Login refused: call IT",
  refused: "Server refused",
  "not-found": "Room missing: call IT",
  "malformed-answer": "Answer unclear: wait",
  "server-error": "Server fault: call IT",
};

/** What the server says itself is best, where it is short. */
export function briefFailure({ kind, message }: ValtFailure): string {
  return kind === "refused" && message.length <= MOST_ON_KEY ? message : failureBriefs[kind];
}

const MOST_ON_KEY = 22;

/** A few words about an outcome, for the key that was pressed. */
export function briefOutcome(outcome: Outcome): string {
  if (outcome.kind === "refused") return refusalBriefs[outcome.reason];
  if (outcome.kind === "failed") return briefFailure(outcome.failure);
  return outcome.kind === "expired" ? "Not done: press again" : explainOutcome(outcome);
}

/** One sentence about an outcome, for links, logs and the console. */
export function explainOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "done":
      return "done";
    case "already-so":
      return "already so";
    case "waiting":
      return outcome.kept === "kept"
        ? "kept until the server can be reached"
        : "kept in memory only until the server can be reached";
    case "refused":
      return refusalTexts[outcome.reason];
    case "failed":
      return outcome.failure.message;
    case "expired":
      return "too late: the press has expired";
  }
}
