/** Width of a text in multiples of its font size. Exact for every size: the font is used without hinting. */
export type MeasureEm = (text: string) => number;

interface TextRoom {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly largestPx: number;
  readonly smallestPx: number;
  readonly maxLines: number;
}

interface FittedLine {
  readonly text: string;
  readonly sizePx: number;
  /** From the top of the block. */
  readonly baselinePx: number;
}

export interface FittedText {
  readonly lines: readonly FittedLine[];
  readonly heightPx: number;
  /** A word had to be broken between letters, or the end left out. */
  readonly isBroken: boolean;
}

/**
 * Lays a text out in a room: as large as it fits, on few lines rather than many, broken inside a word
 * only when nothing else helps, and ended with an ellipsis as the last resort. A time at the end of the
 * text stands on a line of its own where that makes it larger; its size does not depend on its digits. A line break
 * in the text is kept where there may be more lines than one.
 */
export function fitText(text: string, room: TextRoom, measureEm: MeasureEm): FittedText {
  const tidied = tidy(text, room.maxLines > 1);
  if (tidied.length <= MOST_CHARACTERS) return fitClean(tidied, room, measureEm);
  const beginning = `${tidied.slice(0, MOST_CHARACTERS - 1).trimEnd()}${ELLIPSIS}`;
  return { ...fitClean(beginning, room, measureEm), isBroken: true };
}

/** The same below a small line, or two. Where both do not fit, the text stands alone and counts as broken; two lines may be broken. */
export function fitHeaded(
  {
    heading,
    text,
    headingLines = 1,
  }: { readonly heading: string; readonly text: string; readonly headingLines?: number },
  room: TextRoom,
  measureEm: MeasureEm,
): FittedText {
  let largestPx = room.largestPx;
  for (;;) {
    const headingPx = Math.max(room.smallestPx, Math.round(largestPx * HEADING_SHARE));
    const line = { ...room, largestPx: headingPx, smallestPx: room.smallestPx - 1, maxLines: headingLines };
    const above = fitBlock(tidy(heading, false), line, measureEm);
    const below = fitText(text, { ...room, heightPx: room.heightPx - above.heightPx }, measureEm);
    const isBroken = (above.isBroken && headingLines === 1) || below.isBroken;
    // The smaller the line above, the larger the text below: until one is smaller than the other by its share.
    const textPx = below.lines[0]?.sizePx ?? 0;
    if (headingPx > room.smallestPx && (isBroken || textPx < largestPx)) {
      largestPx -= 1;
      continue;
    }
    if (isBroken) return { ...fitText(text, room, measureEm), isBroken: true };
    const moved = below.lines.map((one) => ({ ...one, baselinePx: one.baselinePx + above.heightPx }));
    return { lines: [...above.lines, ...moved], heightPx: above.heightPx + below.heightPx, isBroken: false };
  }
}

/** Size of the small line, in parts of the text's. */
const HEADING_SHARE = 0.62;

function fitClean(clean: string, room: TextRoom, measureEm: MeasureEm): FittedText {
  if (clean === "") return { lines: [], heightPx: 0, isBroken: false };
  const whole = fitBlock(clean, room, measureEm);
  const timed = splitTime(clean);
  if (timed === undefined) return whole;
  const stacked = fitStacked(timed, room, measureEm);
  const wholePx = whole.isBroken ? 0 : (whole.lines[0]?.sizePx ?? 0);
  const isWorthIt = stacked !== undefined && (stacked.lines.at(-1)?.sizePx ?? 0) > wholePx * 1.1;
  return isWorthIt ? stacked : whole;
}

const ELLIPSIS = "…";
/** More than the largest control can show; keeps the work for hostile texts small. */
const MOST_CHARACTERS = 240;
/** DejaVu Sans Bold: accented capitals reach 0.93 em up, descenders 0.24 em down. */
const ASCENT_EM = 0.93;
const LINE_EM = 1.17;
/** Figures have neither accents nor descenders. */
const FIGURE_ASCENT_EM = 0.78;
const FIGURE_LINE_EM = 0.82;
/** A smaller text on fewer lines is preferred down to this share of the size. */
const FEWER_LINES_SHARE = 0.85;

/** One form for the same text, without anything that would move the pen elsewhere but its line breaks. */
function tidy(text: string, keepsBreaks: boolean): string {
  return text
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, (gap) => (keepsBreaks && /[\n\u2028\u2029]/.test(gap) ? "\n" : " "))
    .replace(/[\p{Cf}\p{VS}]/gu, "")
    .trim();
}

interface TimedText {
  readonly label: string;
  readonly time: string;
}

