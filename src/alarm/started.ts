import type { RecordingId, RoomName } from "../base/identifiers.ts";

/** The recordings that were started from here, so that somebody minds how they end: the newest of each room. */
export interface StartedRecordings {
  has(recording: RecordingId): boolean;
  note(room: RoomName, recording: RecordingId): void;
}

/** For those who have no disk: they are known as long as the process lasts. */
export function rememberStarted(): StartedRecordings {
  const newest = new Map<RoomName, RecordingId>();
  return {
    has: (recording) => [...newest.values()].includes(recording),
    note: (room, recording) => void newest.set(room, recording),
  };
}
