/** Reports of one sort: of one id where reports are numbered. */
export interface Group {
  /** The number at the beginning of each; undefined when they seem to be unnumbered. */
  readonly id: number | undefined;
  /** Of the longest. */
  readonly length: number;
  /** Bytes that were not the same in all of them, in their order. */
  readonly bytes: readonly SeenByte[];
}

export interface SeenByte {
  readonly at: number;
  /** What it most often was: what it is while nothing is touched. */
  readonly idle: number;
  /** Everything that it was, each once, in the order in which it came. */
  readonly values: readonly number[];
  /** How often it was another than in the report before. */
  readonly changes: number;
  readonly reportCount: number;
}

/** Sorts reports by what their first byte says, if it seems to be a report's number, and looks at each byte. */
export function groupReports(reports: readonly Uint8Array[]): readonly Group[] {
  const whole = reports.filter(({ length }) => length > 0);
  if (whole.length === 0) return [];
  if (!areNumbered(whole)) return [lookAt(undefined, ofCommonLength(whole))];
  const ids = [...new Set(whole.map(([id]) => id))];
  return ids.map((id) => lookAt(id, ofCommonLength(whole.filter(([first]) => first === id))));
}

/** Nobody says whether reports are numbered; those of several lengths are, when the first byte tells the length. */
function areNumbered(reports: readonly Uint8Array[]): boolean {
  const lengths = new Map<number, number>();
  for (const report of reports) {
    const [id = 0] = report;
    if ((lengths.get(id) ?? report.length) !== report.length) return false;
    lengths.set(id, report.length);
  }
  return new Set(lengths.values()).size > 1 && !lengths.has(0);
}

/** Reports that were cut off say nothing about the bytes that they lack. */
function ofCommonLength(reports: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = mostFrequent(reports.map((report) => report.length));
  return reports.filter((report) => report.length === length);
}

function lookAt(id: number | undefined, reports: readonly Uint8Array[]): Group {
  const length = reports[0]?.length ?? 0;
  const offsets = Array.from({ length }, (_, at) => at).slice(id === undefined ? 0 : 1);
  const bytes = offsets.map((at) => lookAtByte(at, reports)).filter(({ values }) => values.length > 1);
  return { id, length, bytes };
}

function lookAtByte(at: number, reports: readonly Uint8Array[]): SeenByte {
  const column = reports.map((report) => report[at] ?? 0);
  return {
    at,
    idle: mostFrequent(column),
    values: [...new Set(column)],
    changes: column.filter((value, index) => index > 0 && value !== column[index - 1]).length,
    reportCount: reports.length,
  };
}

/** Of several that are equally frequent, that which was last: in the end everything was let go. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return values.findLast((value) => counts.get(value) === most) ?? 0;
}
