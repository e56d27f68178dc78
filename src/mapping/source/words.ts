import { fillPlaceholders } from "../../base/placeholders.ts";

/** Values for words in braces, by word. */
export type Words = Readonly<Record<string, string>>;

const WORD = /^[A-Za-z][A-Za-z0-9-]*$/;
/** `{n:101..112}` or `{n:101,103,107..109}` or `{wing:east,west}`. */
const RANGE = /\{([A-Za-z][A-Za-z0-9-]*):([A-Za-z0-9._, -]{1,2000})\}/;
const NUMBERS = /^(\d{1,9})\.\.(\d{1,9})$/;
/** More rooms than any site has, so that a slip of the finger fills no memory. */
const MOST = 5000;

export function isWord(text: string): boolean {
  return WORD.test(text);
}

/** Whether the text is one word in braces and nothing else. */
export function isOneWord(text: string): boolean {
  return text.startsWith("{") && text.endsWith("}") && isWord(text.slice(1, -1));
}

/** One of the texts that a text with ranges stands for, and the words that made it. */
interface Spelling {
  readonly text: string;
  readonly words: Words;
}

/**
 * All texts that a text with ranges stands for, in order: `exam-{n:01..12}` stands for twelve. `undefined` when there is no
 * range in it, a sentence when there is a wrong one.
 */
export function spellOut(text: string): readonly Spelling[] | string | undefined {
  const found = text.includes("{") ? RANGE.exec(text) : null;
  if (found === null || !/\.\.|,/.test(found[2] ?? "")) return undefined;
  const [whole, word = "", range = ""] = found;
  const values = valuesOf(range);
  if (typeof values === "string") return `${whole}: ${values}`;
  const spelled: Spelling[] = [];
  for (const value of values) {
    const one = fillPlaceholders(text.replace(whole, value), { [word]: value });
    const rest = spellOut(one) ?? [{ text: one, words: {} }];
    if (typeof rest === "string") return rest;
    for (const inner of rest) spelled.push({ text: inner.text, words: { [word]: value, ...inner.words } });
    if (spelled.length > MOST) return `${whole}: more than ${MOST} values`;
  }
  return spelled;
}

function valuesOf(range: string): readonly string[] | string {
  const values: string[] = [];
  for (const piece of range.split(",").map((one) => one.trim())) {
    const numbers = NUMBERS.exec(piece);
    if (numbers === null) {
      if (piece === "" || piece.includes("..")) return `"${piece}" is no value, and no range such as 1..12`;
      values.push(piece);
      continue;
    }
    const [first = "", last = ""] = numbers.slice(1);
    const [from, to] = [Number(first), Number(last)];
    if (from > to) return `${from} comes after ${to}`;
    if (to - from >= MOST) return `more than ${MOST} values`;
    // 01..12 keeps two digits.
    for (let value = from; value <= to; value++) values.push(String(value).padStart(first.length, "0"));
  }
  return values;
}
