import type { RoomView } from "../room/room-view.ts";
import type { RoomStatus } from "../valt/answers.ts";

/** The state of a room as lines tell it. */
export const STATE_WORDS = [
  "IDLE",
  "STARTING",
  "RECORDING",
  "PAUSED",
  "STOPPING",
  "LOCKED",
  "PREPARED",
  "UNKNOWN",
] as const;
export type StateWord = (typeof STATE_WORDS)[number];

/** What the server confirmed, or that a start or stop is under way; never what was only asked for. */
export function stateWord({ status, pending }: RoomView): StateWord {
  if (status === undefined) return "UNKNOWN";
  if (pending === "start" && status !== "recording") return "STARTING";
  if (pending === "stop" && (status === "recording" || status === "paused")) return "STOPPING";
  return statusWords[status];
}

/** The state that the server's answer to an accepted command leads to. */
export function acceptedWord({ expected }: RoomView): StateWord {
  return expected === undefined ? "UNKNOWN" : statusWords[expected];
}

const statusWords: Readonly<Record<RoomStatus, StateWord>> = {
  available: "IDLE",
  recording: "RECORDING",
  paused: "PAUSED",
  locked: "LOCKED",
  prepared: "PREPARED",
};

/** `00:12:31`; nothing while no recording runs or its time is not known. */
export function elapsedWord({ status, elapsedMs }: RoomView): string {
  const runs = status === "recording" || status === "paused";
  return runs && elapsedMs !== undefined ? clockWord(elapsedMs) : "";
}

/** Hours, minutes and seconds, each of two digits at least. */
export function clockWord(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
