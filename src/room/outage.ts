import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ValtFailure } from "../valt/failure.ts";

/** Since when the server cannot be asked, and why. */
export interface Outage {
  readonly sinceMs: number;
  readonly failure: ValtFailure;
}

/** Whether the server can be asked at all: logged once when lost, once when back. */
export interface OutageWatch {
  current(): Outage | undefined;
  /** Returns how long to wait before the next attempt. */
  suffer(failure: ValtFailure): number;
  recover(): void;
}

export interface OutageTools {
  readonly clock: Clock;
  readonly log: Log;
  changed(server: "up" | "down"): void;
}

export function createOutageWatch({ clock, log, changed }: OutageTools): OutageWatch {
  const backoff = createBackoff({ firstMs: 250, longestMs: 5000, factor: 2, jitter: 0.3 }, clock);
  let outage: Outage | undefined;
  return {
    current: () => outage,
    suffer(failure) {
      if (outage === undefined) {
        outage = { sinceMs: clock.monotonicMs(), failure };
        log.warn("server lost", { failure: failure.kind, why: failure.message });
        changed("down");
      }
      return backoff.nextMs();
    },
    recover() {
      if (outage === undefined) return;
      log.info("server back", { afterMs: Math.round(clock.monotonicMs() - outage.sinceMs) });
      outage = undefined;
      backoff.reset();
      changed("up");
    },
  };
}

/** Whether a failure says something about the whole server and not about one room. */
export function concernsServer(failure: ValtFailure): boolean {
  if (failure.kind === "server-error") return failure.httpStatus !== 500;
  return failure.kind !== "refused" && failure.kind !== "not-found";
}
