import { Chunk } from "@codemirror/merge";
import { Text } from "@codemirror/state";

/** A line of two texts that are compared; numbers count from 1. */
export interface ComparedLine {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
  readonly number: number;
}

/** So many lines are shown around a difference. */
const AROUND = 2;

/** What is different, with some lines around it; `undefined` stands for lines that are left out. */
export function compare(before: string, after: string): readonly (ComparedLine | undefined)[] {
  const lines = compareAll(textOf(before), textOf(after));
  const isNear = (at: number) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== "same");
  const kept = lines.map((line, at) => (isNear(at) ? line : undefined));
  return kept.filter((line, at) => line !== undefined || (at > 0 && kept[at - 1] !== undefined) || at === 0);
}

function compareAll(one: Text, other: Text): readonly ComparedLine[] {
  const lines: ComparedLine[] = [];
  let [left, right] = [1, 1];
  const same = (until: number) => {
    for (; left < until; left += 1, right += 1)
      lines.push({ kind: "same", text: one.line(left).text, number: right });
  };
  for (const { fromA, toA, fromB, toB } of Chunk.build(one, other)) {
    same(one.lineAt(Math.min(fromA, one.length)).number);
    for (const end = left + countLines(one, fromA, toA); left < end; left += 1)
      lines.push({ kind: "gone", text: one.line(left).text, number: left });
    for (const end = right + countLines(other, fromB, toB); right < end; right += 1)
      lines.push({ kind: "new", text: other.line(right).text, number: right });
  }
  same(one.lines);
  return lines;
}

/** With a line end behind every line, and nothing after the last one. */
function textOf(text: string): Text {
  return Text.of(text.replace(/\n?$/, "\n").split(/\r\n?|\n/));
}

/** A stretch of whole lines ends after the last one's end. */
function countLines(doc: Text, from: number, to: number): number {
  if (from >= to) return 0;
  return doc.lineAt(Math.min(to - 1, doc.length)).number - doc.lineAt(from).number + 1;
}
