import type { Cancel, Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import type { ValtClient } from "../valt/client.ts";

/** Tells every second which rooms of the whole server have a recording, where the server says so. */
export interface BulkWatch {
  valt(): Pick<ValtClient, "rooms">;
  readonly clock: Clock;
  /** Whether asking is worth it now: many rooms, server there. */
  worthwhile(): boolean;
  tell(room: ValtRoomId, has: "recording" | "no-recording"): void;
}

const EVERY_MS = 1000;
const USELESS_FOR_MS = 300_000;

/**
 * Asks `rooms/info` for all rooms at once. That its answer carries `has_recording` for each room is
 * inferred from the single form; a server whose answer does not is asked again only now and then.
 */
export function startBulkWatch(watch: BulkWatch): Cancel {
  let asking = false;
  let askFromMs = -Infinity;

  async function ask(): Promise<void> {
    asking = true;
    const answer = await watch.valt().rooms();
    asking = false;
    if (!answer.ok) return;
    const telling = answer.value.filter((room) => room.hasRecording !== undefined);
    if (telling.length === 0) askFromMs = watch.clock.monotonicMs() + USELESS_FOR_MS;
    for (const room of telling) watch.tell(room.id, room.hasRecording ? "recording" : "no-recording");
  }
  return watch.clock.every(EVERY_MS, () => {
    if (!asking && watch.clock.monotonicMs() >= askFromMs && watch.worthwhile()) void ask();
  });
}
