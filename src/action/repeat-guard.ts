/** Notices what comes again too soon: bouncing fingers, duplicated packets. */
export interface RepeatGuard {
  /** Whether `key` was last seen less than the quiet time ago; remembers it either way. */
  repeats(key: string, nowMs: number): boolean;
}

/**
 * `restart`: every repetition starts the quiet time anew, so that mashing counts once.
 * `ignore`: repetitions do not prolong it, so that steady pressing counts now and then.
 */
export function createRepeatGuard(quietMs: () => number, repetitions: "restart" | "ignore"): RepeatGuard {
  // In the order of their times: what is forgotten stands in front.
  const seenAtMs = new Map<string, number>();
  return {
    repeats(key, nowMs) {
      const seenMs = seenAtMs.get(key);
      const tooSoon = seenMs !== undefined && nowMs - seenMs < quietMs();
      if (tooSoon && repetitions === "ignore") return true;
      seenAtMs.delete(key);
      seenAtMs.set(key, nowMs);
      forgetOlderThan(nowMs - quietMs());
      return tooSoon;
    },
  };

  function forgetOlderThan(limitMs: number): void {
    for (const [key, seenMs] of seenAtMs) {
      if (seenMs >= limitMs) return;
      seenAtMs.delete(key);
    }
  }
}
