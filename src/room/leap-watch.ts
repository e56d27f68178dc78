import type { Cancel, Clock } from "../base/clock.ts";

const CHECK_MS = 1000;
/** Far more than clocks drift in a second, far less than a nap. */
const LEAP_MS = 1500;

/** How far the two clocks are apart at a moment. */
interface ClockNote {
  readonly apartMs: number;
}

export function noteClocks(clock: Clock): ClockNote {
  return { apartMs: clock.wallMs() - clock.monotonicMs() };
}

/** Whether the clocks have leapt since the note: what was asked before is as old as the nap between. */
export function hasLeapt(clock: Clock, note: ClockNote): boolean {
  return Math.abs(noteClocks(clock).apartMs - note.apartMs) >= LEAP_MS;
}

/**
 * Notices that the wall clock and the monotonic clock have parted: the machine slept, as the monotonic clock of
 * Linux stands still meanwhile, or somebody set the time. Either way what was estimated since is worth nothing.
 */
export function watchForLeaps(clock: Clock, leapt: (byMs: number) => void): Cancel {
  let note = noteClocks(clock);
  return clock.every(CHECK_MS, () => {
    const byMs = noteClocks(clock).apartMs - note.apartMs;
    const isLeap = hasLeapt(clock, note);
    note = noteClocks(clock);
    if (isLeap) leapt(byMs);
  });
}
