import { shortNameOf } from "../../base/short-name.ts";
import type { DraftRoom } from "./draft.ts";

/** The rooms' words for a mapping: what the server calls them, in small letters and each once. */
export function wordsForRooms(
  rooms: readonly { readonly id: number; readonly name: string }[],
): readonly DraftRoom[] {
  const taken = new Set<string>();
  return rooms.map(({ id, name }) => {
    const usual = shortNameOf(name, id);
    const word = taken.has(usual) ? `${usual}-${id}` : usual;
    taken.add(word);
    return { word, id, serverName: name };
  });
}

/** More rooms than any site has. */
const MOST_IDS = 10_000;

/** `1,3-5` as numbers; nothing for what is none. */
export function readIds(text: string): readonly number[] | undefined {
  const ranges = text.split(",").map((part) => /^\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(part));
  const ids = ranges.flatMap((range) => {
    const [first, last] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    const length = Math.min(last - first + 1, MOST_IDS);
    return length > 0 ? Array.from({ length }, (_, index) => first + index) : [];
  });
  return ranges.includes(null) ? undefined : ids;
}
