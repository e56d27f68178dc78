import type { Phrase } from "../../language/phrases.ts";
import type { RoomInfo } from "./protocol.ts";

/** How many of the known rooms record; one that is not known may record too. */
export function tallyOf(rooms: readonly Pick<RoomInfo, "status">[]): Tally {
  const known = rooms.filter(({ status }) => status !== undefined);
  const recording = known.filter(({ status }) => status === "recording").length;
  const unknown = rooms.length - known.length;
  const count = known.length === 0 ? "?" : recording;
  const total = known.length === 0 ? rooms.length : known.length;
  const isWhole = unknown === 0 || known.length === 0;
  const phrase = isWhole
    ? "{count} of {total} recording"
    : "{count} of {total} recording, {unknown} not known";
  const told = { phrase, values: { count, total, unknown } } as const;
  if (recording > 0) return { look: "is-recording", icon: "●", ...told };
  if (unknown === 0) return { look: "", icon: "○", ...told };
  return { look: "is-not-known", icon: count === "?" ? "" : "?", ...told };
}

interface Tally {
  readonly look: string;
  readonly icon: string;
  readonly phrase: Phrase;
  readonly values: Readonly<Record<string, string | number>>;
}
