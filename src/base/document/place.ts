import type { Finding } from "./finding.ts";
import { findEntry, type Part, type Place } from "./part.ts";

/** Where each line of a text begins, in characters from its start. */
export function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) if (text[index] === "\n") starts.push(index + 1);
  return starts;
}

/** Line and column of a character, both counted from 1. */
export function lineAndColumn(
  offset: number,
  lineStarts: readonly number[],
): { readonly line: number; readonly column: number } {
  let [line, beyond] = [1, lineStarts.length + 1];
  while (beyond - line > 1) {
    const middle = Math.floor((line + beyond) / 2);
    if ((lineStarts[middle - 1] ?? 0) > offset) beyond = middle;
    else line = middle;
  }
  return { line, column: offset - (lineStarts[line - 1] ?? 0) + 1 };
}

/** Where a finding stands: the nearest existing place when its path names something that is not there. */
export function placeOf(
  root: Part | undefined,
  { path, at }: Finding,
): { readonly at: Place; readonly uses: readonly Place[] } {
  let part = root;
  let keyAt: Place | undefined;
  let isMissing = false;
  for (const step of path) {
    const entry = findEntry(part, String(step));
    const next = entry?.part ?? (part?.kind === "list" ? part.items[Number(step)] : undefined);
    isMissing = next === undefined;
    if (next === undefined) break;
    part = next;
    keyAt = entry?.keyAt;
  }
  const isKeyMeant = at === "key" || isMissing;
  const place = isKeyMeant && keyAt !== undefined ? keyAt : part?.at;
  return { at: place ?? { file: 0, offset: 0 }, uses: part?.uses ?? [] };
}
