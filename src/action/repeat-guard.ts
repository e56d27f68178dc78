/** Notices what comes again too soon: bouncing fingers, duplicated packets. */
export interface RepeatGuard {
  /** Whether `key` was last seen less than `quietMs` ago; remembers it either way. */
  repeats(key: string, nowMs: number): boolean;
}

/**
 * `restart`: every repetition starts the quiet time anew, so that mashing counts once.
 * `ignore`: repetitions do not prolong it, so that steady pressing counts now and then.
 */
export function createRepeatGuard(quietMs: () => number, repetitions: "restart" | "ignore"): RepeatGuard {
  const seenAtMs = new Map<string, number>();
  return {
    repeats(key, nowMs) {
      const seenMs = seenAtMs.get(key);
      const tooSoon = seenMs !== undefined && nowMs - seenMs < quietMs();
      if (!tooSoon || repetitions === "restart") seenAtMs.set(key, nowMs);
      if (seenAtMs.size > 1000) forgetOlderThan(nowMs - quietMs());
      return tooSoon;
    },
  };

  function forgetOlderThan(limitMs: number): void {
    for (const [key, seenMs] of seenAtMs) if (seenMs < limitMs) seenAtMs.delete(key);
  }
}
