import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { errorText } from "../../../base/error-text.ts";
import { fail, type Result, succeed } from "../../../base/result.ts";
import { type HasLetter, readFontLetters } from "./font-letters.ts";
import { findNotoSlice, type NotoSlice } from "./noto.ts";

/** Which fonts draw a text: the site's own, the bridge's, then slices of Noto. */
export interface FontChain {
  /** The bridge's own font and the site's, in the order in which they are asked. */
  readonly files: readonly FontFile[];
  /** The slices of Noto with what these fonts lack of a text. */
  slicesFor(text: string): readonly NotoSlice[];
  /** The letters of a text that no font here has, each once. */
  missingIn(text: string): readonly string[];
}

interface FontFile {
  readonly family: string;
  readonly file: string;
}

const MOST_FONT_BYTES = 64 * 1024 * 1024;

/** Reads which letters the fonts have, loads none for drawing. Fails when the site's own font cannot be used. */
export function readFontChain(ownFile: string | undefined): Result<FontChain, string> {
  const own = ownFile === undefined ? undefined : readLetters(ownFile);
  if (own?.ok === false) return own;
  const keyFile = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf");
  const key = readLetters(keyFile);
  if (!key.ok) return key;
  const known = [...(own === undefined ? [] : [own.value]), key.value];
  const lacking = (text: string) =>
    [...new Set(text)].filter((letter) => {
      const codePoint = letter.codePointAt(0) ?? 0;
      return !isUnseen(letter) && !known.some((has) => has(codePoint));
    });
  const sliceOf = (letter: string, text: string) =>
    findNotoSlice(letter.codePointAt(0) ?? 0, KANA.test(text));
  return succeed({
    files: [
      ...(ownFile === undefined ? [] : [{ family: `valt-bridge-own ${ownFile}`, file: ownFile }]),
      { family: KEY_FONT, file: keyFile },
    ],
    slicesFor: (text) => [
      ...new Map(
        lacking(text).flatMap((letter) => {
          const slice = sliceOf(letter, text);
          return slice === undefined ? [] : [[slice.family, slice]];
        }),
      ).values(),
    ],
    missingIn: (text) => lacking(text).filter((letter) => sliceOf(letter, text) === undefined),
  });
}

const KEY_FONT = "valt-bridge-key";
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Controls, joiners, and signs that choose between forms of the letter before them. */
function isUnseen(letter: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{VS}]/u.test(letter);
}

function readLetters(file: string): Result<HasLetter, string> {
  try {
    if (statSync(file).size > MOST_FONT_BYTES) return fail(`${file} is larger than a font`);
    const letters = readFontLetters(readFileSync(file));
    return letters === undefined
      ? fail(`${file} is no TrueType or OpenType font (.ttf, .otf, .ttc, .woff2)`)
      : succeed(letters);
  } catch (error) {
    return fail(`the font cannot be read: ${errorText(error)}`);
  }
}
