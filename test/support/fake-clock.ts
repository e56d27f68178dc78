import type { Cancel, Clock } from "../../src/base/clock.ts";

interface Timer {
  readonly task: () => void;
  dueMs: number;
  readonly repeatMs: number | undefined;
}

/** A clock that moves only when told to: nothing in a test sleeps. */
export interface FakeClock extends Clock {
  /** Moves time on, running every timer that falls due, and lets promises settle in between. */
  advance(byMs: number): Promise<void>;
  /** Shifts wall time alone, as an administrator or NTP does. */
  jumpWall(byMs: number): void;
  timerCount(): number;
}

export function createFakeClock(startWallMs = Date.UTC(2026, 0, 15, 9, 0, 0)): FakeClock {
  let nowMs = 0;
  let wallOffsetMs = startWallMs;
  const timers = new Set<Timer>();

  function start(delayMs: number, task: () => void, repeatMs?: number): Cancel {
    const timer: Timer = { task, dueMs: nowMs + Math.max(0, delayMs), repeatMs };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function nextDue(limitMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= limitMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }

  return {
    monotonicMs: () => nowMs,
    era: "test",
    wallMs: () => wallOffsetMs + nowMs,
    after: (delayMs, task) => start(delayMs, task),
    every: (intervalMs, task) => start(intervalMs, task, intervalMs),
    soon: (task) => queueMicrotask(task),
    chance: () => 0.5,
    jumpWall: (byMs) => {
      wallOffsetMs += byMs;
    },
    timerCount: () => timers.size,
    async advance(byMs) {
      const endMs = nowMs + byMs;
      await settle();
      for (let timer = nextDue(endMs); timer !== undefined; timer = nextDue(endMs)) {
        nowMs = timer.dueMs;
        if (timer.repeatMs === undefined) timers.delete(timer);
        else timer.dueMs += timer.repeatMs;
        timer.task();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
  };
}

/** Lets every promise and immediate that is ready run. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) await new Promise((resolve) => setImmediate(resolve));
}
