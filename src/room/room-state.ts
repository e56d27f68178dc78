import type { StateCommand } from "../action/action.ts";
import type { CorrelationId, RecordingId } from "../base/identifiers.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { RecordingClock } from "./recording-clock.ts";

/** What the server last said about a room, how old that is, and what is under way. */
export interface RoomState {
  readonly knowledge: Knowledge;
  readonly recording: Recording | undefined;
  readonly pending: Pending | undefined;
  /** The last command from here that the server took: its status may trail behind that answer. */
  readonly answered: Answered | undefined;
  /** Recordings that are known to have ended, newest first: a look that still shows one is out of date. */
  readonly ended: readonly EndedRecording[];
  /** The last thing that went wrong, shown for a while. */
  readonly trouble: Trouble | undefined;
  /** What people should know although nobody pressed anything; stays until somebody acts. */
  readonly alarm: string | undefined;
  /** The same for a key. */
  readonly alarmBrief?: string | undefined;
  readonly marksWaiting: number;
}

export type Knowledge =
  | { readonly kind: "never-seen"; readonly why: string | undefined; readonly isMissing: boolean }
  | { readonly kind: "live"; readonly status: RoomStatus; readonly seenAtMs: number }
  | {
      readonly kind: "stale";
      readonly lastStatus: RoomStatus;
      readonly seenAtMs: number;
      readonly why: string;
      /** The server says that it has no such room. */
      readonly isMissing: boolean;
    };

export interface Recording {
  readonly id: RecordingId;
  /** Monotonic: the look that showed it first was answered then, or the start from here that began it was pressed. */
  readonly knownSinceMs: number;
  /** Absent until the server has said how far the recording has run. */
  readonly clock: RecordingClock | undefined;
  /** Whether the server's time of a recording that is not paused goes on. */
  readonly advance: "going" | "stalled";
  /** The last reading since the room last paused or resumed. */
  readonly reading: { readonly timeSeconds: number; readonly atMs: number } | undefined;
}

export interface Answered {
  readonly command: StateCommand;
  /** When it was sent and when its answer arrived. */
  readonly sentMs: number;
  readonly atMs: number;
  /** A look asked before this that does not show the command's effect proves nothing. */
  readonly trailsUntilMs: number;
  /** The recording that the command began, ended, paused or resumed, where that is known. */
  readonly recording: RecordingId | undefined;
}

export interface EndedRecording {
  readonly id: RecordingId;
  /** The stop from here that ended it, when sent and when answered; absent where somebody else ended it. */
  readonly stopped: { readonly sentMs: number; readonly atMs: number } | undefined;
}

/**
 * A command on its way: `sent` until answered. Then a look settles it. `accepted`: the server took it. `refused`: the
 * server did not take it, perhaps because the room is so already. `unheard`: the answer was lost, and the room is in doubt.
 */
export interface Pending {
  readonly command: StateCommand;
  readonly phase: "sent" | "accepted" | "refused" | "unheard";
  /** When the phase began. */
  readonly sinceMs: number;
  /** A look that was asked earlier and does not show the command's effect is not counted. */
  readonly conclusiveFromMs: number;
  /**
   * From when a look that shows the effect of a command whose answer was lost is counted: where the room may have been so
   * before, the status that it trails behind must be later than the command.
   */
  readonly countsFromMs: number;
  /** What to tell people if a look shows that the command did not work. */
  readonly ifNot: string;
  /** The same for a key. */
  readonly brief?: string | undefined;
  readonly correlation: CorrelationId;
}

interface Trouble {
  readonly text: string;
  /** The same for a key, where the text is too long for one. */
  readonly brief?: string | undefined;
  readonly atMs: number;
  /** What it is about where that is not the room itself: what a room does stays true whatever becomes of its marks. */
  readonly concerns?: "marks";
}

/** The status that is true, or nothing where the truth is not known. */
export function knownStatus(state: RoomState): RoomStatus | undefined {
  return state.knowledge.kind === "live" ? state.knowledge.status : undefined;
}

