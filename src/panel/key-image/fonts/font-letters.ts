import { isWoff2, readWoff2Cmap } from "./woff2.ts";

/** Whether a font has a letter, by its code point. */
export type HasLetter = (codePoint: number) => boolean;

/**
 * Reads which letters a TrueType or OpenType font has (`.ttf`, `.otf`, `.woff2`, the first font of a `.ttc`), from its table
 * `cmap` in the formats 4 and 12 (learn.microsoft.com/typography/opentype/spec/cmap). Nothing for bytes that are no such
 * font.
 */
export function readFontLetters(bytes: Buffer): HasLetter | undefined {
  try {
    const cmap = isWoff2(bytes) ? readWoff2Cmap(bytes) : findCmap(bytes);
    const ranges = cmap === undefined ? [] : readSubtables(cmap);
    return ranges.length === 0 ? undefined : lookUpIn(ranges);
  } catch (error) {
    // A font that ends early is none.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** First and last code point of letters that a font has. */
export type LetterRange = readonly [first: number, last: number];

/** Looks letters up in ranges of any order. */
export function lookUpIn(ranges: readonly LetterRange[]): HasLetter {
  const sorted = ranges.toSorted(([one], [other]) => one - other);
  return (codePoint) => {
    let [low, high] = [0, sorted.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [first, last] = sorted[middle] ?? [0, -1];
      if (codePoint < first) high = middle - 1;
      else if (codePoint > last) low = middle + 1;
      else return true;
    }
    return false;
  };
}

function findCmap(bytes: Buffer): Buffer | undefined {
  const start = bytes.toString("latin1", 0, 4) === "ttcf" ? bytes.readUInt32BE(12) : 0;
  const count = bytes.readUInt16BE(start + 4);
  for (let index = 0; index < count; index++) {
    const at = start + 12 + index * 16;
    if (bytes.toString("latin1", at, at + 4) === "cmap") return bytes.subarray(bytes.readUInt32BE(at + 8));
  }
  return undefined;
}

function readSubtables(cmap: Buffer): readonly LetterRange[] {
  const count = Math.min(cmap.readUInt16BE(2), MOST_SUBTABLES);
  const starts = Array.from({ length: count }, (_, index) => cmap.readUInt32BE(8 + index * 8));
  return [...new Set(starts)].flatMap((at) => {
    const format = cmap.readUInt16BE(at);
    if (format === 4) return readSegments(cmap, at);
    return format === 12 ? readGroups(cmap, at) : [];
  });
}

const MOST_SUBTABLES = 32;
const MOST_GROUPS = 100_000;

/** Format 4: parallel lists of last and first code points, shifts, and places of glyph numbers; glyph 0 is none. */
function readSegments(bytes: Buffer, at: number): readonly LetterRange[] {
  const twice = bytes.readUInt16BE(at + 6);
  const ranges: LetterRange[] = [];
  for (let offset = 0; offset < twice; offset += 2) {
    const last = bytes.readUInt16BE(at + 14 + offset);
    const first = bytes.readUInt16BE(at + 16 + twice + offset);
    const place = at + 16 + 3 * twice + offset;
    const toGlyphs = bytes.readUInt16BE(place);
    if (last === 0xffff) continue;
    if (toGlyphs === 0) ranges.push([first, last]);
    else
      for (let letter = first; letter <= last; letter++)
        if (bytes.readUInt16BE(place + toGlyphs + 2 * (letter - first)) !== 0) ranges.push([letter, letter]);
  }
  return ranges;
}

/** Format 12: groups of first and last code point and the first glyph. */
function readGroups(bytes: Buffer, at: number): readonly LetterRange[] {
  const count = Math.min(bytes.readUInt32BE(at + 12), MOST_GROUPS);
  return Array.from({ length: count }, (_, index) => {
    const group = at + 16 + index * 12;
    return [bytes.readUInt32BE(group), bytes.readUInt32BE(group + 4)];
  });
}
