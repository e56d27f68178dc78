import { fillPlaceholders } from "../base/placeholders.ts";
import type { Phrase } from "./phrases.ts";

/** A phrase with what stands in its braces, to be said later, in whatever language. */
export interface Told {
  readonly phrase: Phrase;
  readonly values?: Readonly<Record<string, string | number | Told>>;
}

/** A phrase with values, or a text that may be a phrase; any other text, such as what the server said, stays as it is. */
export type Sayable = string | Told;

/** `phrase`, with these values in its braces: texts among them stay as they are. */
export function told(phrase: Phrase, values: NonNullable<Told["values"]> = {}): Told {
  return { phrase, values };
}

/** As logs, the journal and the command line have it. */
export function sayInEnglish(sayable: Sayable): string {
  if (typeof sayable === "string") return sayable;
  const { phrase, values = {} } = sayable;
  const filled = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "object" ? sayInEnglish(value) : value,
  ]);
  return fillPlaceholders(phrase, Object.fromEntries(filled));
}

/** A text that may be a phrase; any other one stays as it is. */
export function perhapsPhrase(text: string): Told {
  return { phrase: text as Phrase };
}
