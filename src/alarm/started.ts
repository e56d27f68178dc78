import type { Clock } from "../base/clock.ts";
import type { RecordingId, RoomName } from "../base/identifiers.ts";

/** A recording that was started from here, and what became of it as far as is known. */
export interface StartedRecording {
  readonly recording: RecordingId;
  /** Which room of which server: an edit may give the room's name to another one. */
  readonly place: string;
  /** Times count in it alone. */
  readonly era: Clock["era"];
  /**
   * `stopping`: a stop from here is on its way, or its answer was lost. `stopped`: the server took one. `gone`: seen to
   * have ended.
   */
  readonly state: "running" | "stopping" | "stopped" | "gone";
  /** The start; absent where its answer was lost. */
  readonly start: CommandTimes | undefined;
  /**
   * The last stop that was sent; where its answer was lost, when it was given up and from when it can have no effect. While
   * it is `running`: one that was meant for what ran before, and that may still end it.
   */
  readonly stop: CommandTimes | undefined;
}

/** When a command was sent and answered (monotonic); the same while it is not answered. */
export interface CommandTimes {
  readonly sentMs: number;
  readonly atMs: number;
}

/** What was started from here, so that somebody minds how it ends: the newest recording of each room. */
export interface StartedRecordings {
  newest(room: RoomName): StartedRecording | undefined;
  note(room: RoomName, started: StartedRecording): void;
}

/** For those who have no disk: they are known as long as the process lasts. */
export function rememberStarted(): StartedRecordings {
  const newest = new Map<RoomName, StartedRecording>();
  return {
    newest: (room) => newest.get(room),
    note: (room, started) => void newest.set(room, started),
  };
}
