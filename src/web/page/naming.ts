import type { RoomInfo } from "./protocol.ts";

/** How many of the known rooms record; one that is not known may record too. */
export function tallyOf(rooms: readonly Pick<RoomInfo, "status">[]): {
  readonly look: string;
  readonly icon: string;
  readonly text: string;
} {
  const known = rooms.filter(({ status }) => status !== undefined);
  const recording = known.filter(({ status }) => status === "recording").length;
  if (known.length === 0) return { look: "is-not-known", icon: "?", text: `? of ${rooms.length} recording` };
  const unknown = rooms.length - known.length;
  const text = `${recording} of ${known.length} recording${unknown === 0 ? "" : `, ${unknown} not known`}`;
  if (recording > 0) return { look: "is-recording", icon: "●", text };
  return unknown === 0 ? { look: "", icon: "○", text } : { look: "is-not-known", icon: "?", text };
}
