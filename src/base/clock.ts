import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * Time and chance, lent to everything that needs them so that tests can own both.
 * Monotonic time is for durations and ages; wall time only for what people read.
 */
export interface Clock {
  /** Milliseconds since the start of the era; never jumps, fractions allowed. */
  monotonicMs(): number;
  /** Monotonic times of the same era compare, whichever process read them: on Linux from boot to boot. */
  readonly era: string;
  /** Milliseconds since 1970-01-01 UTC; may jump. */
  wallMs(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): Cancel;
  /** Runs `task` every `intervalMs` until cancelled. */
  every(intervalMs: number, task: () => void): Cancel;
  /** Runs `task` once what is ready to be read and written now has been. */
  soon(task: () => void): void;
  /** A fraction from 0 (included) to 1 (excluded), for jitter only. */
  chance(): number;
}

/** Ends what was planned; may be called twice. */
export type Cancel = () => void;

/** Where the process began within the era. */
const processBeganMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** The machine's own time and chance. */
export const systemClock: Clock = {
  monotonicMs: () => processBeganMs + performance.now(),
  era: readBootId(),
  wallMs: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  every: (intervalMs, task) => {
    const timer = setInterval(task, intervalMs);
    return () => clearInterval(timer);
  },
  soon: (task) => {
    setImmediate(task);
  },
  chance: () => Math.random(),
};

/** Where the system does not tell its boots apart, every process is an era of its own. */
function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return randomUUID();
  }
}

/** A promise that resolves after `delayMs`, or at once when `signal` aborts. */
export function pause(clock: Pick<Clock, "after">, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(delayMs, finish);
    signal?.addEventListener("abort", finish, { once: true });
    function finish(): void {
      cancel();
      signal?.removeEventListener("abort", finish);
      resolve();
    }
  });
}

/** What the promise gives, or `too-late` when it takes longer than `limitMs`. */
export function within<Value>(
  clock: Clock,
  promise: Promise<Value>,
  limitMs: number,
): Promise<Value | "too-late"> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve("too-late"));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** Resolves when the promise has settled, well or not, or after `limitMs`. Never rejects, and keeps no timer behind. */
export async function settledWithin(clock: Clock, promise: Promise<unknown>, limitMs: number): Promise<void> {
  await within(clock, promise, limitMs).catch(() => undefined);
}

/** Wall time as people in the bridge's time zone read it: `2026-01-31` and `14:05:09`. */
export function readWallTime(wallMs: number): WallTime {
  const moment = new Date(wallMs);
  const two = (number: number) => String(number).padStart(2, "0");
  const [hour, minute] = [two(moment.getHours()), two(moment.getMinutes())];
  return {
    date: `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`,
    time: `${hour}:${minute}:${two(moment.getSeconds())}`,
    hour,
    minute,
  };
}

/** Local time as text: `2026-11-29`, `14:05:09`, `14` and `05`. */
type WallTime = Readonly<Record<"date" | "time" | "hour" | "minute", string>>;

/** Wall time of a date as HTTP headers and certificates write it; `undefined` when it is none. */
export function parseWallTime(text: string | undefined): number | undefined {
  const wallMs = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isFinite(wallMs) ? wallMs : undefined;
}

/** `2026-11-22T22:34:18Z`. */
export function formatWallTime(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`;
}
