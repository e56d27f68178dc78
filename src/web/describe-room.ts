import { onlyServer } from "../base/identifiers.ts";
import type { RoomStatusEntry } from "../bridge/status.ts";
import type { RoomInfo } from "./page/protocol.ts";
import type { RoomChanges } from "./room-changes.ts";

interface Moment {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** A room for the page, as it is at this moment of both clocks. */
export function describeRoom(
  room: RoomStatusEntry,
  { nowMs, wallMs }: Moment,
  changes: Pick<RoomChanges, "lastOf" | "startOf">,
): RoomInfo {
  const { name, label, knowledge, marksWaiting } = room;
  return {
    name,
    label,
    knowledge,
    marksWaiting,
    atMs: nowMs,
    ...present({
      id: room.id,
      idFrom: room.idFrom === "mapping" ? undefined : room.idFrom,
      server: room.server === onlyServer ? undefined : room.server,
      serverName: room.serverName,
      status: room.status,
      pending: room.pending,
      recording: room.recording,
      elapsedMs: room.elapsedMs,
      seenAtMs: room.ageMs === undefined ? undefined : nowMs - room.ageMs,
      why: room.why,
      trouble: room.trouble,
      brief: room.brief,
      alarm: room.alarm,
      alarmBrief: room.alarmBrief,
      lastChange: room.status === undefined ? undefined : changes.lastOf(name),
      start: changes.startOf(name, room.recording) ?? recallStart(room, wallMs - nowMs),
    }),
  };
}

/** What an earlier process began; `offsetMs` leads from the bridge's clock to the wall's. */
function recallStart({ ownStart }: RoomStatusEntry, offsetMs: number): RoomInfo["start"] | undefined {
  if (ownStart === undefined) return undefined;
  const by = { kind: "here" } as const;
  return ownStart.atMs === undefined ? { by } : { by, wallMs: Math.round(ownStart.atMs + offsetMs) };
}

/** When a room was last seen; -1 for never. Whole milliseconds, since there may be a thousand. */
export function seenAt({ ageMs }: Pick<RoomStatusEntry, "ageMs">, nowMs: number): number {
  return ageMs === undefined ? -1 : Math.round(nowMs - ageMs);
}

type Present<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** Leaves out what is not known. */
function present<Fields extends Record<string, unknown>>(fields: Fields): Present<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;
}
