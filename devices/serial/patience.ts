import type { Clock } from "../../src/driver/contract.ts";

/** Resolves when the promise has settled, or after `limitMs`; keeps no timer behind. */
export function atMost(clock: Clock, limitMs: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, resolve);
    const settle = () => {
      cancel();
      resolve();
    };
    promise.then(settle, settle);
  });
}
