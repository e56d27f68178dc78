/** A duration that is known to lie between two bounds, both included. */
export interface Bounds {
  readonly lowMs: number;
  readonly highMs: number;
}

/** Bounds, and the most likely value between them. */
export interface Estimate extends Bounds {
  readonly guessMs: number;
}

/** What both allow; nothing where they contradict each other. */
export function intersect(one: Bounds, other: Bounds): Bounds | undefined {
  const lowMs = Math.max(one.lowMs, other.lowMs);
  const highMs = Math.min(one.highMs, other.highMs);
  return lowMs <= highMs ? { lowMs, highMs } : undefined;
}

/** The guess where the bounds allow it, else the middle between them. */
export function guessWithin({ lowMs, highMs }: Bounds, guessMs: number): Estimate {
  const isAllowed = guessMs >= lowMs && guessMs <= highMs;
  return { lowMs, highMs, guessMs: isAllowed ? guessMs : (lowMs + highMs) / 2 };
}
