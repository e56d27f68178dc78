import type { Clock } from "../base/clock.ts";
import type { ValtClient } from "../valt/client.ts";
import { hasLeapt, noteClocks } from "./leap-watch.ts";
import { LOOKS_PER_READING } from "./pace.ts";
import type { RoomStore } from "./store.ts";
import type { Watched } from "./watched.ts";

export interface ElapsedReaderTools {
  valt(): Pick<ValtClient, "roomInfo">;
  readonly store: RoomStore;
  readonly clock: Clock;
  /** A request goes out. */
  asked(nowMs: number): void;
}

/** How often the elapsed time of a running recording is compared with the server's. */
const EVERY_MS = 30_000;

/** Reads how far the recording has run: when that is unknown, after a pause began or ended, and now and then. */
export async function readElapsed(
  room: Watched,
  { valt, store, clock, asked }: ElapsedReaderTools,
): Promise<void> {
  const recording = store.get(room.name).recording;
  if (recording === undefined) return;
  const sentMs = clock.monotonicMs();
  // A pause is seen up to an interval late, and the estimate ran on until then.
  const isTimed = recording.clock !== undefined && recording.reading !== undefined;
  const isDue = sentMs >= room.timedAtMs + EVERY_MS && room.looksSinceTimed >= LOOKS_PER_READING;
  if (isTimed && !isDue) return;
  room.timedAtMs = sentMs;
  room.looksSinceTimed = 0;
  const clocks = noteClocks(clock);
  asked(sentMs);
  const answer = await valt().roomInfo(room.id);
  if (!answer.ok || answer.value.recording === undefined || hasLeapt(clock, clocks)) return;
  const { id, timeSeconds } = answer.value.recording;
  const receivedMs = clock.monotonicMs();
  store.tell(room.name, { kind: "timed", recordingId: id, timeSeconds, sentMs, receivedMs });
}
