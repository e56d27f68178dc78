import { DueQueue } from "./due-queue.ts";
import { noRooms, type RoomCounts, URGENCIES, type Urgency } from "./pace.ts";
import type { Watched } from "./watched.ts";

/** Who is looked at next: one queue for each urgency, in which the room comes first whose interval began first. */
export class Turns {
  readonly #queues = new Map<Urgency, DueQueue<Watched>>(URGENCIES.map((one) => [one, new DueQueue()]));
  readonly #rooms = new Set<Watched>();
  readonly #counts: Record<Urgency, number> = { ...noRooms };

  counts(): RoomCounts {
    return this.#counts;
  }

  add(room: Watched): void {
    this.#rooms.add(room);
    this.#counts[room.urgency]++;
    this.#queueOf(room.urgency).push(room, room.turnMs);
  }

  remove(room: Watched): void {
    if (this.#rooms.delete(room)) this.#counts[room.urgency]--;
  }

  /** The room's urgency or turn has changed. */
  move(room: Watched, to: { readonly urgency: Urgency; readonly turnMs: number }): void {
    if (!this.#rooms.has(room)) return;
    this.#counts[room.urgency]--;
    this.#counts[to.urgency]++;
    room.urgency = to.urgency;
    room.turnMs = to.turnMs;
    this.#queueOf(room.urgency).push(room, room.turnMs);
  }

  /** Entries that a later move has overtaken are dropped on the way. */
  first(urgency: Urgency): Watched | undefined {
    const queue = this.#queueOf(urgency);
    for (let entry = queue.peek(); entry !== undefined; entry = queue.peek()) {
      const { item: room, dueMs } = entry;
      const isValid = room.urgency === urgency && room.turnMs === dueMs && this.#rooms.has(room);
      if (isValid && room.looking === "no") return room;
      queue.pop();
    }
    return undefined;
  }

  #queueOf(urgency: Urgency): DueQueue<Watched> {
    return this.#queues.get(urgency) as DueQueue<Watched>;
  }
}
