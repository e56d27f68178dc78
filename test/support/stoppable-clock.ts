import { createFakeClock, type FakeClock, settle } from "./fake-clock.ts";

/** A driven clock for a process that can be stopped: its timers fall due all the same, and run when it goes on. */
export interface StoppableClock extends FakeClock {
  /** Stops for so long. What came meanwhile is read once the timers that fell due have run, as an event loop does. */
  stop(forMs: number, read: () => void): Promise<void>;
}

export function createStoppableClock(): StoppableClock {
  const clock = createFakeClock();
  let isStopped = false;
  let overdue: (() => void)[] = [];
  let toBeRead: (() => void) | undefined;
  let soon: (() => void)[] = [];

  const awake = (task: () => void) => () => {
    if (isStopped) overdue.push(task);
    else task();
  };

  return {
    ...clock,
    after(delayMs, task) {
      let isOff = false;
      const cancel = clock.after(
        delayMs,
        awake(() => {
          if (!isOff) task();
        }),
      );
      return () => {
        isOff = true;
        cancel();
      };
    },
    every: (intervalMs, task) => clock.every(intervalMs, awake(task)),
    soon(task) {
      if (toBeRead === undefined) clock.soon(task);
      else soon.push(task);
    },
    async stop(forMs, read) {
      isStopped = true;
      await clock.advance(forMs);
      isStopped = false;
      toBeRead = read;
      // An interval that fell due several times runs once.
      for (const task of new Set(overdue)) task();
      overdue = [];
      read();
      toBeRead = undefined;
      for (const task of soon) task();
      soon = [];
      await settle();
    },
  };
}
