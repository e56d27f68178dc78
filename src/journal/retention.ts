import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { StorageFailure } from "./database.ts";
import type { PruneLimits } from "./journal-file.ts";

/** Rows that are older go, and the oldest go when the file is larger. */
export interface RetentionLimits {
  readonly days: number;
  readonly bytes: number;
}

export interface RetentionTools {
  readonly clock: Clock;
  readonly limits: RetentionLimits;
  isOpen(): boolean;
  prune(limits: PruneLimits): Promise<Result<number, StorageFailure>>;
  pruned(count: number): void;
}

const LOOK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Wall time that moves by more than this against monotonic time was set by somebody. */
const JUMP_MS = 600_000;

/**
 * Keeps the journal within its limits. A clock that was set forward by mistake must not make the whole record look
 * old: rows are not removed for their age in the first hour, nor in the day after the clock was set.
 */
export function createRetention(tools: RetentionTools): { close(): void } {
  const { clock, limits } = tools;
  let trustedFromMs = clock.monotonicMs() + 3_600_000;
  let offsetMs = clock.wallMs() - clock.monotonicMs();
  let isBusy = false;

  async function look(): Promise<void> {
    const nowMs = clock.monotonicMs();
    const newOffsetMs = clock.wallMs() - nowMs;
    if (Math.abs(newOffsetMs - offsetMs) > JUMP_MS) trustedFromMs = nowMs + DAY_MS;
    offsetMs = newOffsetMs;
    if (isBusy || !tools.isOpen()) return;
    isBusy = true;
    const count = await pruneAll(tools, nowMs >= trustedFromMs ? limits.days * DAY_MS : Infinity);
    isBusy = false;
    if (count > 0) tools.pruned(count);
  }

  const cancel = clock.every(LOOK_EVERY_MS, () => void look());
  return { close: cancel };
}

async function pruneAll({ clock, limits, prune }: RetentionTools, longestMs: number): Promise<number> {
  let count = 0;
  for (;;) {
    const wallMs = Math.round(clock.wallMs());
    const beforeWallMs = Math.max(0, wallMs - longestMs);
    const atMs = Math.round(clock.monotonicMs() * 10) / 10;
    const result = await prune({ beforeWallMs, bytes: limits.bytes, atMs, wallMs });
    if (!result.ok || result.value === 0) return count;
    count += result.value;
  }
}