function splitTime(text: string): TimedText | undefined {
  const found = /^(?:(.*)[ \n])?(\d{1,3}(?::\d{2}){1,2})$/.exec(text);
  return found?.[2] === undefined ? undefined : { label: found[1] ?? "", time: found[2] };
}

/** All digits are equally wide in this font; minutes always count as two, so that 9:59 is no larger than 10:00. */
function widestLike(time: string): string {
  return time.replace(/\d/g, "0").replace(/^0:(00)$/, "00:$1");
}

function fitStacked(
  { label, time }: TimedText,
  room: TextRoom,
  measureEm: MeasureEm,
): FittedText | undefined {
  const timeEm = measureEm(widestLike(time));
  const labelEm = measureEm(label);
  for (let timePx = Math.floor(room.largestPx * 1.25); timePx >= room.smallestPx; timePx -= 1) {
    const labelPx = label === "" ? 0 : labelSize(timePx, labelEm, room);
    const labelHeightPx = labelPx * LINE_EM;
    const heightPx = labelHeightPx + timePx * FIGURE_LINE_EM;
    if (timePx * timeEm > room.widthPx || labelPx * labelEm > room.widthPx || heightPx > room.heightPx)
      continue;
    const timeLine = { text: time, sizePx: timePx, baselinePx: labelHeightPx + timePx * FIGURE_ASCENT_EM };
    const labelLine = { text: label, sizePx: labelPx, baselinePx: labelPx * ASCENT_EM };
    return { lines: label === "" ? [timeLine] : [labelLine, timeLine], heightPx, isBroken: false };
  }
  return undefined;
}

function labelSize(timePx: number, labelEm: number, room: TextRoom): number {
  const widestPx = Math.floor(room.widthPx / labelEm);
  return Math.max(room.smallestPx, Math.min(Math.round(timePx * 0.58), widestPx));
}

function fitBlock(text: string, room: TextRoom, measureEm: MeasureEm): FittedText {
  const words = text.split("\n").flatMap(readWords);
  const parts = words.flatMap(breakWhereAllowed);
  return (
    fitPieces(words, room, measureEm) ??
    fitPieces(parts, room, measureEm) ??
    breakToFit(parts, room, measureEm)
  );
}

/** A part of a text that stays together; how it follows the one before: after a space, without one, or on a new line. */
interface Piece {
  readonly text: string;
  readonly follows: "spaced" | "glued" | "below";
}

/** In French a space stands before some signs, which begin no line. */
const BETWEEN_WORDS = / (?![:;!?»](?: |$))/;

function readWords(line: string, index: number): Piece[] {
  return line
    .trim()
    .split(BETWEEN_WORDS)
    .map((text, at) => ({ text, follows: index > 0 && at === 0 ? "below" : "spaced" }));
}

