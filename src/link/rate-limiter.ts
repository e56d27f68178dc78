import type { Clock } from "../base/clock.ts";

export interface AllowanceRules {
  readonly perSecond: number;
  readonly burst: number;
}

/** Beyond so many, whoever was silent longest is forgotten: its allowance is the fullest by then. */
const MOST_KEPT = 4096;

/** An allowance for each key, such as a peer or an address: a burst first, then so many a second. */
export class RateLimiter {
  readonly #rules: AllowanceRules;
  readonly #clock: Clock;
  // A map keeps the order of insertion: the first is the one that was used longest ago.
  readonly #left = new Map<string, { readonly count: number; readonly atMs: number }>();

  constructor(rules: AllowanceRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Takes one; false when nothing is left. */
  take(key: string): boolean {
    const { perSecond, burst } = this.#rules;
    const nowMs = this.#clock.monotonicMs();
    const { count, atMs } = this.#left.get(key) ?? { count: burst, atMs: nowMs };
    const grown = Math.min(burst, count + ((nowMs - atMs) / 1000) * perSecond);
    const isLeft = grown >= 1;
    this.#left.delete(key);
    this.#left.set(key, { count: isLeft ? grown - 1 : grown, atMs: nowMs });
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= MOST_KEPT) break;
      this.#left.delete(oldest);
    }
    return isLeft;
  }

  forget(key: string): void {
    this.#left.delete(key);
  }
}
