import type { Cancel, Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";

/**
 * `degraded`: nothing can be written right now, and waits in memory. `off`: it cannot be written, and what happens
 * meanwhile is lost.
 */
type HealthState = "working" | "degraded" | "off";

/** Whether a file can be written. */
export interface Health {
  readonly state: HealthState;
  /** A sentence for people; absent while it works. */
  readonly why?: string;
  /** Monotonic: since when it is in this state. */
  readonly sinceMs: number;
}

/** The health of a file, for those who look on. */
export interface HealthWatch {
  current(): Health;
  /** Tells of the first state that is known and of every change, not of one reason after another. */
  onChange(listener: (health: Health) => void): Cancel;
}

/** Keeps the health of a file, and tells its changes. */
export interface HealthReport extends HealthWatch {
  become(state: HealthState, why?: string): void;
}

/** Why it is degraded before anything is known of it. */
export const NOT_OPEN_YET = "not open yet";

/** Degraded until the file is open. */
export function createHealthReport(clock: Clock): HealthReport {
  const listeners = new Set<(health: Health) => void>();
  let isFirst = true;
  let health: Health = { state: "degraded", why: NOT_OPEN_YET, sinceMs: clock.monotonicMs() };
  return {
    current: () => health,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become(state, why) {
      const isNew = isFirst || state !== health.state;
      isFirst = false;
      const sinceMs = isNew ? clock.monotonicMs() : health.sinceMs;
      health = why === undefined ? { state, sinceMs } : { state, why, sinceMs };
      if (isNew) for (const listener of listeners) listener(health);
    },
  };
}

/** Once when it is lost, once when it is back. */
export function logHealth(report: HealthReport, log: Log, what: string): void {
  let wasTroubled = false;
  report.onChange(({ state, why }) => {
    const isTroubled = state !== "working";
    if (isTroubled) log.error(`${what} cannot be written`, { state, why });
    else if (wasTroubled) log.info(`${what} is written again`);
    wasTroubled = isTroubled;
  });
}
