import { type Clock, readWallTime } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { IdentifiedWish } from "./action.ts";

export const namePlaceholders = ["room", "date", "time", "count"] as const;
export const defaultRecordingName = "{room} {date} {time}";

/** What a room's settings say about its recordings. */
export interface RecordingHabits {
  readonly name: RoomName;
  /** A template such as `{room} {date} {time} {count}`. */
  readonly recordingName: string;
  readonly author: number | undefined;
  readonly template: Readonly<Record<string, string>> | undefined;
}

/** Completes what a wish leaves open from the room's habits; `{count}` counts the starts since the bridge runs. */
export function createRecordingNamer(clock: Clock) {
  const startsByRoom = new Map<RoomName, number>();
  return (room: RecordingHabits, wish: IdentifiedWish): IdentifiedWish & { readonly name: string } => {
    const count = (startsByRoom.get(room.name) ?? 0) + 1;
    startsByRoom.set(room.name, count);
    const parts = { room: room.name, count, ...readWallTime(clock.wallMs()) };
    return {
      ...(room.author === undefined ? {} : { author: room.author }),
      ...(room.template === undefined ? {} : { template: room.template }),
      ...wish,
      name: nameRecording(wish.name ?? room.recordingName, parts),
    };
  };
}

type NameParts = Readonly<Record<(typeof namePlaceholders)[number], string | number>>;

function nameRecording(template: string, parts: NameParts): string {
  return template.replace(/\{(room|date|time|count)\}/g, (_, part: keyof NameParts) => String(parts[part]));
}
