import { type KnownRooms, type ListedRoom, usableRooms } from "./source/server-rooms.ts";

/** A list may leave out for a moment what it has: a room is gone when no list has shown it for so long. */
const GONE_AFTER_MS = 60_000;

/**
 * What is known of the server's rooms, from one list to the next. A room that records keeps the name under which it was
 * found: who started it must be able to stop it.
 */
export class RoomsOnServer {
  #found: ReadonlyMap<string, ListedRoom>;
  #seen: Map<number, ListedRoom & { readonly seenMs: number }> | undefined;

  /** @param found What an earlier process found. */
  constructor(found: ReadonlyMap<string, ListedRoom> = new Map()) {
    this.#found = found;
  }

  /** The server has shown its list, at this monotonic moment. */
  hear(list: readonly ListedRoom[], nowMs: number): void {
    const kept = [...(this.#seen?.values() ?? [])].filter(({ seenMs }) => nowMs - seenMs < GONE_AFTER_MS);
    this.#seen = new Map(kept.map((room) => [room.id, room]));
    for (const { id, name } of usableRooms(list)) this.#seen.set(id, { id, name, seenMs: nowMs });
  }

  /** A mapping was taken over in which these rooms were found. */
  keep(found: ReadonlyMap<string, ListedRoom>): void {
    this.#found = found;
  }

  /** To read a mapping with; `isBusy` says whether something runs in a room of the mapping. */
  known(isBusy: (room: string) => boolean): KnownRooms {
    const found = new Map([...this.#found].map(([key, { id, name }]) => [key, { id, name }]));
    if (this.#seen === undefined) return { listed: undefined, found };
    const listed = new Map([...this.#seen.values()].map(({ id, name }) => [id, { id, name }]));
    for (const [key, room] of found) {
      const isAsBefore = listed.get(room.id)?.name === room.name;
      if (!isAsBefore && isBusy(key)) listed.set(room.id, room);
    }
    return { listed: usableRooms([...listed.values()]), found };
  }
}