/** Behind hyphens and the like, and between the letters of writing that has no spaces. */
function breakWhereAllowed({ text, follows }: Piece): Piece[] {
  return text
    .split(/(?<=[-–/_.\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/u)
    .map((part, index) => ({ text: part, follows: index > 0 ? "glued" : follows }));
}

/** Breaks between what people see as letters. */
function breakAnywhere({ text, follows }: Piece): Piece[] {
  return lettersOf(text).map((letter, index) => ({ text: letter, follows: index > 0 ? "glued" : follows }));
}

function lettersOf(text: string): string[] {
  return [...letterFinder.segment(text)].map(({ segment }) => segment);
}

const letterFinder = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The best size at which the pieces fit without a loss; nothing if they do not. */
function fitPieces(pieces: readonly Piece[], room: TextRoom, measureEm: MeasureEm): FittedText | undefined {
  let best: { lines: readonly string[]; sizePx: number } | undefined;
  for (let lineCount = room.maxLines; lineCount >= 1; lineCount -= 1) {
    const found = fitLines(pieces, { ...room, maxLines: lineCount }, measureEm);
    if (found !== undefined && found.sizePx >= (best?.sizePx ?? 0) * FEWER_LINES_SHARE) best = found;
  }
  return best === undefined ? undefined : blockOf(best.lines, best.sizePx);
}

function fitLines(pieces: readonly Piece[], room: TextRoom, measureEm: MeasureEm) {
  for (let sizePx = largestPossible(pieces, room, measureEm); sizePx >= room.smallestPx; sizePx -= 1) {
    const page = { widthEm: room.widthPx / sizePx, maxLines: room.maxLines };
    const lines = wrap(pieces, page, measureEm);
    if (lines !== undefined && lines.length <= room.maxLines) {
      return { lines: balance(pieces, { ...page, lines }, measureEm), sizePx };
    }
  }
  return undefined;
}

/** No larger size needs to be tried: the widest piece, all pieces together, or the lines would not fit. */
function largestPossible(pieces: readonly Piece[], room: TextRoom, measureEm: MeasureEm): number {
  const widths = pieces.map(({ text }) => measureEm(text));
  const allEm = widths.reduce((sum, width) => sum + width, 0);
  return Math.min(
    room.largestPx,
    Math.floor(room.widthPx / Math.max(...widths)),
    Math.floor((room.widthPx * room.maxLines) / allEm),
    Math.floor(room.heightPx / (LINE_EM * room.maxLines)),
  );
}

interface Page {
  readonly widthEm: number;
  readonly maxLines: number;
}

/** Fills line after line, one more than there may be at the most; nothing if a piece is wider than a line. */
function wrap(pieces: readonly Piece[], page: Page, measureEm: MeasureEm): string[] | undefined {
  const lines: string[] = [];
  for (const piece of pieces) {
    if (measureEm(piece.text) > page.widthEm) return undefined;
    const last = lines.at(-1);
    const isContinued = last !== undefined && piece.follows !== "below";
    const longer = isContinued ? `${last}${piece.follows === "glued" ? "" : " "}${piece.text}` : undefined;
    if (longer !== undefined && measureEm(longer) <= page.widthEm) lines[lines.length - 1] = longer;
    else if (lines.length > page.maxLines) return lines;
    else lines.push(piece.text);
  }
  return lines;
}

/** The same number of lines, as equally long as they can be. */
function balance(
  pieces: readonly Piece[],
  { lines, widthEm }: { readonly lines: readonly string[]; readonly widthEm: number },
  measureEm: MeasureEm,
): readonly string[] {
  let balanced = lines;
  for (let share = 0.94; lines.length > 1 && share > 0.4; share -= 0.06) {
    const narrower = wrap(pieces, { widthEm: widthEm * share, maxLines: lines.length }, measureEm);
    if (narrower === undefined || narrower.length > lines.length) break;
    balanced = narrower;
  }
  return balanced;
}

/** With too long words broken, on two lines; if that does not do, as small as allowed and the rest left out. */
function breakToFit(parts: readonly Piece[], room: TextRoom, measureEm: MeasureEm): FittedText {
  for (let sizePx = room.largestPx; sizePx > room.smallestPx; sizePx -= 1) {
    const page = pageFor(Math.min(2, room.maxLines), sizePx, room);
    const lines = wrapBroken(parts, page, measureEm);
    if (lines.length <= page.maxLines) return { ...blockOf(lines, sizePx), isBroken: true };
  }
  const page = pageFor(room.maxLines, room.smallestPx, room);
  const lines = endAfter(wrapBroken(parts, page, measureEm), page, measureEm);
  return { ...blockOf(lines, room.smallestPx), isBroken: true };
}

function pageFor(mostLines: number, sizePx: number, { widthPx, heightPx }: TextRoom): Page {
  return {
    widthEm: widthPx / sizePx,
    maxLines: Math.min(mostLines, Math.floor(heightPx / (LINE_EM * sizePx))),
  };
}

function wrapBroken(parts: readonly Piece[], page: Page, measureEm: MeasureEm): readonly string[] {
  const isTooWide = ({ text }: Piece) => measureEm(text) > page.widthEm;
  const pieces = parts.flatMap((part) => (isTooWide(part) ? breakAnywhere(part) : [part]));
  // A single letter wider than the room cannot be shown at all.
  const showable = pieces.filter((piece) => !isTooWide(piece));
  return wrap(showable, page, measureEm) ?? [];
}

/** The first lines; if there were more, the last one ends with an ellipsis. */
function endAfter(lines: readonly string[], { widthEm, maxLines }: Page, measureEm: MeasureEm): string[] {
  const kept = lines.slice(0, maxLines);
  if (lines.length <= maxLines) return kept;
  const letters = lettersOf(kept.pop() ?? "");
  const ended = () => `${letters.join("").trimEnd()}${ELLIPSIS}`;
  while (letters.length > 0 && measureEm(ended()) > widthEm) letters.pop();
  return maxLines === 0 ? [] : [...kept, ended()];
}

function blockOf(lines: readonly string[], sizePx: number): FittedText {
  return {
    lines: lines.map((text, index) => ({ text, sizePx, baselinePx: (index * LINE_EM + ASCENT_EM) * sizePx })),
    heightPx: lines.length * LINE_EM * sizePx,
    isBroken: false,
  };
}
