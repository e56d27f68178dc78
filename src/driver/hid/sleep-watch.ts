import type { Clock } from "../contract.ts";
import type { Session } from "./session.ts";

const LOOK_EVERY_MS = 1000;
const GAP_MS = 5000;

/**
 * Says that the device is lost when the machine was asleep: a handle that was open before answers nothing and reports
 * no error. The monotonic clock stands still in sleep on Linux and the wall clock does not; elsewhere both leap. A wall
 * clock that is set forward looks the same and costs one reopening. Returns the function that ends the watch.
 */
export function watchForSleep(clock: Clock, session: Pick<Session, "lose">): () => void {
  let lastMs = clock.monotonicMs();
  let lastWallMs = clock.wallMs();
  return clock.every(LOOK_EVERY_MS, () => {
    const passedMs = Math.max(clock.monotonicMs() - lastMs, clock.wallMs() - lastWallMs);
    lastMs = clock.monotonicMs();
    lastWallMs = clock.wallMs();
    if (passedMs > LOOK_EVERY_MS + GAP_MS)
      session.lose(`the machine was asleep for ${Math.round(passedMs / 1000)} s`);
  });
}
