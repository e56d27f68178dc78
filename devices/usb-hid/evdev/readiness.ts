import { closeSync, readSync, writeSync } from "node:fs";
import type { InputKernel } from "./kernel.ts";

/** Tells when open files have something to read, without a thread for each. */
export interface Readiness {
  /**
   * Calls `ready` whenever the file may be readable, until the returned function is called. What that promises
   * resolves when nothing holds the descriptor any more: only then may it be closed.
   */
  follow(descriptor: number, ready: () => void): () => Promise<void>;
}

type Waiting = Pick<InputKernel, "awaitReadable" | "createWakeUp">;

/** Longest wait in the thread: a process that ends without closing its devices waits for it. */
const LIMIT_MS = 500;

/**
 * One poll(2) for all, in one borrowed thread, and only while something is followed. A file of the input layer is
 * neither socket nor terminal to Node (`net.Socket` and `tty.ReadStream` refuse it), and a blocking read of
 * each in libuv's pool could not be ended: four idle keyboards would stop every lookup and file of the process.
 */
export function createPolledReadiness(kernel: Waiting): Readiness {
  const followed = new Map<number, () => void>();
  let wakeUp: number | undefined;
  let released: (() => void)[] = [];

  const wake = () => {
    if (wakeUp !== undefined) writeSync(wakeUp, ONE);
  };
  const letGo = () => {
    const waiting = released;
    released = [];
    for (const release of waiting) release();
  };

  async function turn(counter: number): Promise<void> {
    while (followed.size > 0) {
      const descriptors = [...followed.keys()];
      const [isWoken, ...areReadable] = await readable(kernel, [counter, ...descriptors]);
      if (isWoken === true) drain(counter);
      letGo();
      for (const [index, descriptor] of descriptors.entries())
        if (areReadable[index] === true) followed.get(descriptor)?.();
    }
    wakeUp = undefined;
    closeSync(counter);
    letGo();
  }

  return {
    follow(descriptor, ready) {
      followed.set(descriptor, ready);
      if (wakeUp === undefined) {
        wakeUp = kernel.createWakeUp();
        void turn(wakeUp);
      } else wake();
      return () => {
        if (!followed.delete(descriptor)) return Promise.resolve();
        return new Promise((resolve) => {
          released.push(resolve);
          wake();
        });
      };
    },
  };
}

/** A report is at most this late where nothing better is to be had; the mean is half of it. */
const INTERVAL_MS = 8;

/** Looks again and again: for where the C library cannot be loaded. */
export function createTimedReadiness(): Readiness {
  return {
    follow(_, ready) {
      const timer = setInterval(ready, INTERVAL_MS);
      return async () => clearInterval(timer);
    },
  };
}

/** A counter of the kernel takes and gives 8 bytes. */
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

function drain(counter: number): void {
  try {
    readSync(counter, new Uint8Array(8));
  } catch {
    // Nothing was written to it.
  }
}

/** Where waiting itself fails, all are looked at: reading an empty file does no harm. */
async function readable(kernel: Waiting, descriptors: readonly number[]): Promise<readonly boolean[]> {
  try {
    return await kernel.awaitReadable(descriptors, LIMIT_MS);
  } catch {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    return descriptors.map(() => true);
  }
}
