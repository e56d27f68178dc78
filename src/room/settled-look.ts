import type { RecordingId } from "../base/identifiers.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { RoomState } from "./room-state.ts";

/** What a look has shown of a room in which nothing is under way. Times are monotonic. */
export interface SettledLook {
  readonly status: RoomStatus;
  readonly recordingId?: RecordingId | undefined;
  readonly askedMs: number;
}

/**
 * What another process may take for its own look: nothing where a command is under way, or where the status may trail behind
 * one that was answered, since that process knows nothing of commands.
 */
export function settledLook({ knowledge, pending, answered, recording }: RoomState): SettledLook | undefined {
  if (knowledge.kind !== "live" || pending !== undefined) return undefined;
  const { status, seenAtMs: askedMs } = knowledge;
  if (answered !== undefined && askedMs < answered.trailsUntilMs) return undefined;
  return { status, recordingId: recording?.id, askedMs };
}
