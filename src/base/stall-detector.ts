import type { Cancel, Clock } from "./clock.ts";
import type { Log } from "./log.ts";

const TICK_MS = 250;
/** Far more than a busy moment; no machine that keeps its promises is away for so long. */
const AWAY_MS = 1000;
const HELD_UP = "held up: what was pressed meanwhile counts from the beginning of that";

/** Whether this process has been there all the time to read what came. */
export interface StallDetector {
  /**
   * The earliest moment (monotonic) at which what is read now may have come: now, unless the process was held up
   * (stopped, frozen, swapped out, blocked). What had piled up meanwhile then counts from the moment it was last there.
   */
  arrivedAtMs(): number;
  readonly stop: Cancel;
}

/**
 * Looks every 250 ms; a look that is more than a second late was a stall. `unheardSinceMs` tells since when nobody had read what
 * is read now, where this process goes on at the sockets of one that had ended.
 */
export function detectStalls(
  clock: Clock,
  log: Log,
  unheardSinceMs: () => number | undefined = () => undefined,
): StallDetector {
  let tickedAtMs = clock.monotonicMs();
  let attentiveAtMs = tickedAtMs;
  const stop = clock.every(TICK_MS, () => {
    const awayMs = clock.monotonicMs() - tickedAtMs;
    tickedAtMs += awayMs;
    // After a tick that came too late there may still be something to read: only one in time says that there is not.
    if (awayMs < AWAY_MS) attentiveAtMs = tickedAtMs;
    else log.warn(HELD_UP, { seconds: Math.round(awayMs / 1000) });
  });
  return {
    arrivedAtMs: () => {
      const nowMs = clock.monotonicMs();
      const sinceMs = Math.min(attentiveAtMs, unheardSinceMs() ?? nowMs);
      return nowMs - sinceMs < AWAY_MS ? nowMs : sinceMs;
    },
    stop,
  };
}
