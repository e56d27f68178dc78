/**
 * Characters that make a text look or act like another one: control characters (C0, DEL, C1), line and paragraph
 * separators, characters that turn the direction of writing around, and halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** U+FFFD: whoever reads it sees that something stood there. It has one place and is in every font, and VALT keeps it. */
const INSTEAD = "\ufffd";

/** The text on one line and with nothing in it that a terminal, a log or another program would obey. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, INSTEAD);
}

/** The same for sentences, in which line ends and blanks of any number are one blank. */
export function printableSentence(text: string): string {
  return printable(text.replace(/\s+/g, " ").trim());
}

/** Whether nothing of a text would be replaced. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** For a text that is JSON: the same value for whoever parses it, and nothing to obey for a terminal. */
export function printableJson(json: string): string {
  return json.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
