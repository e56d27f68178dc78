import type { Cancel, Clock } from "../base/clock.ts";

const CHECK_MS = 1000;
/** Far more than clocks drift in a second, far less than a nap. */
const LEAP_MS = 1500;

/**
 * Notices that the wall clock and the monotonic clock have parted: the machine slept, as the monotonic clock of
 * Linux stands still meanwhile, or somebody set the time. Either way what was estimated since is worth nothing.
 */
export function watchForLeaps(clock: Clock, leapt: (byMs: number) => void): Cancel {
  let offsetMs = clock.wallMs() - clock.monotonicMs();
  return clock.every(CHECK_MS, () => {
    const nowMs = clock.wallMs() - clock.monotonicMs();
    const byMs = nowMs - offsetMs;
    offsetMs = nowMs;
    if (Math.abs(byMs) >= LEAP_MS) leapt(byMs);
  });
}
