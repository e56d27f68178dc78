import type { Clock } from "../base/clock.ts";

export interface PaceRules {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Half of what a usual receive buffer was seen to hold of our datagrams (Linux, 212,992 bytes: 256); and whoever needs a
 * millisecond for each keeps up.
 */
const OF_ONE_LISTENER: PaceRules = { burst: 128, perSecond: 800 };

/** How fast messages go out: so many at once, then so many a second. */
export class Pace {
  readonly #clock: Clock;
  readonly #rules: PaceRules;
  /** Less than nothing when more was told than there was left. */
  #left: number;
  #atMs: number;

  constructor(clock: Clock, rules = OF_ONE_LISTENER) {
    this.#clock = clock;
    this.#rules = rules;
    this.#left = rules.burst;
    this.#atMs = clock.monotonicMs();
  }

  /** Whether something may go out now. */
  isOpen(): boolean {
    return this.#grow() >= 1;
  }

  isFull(): boolean {
    return this.#grow() === this.#rules.burst;
  }

  spend(messages: number): void {
    this.#left = this.#grow() - messages;
  }

  #grow(): number {
    const { burst, perSecond } = this.#rules;
    const nowMs = this.#clock.monotonicMs();
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) / 1000) * perSecond);
    this.#atMs = nowMs;
    return this.#left;
  }
}
