import type { Bar, Figure } from "./measurement.ts";

export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank percentiles: each is a time that was really measured. */
export function distribute(samplesMs: readonly number[]): Distribution {
  const sorted = [...samplesMs].sort((one, other) => one - other);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return { count: sorted.length, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
}

const PARTS = ["p50", "p95", "p99", "max"] as const;

/** Four figures; `bars` holds some of them to a limit. */
export function figuresOf(
  name: string,
  distribution: Distribution,
  bars: Partial<Record<(typeof PARTS)[number], Bar>> = {},
): readonly Figure[] {
  return PARTS.map((part) => {
    const bar = bars[part];
    const note = part === "p50" ? { note: `${distribution.count} samples` } : {};
    return {
      name: `${name}, ${part}`,
      value: distribution[part],
      unit: "ms",
      ...(bar === undefined ? {} : { bar }),
      ...note,
    } as const;
  });
}
