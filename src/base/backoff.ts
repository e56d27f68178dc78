import type { Clock } from "./clock.ts";

interface BackoffSettings {
  readonly firstMs: number;
  readonly longestMs: number;
  readonly factor: number;
  /** Share of each delay that is left to chance, 0 to 1. */
  readonly jitter: number;
}

/** Growing delays between attempts; `reset` after a success. */
export interface Backoff {
  nextMs(): number;
  reset(): void;
}

/** Begins with `firstMs`; each delay is `factor` times the one before, up to `longestMs`. */
export function createBackoff(settings: BackoffSettings, clock: Pick<Clock, "chance">): Backoff {
  let delayMs = settings.firstMs;
  return {
    nextMs() {
      const current = delayMs;
      delayMs = Math.min(settings.longestMs, delayMs * settings.factor);
      return current * (1 - settings.jitter * clock.chance());
    },
    reset() {
      delayMs = settings.firstMs;
    },
  };
}
