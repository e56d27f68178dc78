import type { Clock } from "../base/clock.ts";
import type { Estimate } from "../base/estimate.ts";
import {
  type CorrelationId,
  type DeviceId,
  type RecordingId,
  type RoomName,
  recordingId,
  type ValtRoomId,
} from "../base/identifiers.ts";
import type { MarkColor } from "../valt/marks.ts";
import type { Cause } from "./action.ts";
import type { PlaceReading } from "./placement.ts";

/** Of a mark whose recording was still being asked for when the process ended: such a mark was never sent. */
export const UNKNOWN_RECORDING = recordingId("");

/** A moment in a recording that somebody pointed at. */
export interface Mark {
  /** Unique over all times and machines. */
  readonly id: string;
  readonly room: RoomName;
  readonly roomId: ValtRoomId;
  readonly recording: RecordingId;
  readonly server: string;
  readonly text: string;
  readonly color: MarkColor;
  readonly cause: Cause;
  /** Whole seconds into the recording at the press; unknown until the server has said how far it has run. */
  timeSeconds: number | undefined;
  /** How far the recording had run at the press, as far as was known then. */
  readonly elapsed: Estimate | undefined;
  /** An answer to a question asked earlier (monotonic) says too little about its place. */
  askFromMs: number;
  /** The first answer after the press that showed a recording. */
  first: PlaceReading | undefined;
  /** Whether the server has been asked since the press, so that recording and time are certain. */
  isPlaced: boolean;
  /** `unheard`: an earlier attempt may have arrived, and is read back before the next. `looked`: not under its time. */
  attempt: "first" | "unheard" | "looked" | "again";
  /** How often the server answered with an internal error although it could be asked about the recording. */
  errors: number;
  /** How often the server refused to say which marks it has. */
  unreadable: number;
}

/** A mark as it survives the process. */
export interface KeptMark {
  readonly id: string;
  readonly room: RoomName;
  readonly roomId: ValtRoomId;
  readonly recording: RecordingId;
  readonly server: string;
  readonly text: string;
  readonly color: MarkColor;
  readonly correlation: CorrelationId;
  readonly device: DeviceId;
  readonly source: string;
  readonly pressedWallMs: number;
  /** Exact as long as the machine has not been started anew: wall clocks leap. */
  readonly pressed: { readonly era: string; readonly atMs: number };
  readonly timeSeconds: number | undefined;
}

/** A mark that the server would not take, for people to see to. */
export interface RefusedMark extends KeptMark {
  readonly why: string;
  readonly refusedWallMs: number;
}

/** Marks that are not where they should be, on their server; a mark that somebody has settled is none of them. */
export interface OpenMarks {
  /** How many there are, for each server that has any. */
  readonly servers: readonly ServerMarks[];
  /** Newest press first, as many as were asked for. */
  readonly waiting: readonly KeptMark[];
  /** Newest refusal first, as many as were asked for. */
  readonly refused: readonly RefusedMark[];
}

export interface ServerMarks {
  readonly server: string;
  readonly waiting: number;
  readonly refused: number;
}

/** What became of a mark in the end; `settled`: the server refused it, and a person has seen to that. */
export type MarkEnd = "delivered" | "refused" | "settled";

/** `moved`: it belongs to another recording, and goes on as another mark. */
export type MarkSettlement = MarkEnd | "moved";

/** What the server was seen to take, so that an equal mark read back is known for another's. */
export type DeliveredMark = Pick<KeptMark, "recording" | "text"> & { readonly timeSeconds: number };

/** Where marks are safe from the end of the process; never throws and never blocks. */
export interface MarkKeeper {
  /** Resolves when the mark is on the disk, or when it cannot be for now; `safe` tells when it is, however late. */
  keep(mark: KeptMark, safe?: () => void): Promise<"kept" | "not-kept">;
  /** Its time became known. */
  note(id: string, timeSeconds: number): void;
  /** It needs no more deliveries; a refused one stays on record with the reason, also when it is settled. */
  settle(id: string, result: MarkSettlement, why: string): void;
  load(): Promise<LeftMarks>;
}

/** What an earlier process left, oldest first. */
export interface LeftMarks {
  readonly waiting: readonly KeptMark[];
  /** Into the recordings for which marks wait. */
  readonly delivered: readonly DeliveredMark[];
  /** Not settled yet; oldest refusal first. */
  readonly refused: readonly RefusedMark[];
}

export function toKept(mark: Mark, clock: Clock): KeptMark {
  const { id, room, roomId, recording, server, text, color, timeSeconds } = mark;
  const { correlation, device, source, pressedAtMs } = mark.cause;
  const pressedWallMs = clock.wallMs() - (clock.monotonicMs() - pressedAtMs);
  const pressed = { era: clock.era, atMs: pressedAtMs };
  const made = { id, room, roomId, recording, server, text, color, timeSeconds };
  return { ...made, correlation, device, source, pressedWallMs, pressed };
}

/**
 * An earlier process may have sent it and died before it heard: it is read back first. A time was kept where the recording
 * had been seen a moment before the press.
 */
export function fromKept(kept: KeptMark, clock: Clock): Mark {
  const { correlation, device, source, pressedWallMs, pressed, ...mark } = kept;
  const agoMs = clock.wallMs() - pressedWallMs;
  const pressedAtMs = pressed.era === clock.era ? pressed.atMs : clock.monotonicMs() - agoMs;
  const cause = { correlation, device, source, gesture: "restored", pressedAtMs, completedAtMs: pressedAtMs };
  const isKnown = mark.recording !== UNKNOWN_RECORDING;
  const elapsed = mark.timeSeconds === undefined ? undefined : aroundSecond(mark.timeSeconds);
  return {
    ...mark,
    cause,
    elapsed,
    askFromMs: pressedAtMs,
    first: undefined,
    isPlaced: false,
    attempt: isKnown ? "unheard" : "first",
    errors: 0,
    unreadable: 0,
  };
}

/** What was written down was at most a second from whatever could be right. */
function aroundSecond(seconds: number): Estimate {
  const middleMs = seconds * 1000 + 500;
  return { lowMs: Math.max(0, middleMs - 1500), guessMs: middleMs, highMs: middleMs + 1500 };
}

/** For those who have no disk: marks last as long as the process. */
export const volatileKeeper: MarkKeeper = {
  keep: () => Promise.resolve("not-kept"),
  note: () => undefined,
  settle: () => undefined,
  load: () => Promise.resolve({ waiting: [], delivered: [], refused: [] }),
};
