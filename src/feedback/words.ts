import type { StateCommand } from "../action/action.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { RoomView } from "../room/room-view.ts";

/** What a look's text may mention. */
export const lookPlaceholders = [
  "room",
  "label",
  "status",
  "elapsed",
  "pending",
  "reason",
  "age",
  "marks",
  "alarm",
] as const;
/** What a pushed message may mention. */
export const pushPlaceholders = [...lookPlaceholders, "id", "elapsedSeconds", "recording"] as const;

type Word = (typeof pushPlaceholders)[number];
type Figure = Extract<Word, "recording" | "elapsedSeconds">;

/** A figure that is not known is null. */
export type Words = Readonly<
  Record<Exclude<Word, Figure>, string | number> &
    Record<Figure, number | null> & {
      /** On keys it stands for the reason. */
      readonly brief?: string | undefined;
      /** On keys it stands for the age. */
      readonly span?: string;
    }
>;

/**
 * A room in words, for texts on panels and messages on links. `status` is one of the server's five
 * words or `unknown`; a command under way is told in `pending` only. A room that is not known has no figures: 0 would say
 * that nothing is recorded.
 */
export function wordsFor(
  view: RoomView,
  room: { readonly name: RoomName; readonly label?: string; readonly id: ValtRoomId },
): Words {
  const isOn = view.status === "recording" || view.status === "paused";
  const runMs = isOn ? view.elapsedMs : undefined;
  const seconds = runMs === undefined ? undefined : Math.floor(runMs / 1000);
  return {
    room: room.name,
    label: room.label ?? room.name,
    id: room.id,
    status: view.status ?? "unknown",
    recording: view.status === undefined ? null : Number(view.status === "recording"),
    elapsed: seconds === undefined ? "" : formatDuration(seconds),
    elapsedSeconds: view.status === undefined || isOn ? (seconds ?? null) : 0,
    pending: view.pending === undefined ? "" : pendingWords[view.pending],
    reason: reasonOf(view),
    brief: view.brief,
    alarm: view.alarm ?? "",
    age: view.ageMs === undefined ? "" : formatDuration(Math.floor(view.ageMs / 1000)),
    span: view.ageMs === undefined ? "" : formatSpan(view.ageMs),
    marks: view.marksWaiting === 0 ? "" : `+${view.marksWaiting}`,
  };
}

/** The same for people who read another language: links and logs stay as they are. */
export function translateWords(words: Words, translate: (text: string) => string): Words {
  return {
    ...words,
    status: translate(String(words.status)),
    pending: translate(String(words.pending)),
    reason: translate(String(words.reason)),
    alarm: translate(String(words.alarm)),
    brief: words.brief === undefined ? undefined : translate(words.brief),
  };
}

function reasonOf({ trouble, alarm, why }: RoomView): string {
  return trouble ?? alarm ?? why ?? "";
}

/** `1:05`, `12:31`, `1:02:03`. */
export function formatDuration(totalSeconds: number): string {
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor(totalSeconds / 60) % 60;
  const seconds = String(totalSeconds % 60).padStart(2, "0");
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
}

/** `42 s`, `12 min`, `3 h`: nobody takes it for a time of day. */
function formatSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

export const pendingWords: Readonly<Record<StateCommand, string>> = {
  start: "starting",
  stop: "stopping",
  pause: "pausing",
  resume: "resuming",
  lock: "locking",
  unlock: "unlocking",
};
