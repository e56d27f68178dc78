import { fillPlaceholders } from "../base/placeholders.ts";
import { dutch } from "./dutch.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import { type Phrase, type PhraseTable, phrases } from "./phrases.ts";
import { spanish } from "./spanish.ts";

const english = Object.fromEntries(phrases.map((phrase) => [phrase, phrase])) as PhraseTable;

const tables = { en: english, de: german, fr: french, es: spanish, nl: dutch } as const;

/** As in BCP 47. */
export type LanguageTag = keyof typeof tables;
export const languageTags = ["en", "de", "fr", "es", "nl"] as const satisfies readonly LanguageTag[];

/** What stands in the braces of a phrase. */
type PhraseValues = Readonly<Record<string, string | number>>;

/** The language of a site: its table, with the words that its mapping overrides. */
export interface Language {
  readonly tag: LanguageTag;
  readonly table: PhraseTable;
  say(phrase: Phrase, values?: PhraseValues): string;
  /** A text that may be a phrase; any other one, such as what the server said, stays as it is. */
  translate(text: string): string;
}

export function createLanguage(
  tag: LanguageTag = "en",
  own: Readonly<Record<string, string>> = {},
): Language {
  const table: PhraseTable = { ...tables[tag], ...own };
  return {
    tag,
    table,
    say: (phrase, values = {}) => fillPlaceholders(table[phrase], values),
    translate: (text) => (Object.hasOwn(table, text) ? table[text as Phrase] : text),
  };
}
