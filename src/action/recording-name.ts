import { type Clock, readWallTime } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import { fillPlaceholders } from "../base/placeholders.ts";
import type { IdentifiedWish } from "./action.ts";

export const namePlaceholders = ["room", "label", "date", "time", "hour", "minute", "count"] as const;
export const defaultRecordingName = "{room} {date} {time}";

/** What a room's settings say about its recordings. */
interface RecordingHabits {
  readonly name: RoomName;
  /** What people call the room. */
  readonly label: string;
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
    const parts = { room: room.name, label: room.label, count, ...readWallTime(clock.wallMs()) };
    return {
      ...(room.author === undefined ? {} : { author: room.author }),
      ...(room.template === undefined ? {} : { template: room.template }),
      ...wish,
      name: fillPlaceholders(wish.name ?? room.recordingName, parts),
    };
  };
}
