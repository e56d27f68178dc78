import type { Phrase } from "../../language/phrases.ts";

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}") as {
  readonly tag?: string;
  readonly table?: Readonly<Record<string, string>>;
  readonly stamp?: string;
};

/** Which words the page was loaded with. */
export const stamp = words.stamp ?? "";

const tag = words.tag ?? "en";
/** For dates and numbers, as in BCP 47: the browser's own habits where it speaks the same language. */
export const locale = navigator.languages.find((one) => one === tag || one.startsWith(`${tag}-`)) ?? tag;

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

/** A phrase in the site's language, with its placeholders filled in. */
export function say(phrase: Phrase, values: Readonly<Record<string, string | number>> = {}): string {
  const text = words.table?.[phrase] ?? phrase;
  return text.replace(PLACEHOLDER, (whole, name: string) => String(values[name] ?? whole));
}

/** A text that may be a phrase; any other one stays as it is. */
export function translate(text: string): string {
  return words.table?.[text] ?? text;
}