export const unseenRoom: RoomState = {
  knowledge: { kind: "never-seen", why: undefined, isMissing: false },
  recording: undefined,
  pending: undefined,
  answered: undefined,
  ended: [],
  trouble: undefined,
  alarm: undefined,
  marksWaiting: 0,
};

/** Whether a status is what a command wanted. */
export function fulfils(status: RoomStatus, command: StateCommand): boolean {
  return wantedStatuses[command].includes(status);
}

/** The statuses that each command leads to. */
const wantedStatuses: Readonly<Record<StateCommand, readonly RoomStatus[]>> = {
  start: ["recording"],
  stop: ["available", "locked", "prepared"],
  pause: ["paused"],
  resume: ["recording"],
  lock: ["locked"],
  unlock: ["available", "prepared", "recording", "paused"],
};

/** The status to reckon with while an accepted command has not been seen to work yet. */
export function expectedStatus(state: RoomState): RoomStatus | undefined {
  const pending = state.pending;
  return pending?.phase === "accepted" ? wantedStatuses[pending.command][0] : knownStatus(state);
}

/** What is told to a room's state. Times are monotonic. */
export type RoomEvent =
  | {
      readonly kind: "seen";
      readonly status: RoomStatus;
      readonly recordingId: RecordingId | undefined;
      readonly sentMs: number;
      readonly receivedMs: number;
    }
  | {
      readonly kind: "not-seen";
      readonly failure: ValtFailure;
      readonly sentMs: number;
      readonly atMs: number;
    }
  /** The list of all rooms says that this one has no recording. It does not tell a locked room from a free one. */
  | { readonly kind: "still-idle"; readonly sentMs: number }
  | {
      readonly kind: "timed";
      readonly recordingId: RecordingId;
      readonly timeSeconds: number;
      readonly sentMs: number;
      readonly receivedMs: number;
    }
  | {
      readonly kind: "command-sent";
      readonly command: StateCommand;
      readonly correlation: CorrelationId;
      readonly atMs: number;
    }
  | {
      readonly kind: "command-accepted";
      readonly recordingId: RecordingId | undefined;
      readonly pressedAtMs: number;
      readonly sentMs: number;
      readonly atMs: number;
    }
  /** An earlier process was answered this a moment ago. */
  | {
      readonly kind: "recalled";
      readonly command: "start" | "stop";
      readonly recordingId: RecordingId;
      readonly sentMs: number;
      readonly atMs: number;
    }
  /** The server did not take it: a look tells whether the room is so already. */
  | {
      readonly kind: "command-refused";
      readonly ifNot: string;
      readonly brief?: string;
      readonly atMs: number;
    }
  /** The answer was lost. The server may act on the request until `actsUntilMs`. */
  | {
      readonly kind: "command-unheard";
      readonly ifNot: string;
      readonly brief?: string;
      readonly atMs: number;
      readonly actsUntilMs: number;
    }
  | {
      readonly kind: "command-ended";
      readonly trouble: string | undefined;
      readonly brief?: string;
      readonly atMs: number;
    }
  | {
      readonly kind: "troubled" | "marks-troubled";
      readonly text: string;
      readonly brief?: string;
      readonly atMs: number;
    }
  /** The clocks leapt, or the machine slept: nothing that was seen or estimated before holds. */
  | { readonly kind: "leapt"; readonly why: string }
  | { readonly kind: "alarmed"; readonly text: string | undefined; readonly brief?: string | undefined }
  | { readonly kind: "marks-waiting"; readonly count: number }
  | { readonly kind: "time-passed"; readonly atMs: number };

/** How long things stay true or are waited for. */
export interface RoomTiming {
  /** Age at which a status is no longer believed. */
  readonly freshMs: number;
  /** How far the server's status may trail its own answers. */
  readonly statusTrailsMs: number;
  /** How long a look may take to be asked and answered once it would be conclusive. */
  readonly lookWithinMs: number;
  /** How long trouble is shown. */
  readonly troubleMs: number;
}
