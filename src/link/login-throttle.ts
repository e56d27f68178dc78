import { networkOf } from "../base/address-list.ts";
import type { Clock } from "../base/clock.ts";

/**
 * `locks-out` is the wrong one with which a lockout begins; `locked-out` was not even looked at.
 */
type Verdict = "right" | "wrong" | "locks-out" | "locked-out";

const MOST_WRONG = 10;
const MINUTE_MS = 60_000;
/** Beyond so many addresses the oldest is forgotten. */
const MOST_KEPT = 4096;

/**
 * Wrong passcodes and tokens by address, or network of IPv6: ten within a minute lock it out for a minute. A right one is refused meanwhile
 * too, or a guesser would only have to go on; whoever is in already is not asked again.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #wrong = new Map<string, { readonly count: number; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  judge(address: string, isRight: () => boolean): Verdict {
    const network = networkOf(address);
    const nowMs = this.#clock.monotonicMs();
    const { count, untilMs } = this.#recall(network, nowMs);
    if (count >= MOST_WRONG) return "locked-out";
    if (isRight()) return "right";
    const isLast = count + 1 >= MOST_WRONG;
    this.#wrong.delete(network);
    this.#wrong.set(network, { count: count + 1, untilMs: isLast ? nowMs + MINUTE_MS : untilMs });
    for (const oldest of this.#wrong.keys()) {
      if (this.#wrong.size <= MOST_KEPT) break;
      this.#wrong.delete(oldest);
    }
    return isLast ? "locks-out" : "wrong";
  }

  #recall(network: string, nowMs: number): { readonly count: number; readonly untilMs: number } {
    const known = this.#wrong.get(network);
    return known !== undefined && nowMs < known.untilMs ? known : { count: 0, untilMs: nowMs + MINUTE_MS };
  }
}
