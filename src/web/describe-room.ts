import type { BridgeStatus } from "../bridge/status.ts";
import type { RoomInfo } from "./page/protocol.ts";
import type { LastChange } from "./stories.ts";

type Room = BridgeStatus["rooms"][number];

/** A room for the page, as it is at `nowMs` on the bridge's clock. */
export function describeRoom(room: Room, nowMs: number, lastChange: LastChange | undefined): RoomInfo {
  const { name, id, knowledge, marksWaiting } = room;
  return {
    name,
    id,
    knowledge,
    marksWaiting,
    atMs: nowMs,
    ...present({
      status: room.status,
      pending: room.pending,
      recording: room.recording,
      elapsedMs: room.elapsedMs,
      seenAtMs: room.ageMs === undefined ? undefined : nowMs - room.ageMs,
      why: room.why,
      trouble: room.trouble,
      alarm: room.alarm,
      lastChange,
    }),
  };
}

/** When a room was last seen; -1 for never. Whole milliseconds, since there may be a thousand. */
export function seenAt({ ageMs }: Room, nowMs: number): number {
  return ageMs === undefined ? -1 : Math.round(nowMs - ageMs);
}

type Present<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** Leaves out what is not known. */
function present<Fields extends Record<string, unknown>>(fields: Fields): Present<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;
}
