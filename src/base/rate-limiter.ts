import type { Clock } from "./clock.ts";
import { keepNewest } from "./memory.ts";

/** A burst at first, then so many a second. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Beyond so many, whoever was silent longest is forgotten: as much is left to it as to a new one by then. */
const MOST_KEPT = 4096;

/** Limits how often something happens, for each key such as a peer or an address. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  /** Whoever was heard last stands at the end. */
  readonly #left = new Map<string, { readonly count: number; readonly atMs: number }>();

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Takes one; false when nothing is left. Without a key, all share one limit. */
  take(key = ""): boolean {
    const { perSecond, burst } = this.#limit;
    const nowMs = this.#clock.monotonicMs();
    const { count, atMs } = this.#left.get(key) ?? { count: burst, atMs: nowMs };
    const grown = Math.min(burst, count + ((nowMs - atMs) / 1000) * perSecond);
    const isLeft = grown >= 1;
    this.#left.delete(key);
    this.#left.set(key, { count: isLeft ? grown - 1 : grown, atMs: nowMs });
    keepNewest(this.#left, MOST_KEPT);
    return isLeft;
  }

  /** The key has its whole burst again. */
  forget(key: string): void {
    this.#left.delete(key);
  }
}
