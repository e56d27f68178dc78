import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { ValtFailure } from "./failure.ts";

/** Keeps an account that the server has refused from being tried again and again, at whatever address. */
export interface AccountPause {
  /** Why this password is not to be tried now; nothing where it may be. */
  reasonAgainst(password: string): ValtFailure | undefined;
  refused(password: string, failure: ValtFailure): void;
  accepted(): void;
}

/** Another password may be tried at once. */
export function createAccountPause(clock: Clock): AccountPause {
  const pause = createBackoff(PAUSE, clock);
  let refusal:
    | { readonly password: string; readonly untilMs: number; readonly failure: ValtFailure }
    | undefined;
  return {
    reasonAgainst(password) {
      const isWaiting = refusal?.password === password && clock.monotonicMs() < refusal.untilMs;
      return isWaiting ? refusal?.failure : undefined;
    },
    refused(password, failure) {
      if (refusal?.password !== password) pause.reset();
      refusal = { password, untilMs: clock.monotonicMs() + pause.nextMs(), failure };
    },
    accepted() {
      refusal = undefined;
      pause.reset();
    },
  };
}

/**
 * A wrong password does not heal by itself. Directories lock an account after three failures or more within 15 to 30
 * minutes, and mostly for 30 minutes: here are two at most within 35. The first wait is shorter, because a server whose
 * directory does not answer refuses right passwords too.
 */
const PAUSE = { firstMs: 5 * 60_000, longestMs: 35 * 60_000, factor: 7, jitter: 0 };
