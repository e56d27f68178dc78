import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type HasLetter, type LetterRange, lookUpIn, readFontLetters } from "./font-letters.ts";

/** A file with some hundred letters of a Noto font. */
export interface NotoSlice {
  /** Under which the drawing library knows it. */
  readonly family: string;
  readonly file: string;
}

/** Fonts that come in slices; the name is that of the package and the start of its files' names. */
const FONTS = ["noto-sans-jp", "noto-sans-sc", "noto-sans-tc", "noto-sans-kr", "noto-emoji"] as const;
type NotoFont = (typeof FONTS)[number];

const require = createRequire(import.meta.url);

/**
 * The slice that has a letter. Chinese and Japanese write the same letters a little differently: `isJapanese` says whose form
 * is wanted. The packages' tables say where a letter would be in any font of that sort; whether it is there, the slice itself
 * says.
 */
export function findNotoSlice(codePoint: number, isJapanese: boolean): NotoSlice | undefined {
  for (const font of isJapanese ? FONTS : CHINESE_FIRST) {
    const slice = slicesOf(font).find(({ mayHave }) => mayHave(codePoint));
    if (slice !== undefined && lettersOf(slice)(codePoint)) return slice;
  }
  return undefined;
}

const CHINESE_FIRST: readonly NotoFont[] = [
  "noto-sans-sc",
  "noto-sans-tc",
  "noto-sans-jp",
  "noto-sans-kr",
  "noto-emoji",
];

type KnownSlice = NotoSlice & { readonly mayHave: HasLetter };

const known = new Map<NotoFont, readonly KnownSlice[]>();
const letters = new Map<string, HasLetter>();

function lettersOf({ file }: NotoSlice): HasLetter {
  const has = letters.get(file) ?? readFontLetters(readFileSync(file)) ?? (() => false);
  letters.set(file, has);
  return has;
}

function slicesOf(font: NotoFont): readonly KnownSlice[] {
  const before = known.get(font);
  if (before !== undefined) return before;
  const place = require.resolve(`@fontsource-variable/${font}/unicode.json`);
  const tables = JSON.parse(readFileSync(place, "utf8")) as Readonly<Record<string, string>>;
  const slices = Object.entries(tables).flatMap(([name, ranges]) => {
    // Slices are numbered in brackets; the others are Latin, Cyrillic and the like, which the key font has.
    const number = /^\[(\d+)\]$/.exec(name)?.[1];
    if (number === undefined) return [];
    const file = place.replace(/unicode\.json$/, `files/${font}-${number}-wght-normal.woff2`);
    return [{ family: `valt-bridge-${font}-${number}`, file, mayHave: lookUpIn(readRanges(ranges)) }];
  });
  known.set(font, slices);
  return slices;
}

/** `U+4e00-4e02,U+f900`. */
function readRanges(text: string): readonly LetterRange[] {
  return text.split(",").map((range) => {
    const [first = "", last = first] = range.replace("U+", "").split("-");
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}
