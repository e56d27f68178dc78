import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { StorageFailure } from "./database.ts";
import type { Pruned, PruneLimits } from "./journal-file.ts";

/** Rows that are older go, and the oldest go when the file is larger. */
export interface RetentionLimits {
  readonly days: number;
  readonly bytes: number;
}

/** What retention needs of the journal. */
export interface RetentionTools {
  readonly clock: Clock;
  /** Read at every look: they may be edited. */
  readonly limits: RetentionLimits;
  isOpen(): boolean;
  prune(limits: PruneLimits): Promise<Result<Pruned, StorageFailure>>;
  pruned(count: number): void;
  /** Whether the evidence of those days has no room in those bytes: people are warned before any of it goes. */
  crowded(is: "crowded" | "roomy"): void;
}

const LOOK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Wall time that moves by more than this against monotonic time was set by somebody. */
const JUMP_MS = 600_000;
/** For so long people can make room before evidence goes, */
const WARNED_FOR_MS = DAY_MS;
/** unless the file is larger than so many times its limit. */
const MOST_OVERSIZE = 2;
/** Going through all rows once more costs reading the whole file. */
const TRY_AGAIN_MS = 3_600_000;

interface Crowded extends RetentionLimits {
  readonly sinceMs: number;
  readonly triedAtMs: number;
}

/**
 * Keeps the journal within its limits. By size the oldest rows go, and the evidence among them that is younger than the
 * days is written anew: refused presses cannot flush it. Where the evidence alone is too large an alarm comes a day before
 * any of it goes. A clock that was set forward by mistake must not make the whole record look old: rows are not removed
 * for their age in the first hour, nor in the day after the clock was set.
 */
export function createRetention(tools: RetentionTools): { close(): void } {
  const { clock, limits } = tools;
  let trustedFromMs = clock.monotonicMs() + 3_600_000;
  let offsetMs = clock.wallMs() - clock.monotonicMs();
  let isBusy = false;
  let crowded: Crowded | undefined;

  async function look(): Promise<void> {
    const nowMs = clock.monotonicMs();
    const newOffsetMs = clock.wallMs() - nowMs;
    if (Math.abs(newOffsetMs - offsetMs) > JUMP_MS) trustedFromMs = nowMs + DAY_MS;
    offsetMs = newOffsetMs;
    if (isBusy || !tools.isOpen()) return;
    isBusy = true;
    const count = await keepLimits({ ...limits }, nowMs >= trustedFromMs);
    isBusy = false;
    if (count > 0) tools.pruned(count);
  }

  /** By age, then by size, without young evidence as long as that can be. */
  async function keepLimits({ days, bytes }: RetentionLimits, isAgeTrusted: boolean): Promise<number> {
    if (crowded !== undefined && (crowded.days !== days || crowded.bytes !== bytes)) relax();
    const longestMs = isAgeTrusted ? days * DAY_MS : Infinity;
    const aged = await sweep(tools, { longestMs, bytes: Infinity, sparedMs: 0 });
    if (aged.usedBytes <= bytes) return aged.removed;
    const spared = isTimeToSpare() ? await sweepSparing({ days, bytes }) : { ...aged, removed: 0 };
    const mayGo = spared.usedBytes > bytes && (isWarned() || spared.usedBytes > MOST_OVERSIZE * bytes);
    const rest = mayGo ? await sweep(tools, { longestMs: Infinity, bytes, sparedMs: 0 }) : undefined;
    return aged.removed + spared.removed + (rest?.removed ?? 0);
  }

  async function sweepSparing({ days, bytes }: RetentionLimits): Promise<Swept> {
    const nowMs = clock.monotonicMs();
    const swept = await sweep(tools, { longestMs: Infinity, bytes, sparedMs: days * DAY_MS });
    if (swept.usedBytes <= bytes) relax();
    else {
      crowded = { sinceMs: crowded?.sinceMs ?? nowMs, triedAtMs: nowMs, days, bytes };
      tools.crowded("crowded");
    }
    return swept;
  }

  function isTimeToSpare(): boolean {
    return clock.monotonicMs() >= (crowded?.triedAtMs ?? -Infinity) + TRY_AGAIN_MS;
  }

  function isWarned(): boolean {
    return crowded !== undefined && clock.monotonicMs() >= crowded.sinceMs + WARNED_FOR_MS;
  }

  function relax(): void {
    if (crowded !== undefined) tools.crowded("roomy");
    crowded = undefined;
  }

  const cancel = clock.every(LOOK_EVERY_MS, () => void look());
  return { close: cancel };
}

interface Sweep {
  readonly longestMs: number;
  readonly bytes: number;
  /** Evidence that is younger is written anew. */
  readonly sparedMs: number;
}

interface Swept {
  readonly removed: number;
  readonly usedBytes: number;
}

/** Until the limits are kept; once through the rows at most, for what was written anew would come round again. */
async function sweep(
  { clock, prune }: RetentionTools,
  { longestMs, bytes, sparedMs }: Sweep,
): Promise<Swept> {
  let removed = 0;
  let end = Infinity;
  for (;;) {
    const wallMs = Math.round(clock.wallMs());
    const beforeWallMs = Math.max(0, wallMs - longestMs);
    const spareFromWallMs = sparedMs === 0 ? Infinity : Math.max(0, wallMs - sparedMs);
    const atMs = Math.round(clock.monotonicMs() * 10) / 10;
    const result = await prune({ beforeWallMs, bytes, spareFromWallMs, atMs, wallMs });
    if (!result.ok) return { removed, usedBytes: 0 };
    const { value } = result;
    removed += value.removed - value.spared;
    end = Math.min(end, value.last);
    if (value.removed === 0 || value.through >= end) return { removed, usedBytes: value.usedBytes };
  }
}
