import type { RoomName } from "../base/identifiers.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { RecordingWish, Refusal, StateCommand } from "./action.ts";

type Decision =
  | { readonly kind: "perform"; readonly command: RoomCommand }
  /** Only a look that was asked after the press may refuse: what was seen before it may be over. */
  | { readonly kind: "refuse"; readonly reason: Refusal };

export type Decide = (room: RoomView) => Decision;

/** What somebody wants a room to do. */
export interface RoomWish {
  /** Equal wishes at the same time are one. */
  readonly word: string;
  readonly room: RoomName;
  readonly decide: Decide;
  /** A toggle does the opposite when it comes twice: it is refused while anything is under way. */
  readonly sort: "definite" | "toggle";
  /** What a recording that it begins is to be called and whose it is. */
  readonly recording?: RecordingWish;
}

type Reasons = Readonly<Partial<Record<RoomStatus | "unknown", Refusal>>>;

/** A command about a room's state, and when it cannot be. */
export interface RoomCommand {
  readonly name: StateCommand;
  /** Statuses in which it is not sent at all. */
  readonly unsent: Reasons;
  /** Why the server refuses it, as far as the room's status tells. */
  readonly refused: Reasons;
}

/**
 * A definite command is sent, also where the room was seen to be so already: somebody may have changed that since, and the
 * server's answer is true where a look is a few seconds old.
 */
export function always(command: RoomCommand): Decide {
  return (room) => {
    const reason = command.unsent[room.expected ?? "unknown"];
    return reason === undefined ? { kind: "perform", command } : { kind: "refuse", reason };
  };
}

/** Toggles need a known state, because they might do the opposite of what was meant. */
export function byStatus(commands: Readonly<Record<RoomStatus, RoomCommand>>): Decide {
  return ({ pending, status }) => {
    if (pending !== undefined) return { kind: "refuse", reason: "busy" };
    if (status === undefined) return { kind: "refuse", reason: "state-unknown" };
    const command = commands[status];
    const reason = command.refused[status];
    return reason === undefined ? { kind: "perform", command } : { kind: "refuse", reason };
  };
}

export const whileNotRecording = {
  available: "not-recording",
  prepared: "not-recording",
  locked: "not-recording",
} as const satisfies Reasons;

export const whileRunning = {
  recording: "room-recording",
  paused: "room-recording",
} as const satisfies Reasons;
