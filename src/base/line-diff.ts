/** A line that only one of two texts has. */
interface ChangedLine {
  readonly how: "removed" | "added";
  /** One-based, in the text that has it. */
  readonly line: number;
  readonly text: string;
}

/**
 * The lines in which two texts differ, in their order. Made for edits: after a difference the texts go on where they agree
 * again soonest, which need not be the shortest description.
 */
export function diffLines(before: string, after: string): readonly ChangedLine[] {
  const [old, fresh] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  const changed: ChangedLine[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < fresh.length) {
    const [removed, added] = untilAlike(old, fresh, [at, to]);
    for (; removed > at; at++) changed.push({ how: "removed", line: at + 1, text: old[at] ?? "" });
    for (; added > to; to++) changed.push({ how: "added", line: to + 1, text: fresh[to] ?? "" });
    at += 1;
    to += 1;
  }
  return changed;
}

/** Beyond that the texts count as different to their ends: an edit is small. */
const MOST_LINES = 400;

/** The next lines that are the same in both, counting from a pair of lines. */
function untilAlike(
  old: readonly string[],
  fresh: readonly string[],
  [at, to]: readonly [at: number, to: number],
): readonly [at: number, to: number] {
  const longest = Math.min(MOST_LINES, old.length - at + fresh.length - to);
  for (let apart = 0; apart <= longest; apart++)
    for (let skipped = 0; skipped <= apart; skipped++) {
      const pair = [at + skipped, to + apart - skipped] as const;
      if (pair[0] < old.length && pair[1] < fresh.length && old[pair[0]] === fresh[pair[1]]) return pair;
    }
  return [old.length, fresh.length];
}
