import type { Clock } from "../base/clock.ts";

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket of allowances: `take` says whether one more is allowed now. */
export function createRate({ perSecond, burst }: RateLimit, clock: Clock): { take(): boolean } {
  let allowed = burst;
  let atMs = clock.monotonicMs();
  return {
    take() {
      const nowMs = clock.monotonicMs();
      allowed = Math.min(burst, allowed + ((nowMs - atMs) / 1000) * perSecond);
      atMs = nowMs;
      if (allowed < 1) return false;
      allowed -= 1;
      return true;
    },
  };
}
