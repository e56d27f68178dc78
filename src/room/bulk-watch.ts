import { createBackoff } from "../base/backoff.ts";
import type { Cancel, Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import type { ValtClient } from "../valt/client.ts";
import { hasLeapt, noteClocks } from "./leap-watch.ts";
import type { ListPace } from "./pace.ts";

export type ListedRooms = ReadonlyMap<ValtRoomId, "recording" | "no-recording">;

/** Tells every second which rooms of the whole server have a recording, where the server says so. */
interface BulkWatchTools {
  valt(): Pick<ValtClient, "rooms">;
  readonly clock: Clock;
  /** Whether asking is worth it now: many rooms, server there. */
  worthwhile(): boolean;
  requestsPerSecond(): number;
  /** A request goes out. */
  asked(nowMs: number): void;
  /** Which rooms the list speaks for, as it was asked for at `sentMs`; nothing when it was asked for in vain. */
  told(rooms: ListedRooms | undefined, sentMs: number): void;
}

export interface BulkWatch {
  /** How often it tells something at the moment; nothing where the last answer told nothing. */
  pace(): ListPace | undefined;
  /** `hopeful`: it has told nothing so far, and may yet. */
  state(): "telling" | "hopeful" | "given-up";
  /** The server is another one, or is back: asks soon. */
  retry(): void;
  close(): void;
}

const EVERY_MS = 1000;
/** A server whose answer names no recordings is asked again only now and then. */
const USELESS_FOR_MS = 300_000;
/** One failure is an accident. */
const GIVEN_UP_AFTER = 3;

/**
 * Asks `rooms/info` for all rooms at once. That its answer carries `has_recording` for each room is
 * inferred from the single form. It never takes more than half of the budget.
 */
export function startBulkWatch(tools: BulkWatchTools): BulkWatch {
  const { clock } = tools;
  const backoff = createBackoff({ firstMs: 2000, longestMs: USELESS_FOR_MS, factor: 2, jitter: 0 }, clock);
  const everyMs = () => EVERY_MS * Math.ceil(2 / tools.requestsPerSecond());
  let asking = false;
  let askFromMs = -Infinity;
  let failures = 0;
  let toldMs: number | undefined;
  let oldestMs: number | undefined;

  async function ask(): Promise<void> {
    const sentMs = clock.monotonicMs();
    const clocks = noteClocks(clock);
    asking = true;
    // Half a second earlier: timers come a little too soon or too late.
    askFromMs = sentMs + everyMs() - EVERY_MS / 2;
    tools.asked(sentMs);
    const answer = await tools.valt().rooms();
    asking = false;
    const nowMs = clock.monotonicMs();
    if (hasLeapt(clock, clocks)) return;
    const rooms = new Map(
      (answer.ok ? answer.value : []).flatMap(({ id, hasRecording }) =>
        hasRecording === undefined ? [] : [[id, hasRecording ? "recording" : "no-recording"] as const],
      ),
    );
    if (rooms.size > 0) {
      oldestMs = nowMs - (toldMs ?? sentMs - everyMs());
      toldMs = sentMs;
      failures = 0;
      backoff.reset();
      tools.told(rooms, sentMs);
      return;
    }
    failures = answer.ok ? GIVEN_UP_AFTER : failures + 1;
    askFromMs = nowMs + (answer.ok ? USELESS_FOR_MS : backoff.nextMs());
    oldestMs = undefined;
    toldMs = undefined;
    tools.told(undefined, sentMs);
  }

  const cancel: Cancel = clock.every(EVERY_MS, () => {
    if (!asking && clock.monotonicMs() >= askFromMs && tools.worthwhile()) void ask();
  });
  return {
    pace: () => (oldestMs === undefined ? undefined : { perSecond: 1000 / everyMs(), oldestMs }),
    state: () => (oldestMs !== undefined ? "telling" : failures < GIVEN_UP_AFTER ? "hopeful" : "given-up"),
    retry() {
      askFromMs = -Infinity;
      failures = 0;
      oldestMs = undefined;
      toldMs = undefined;
      backoff.reset();
    },
    close: cancel,
  };
}
