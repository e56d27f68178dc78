/** Words after which a line or an address carries what nobody may read: a passcode, a card, a PIN. */
const CONFIDENTIAL = new Set([
  "login",
  "log-in",
  "connect",
  "pass",
  "password",
  "passcode",
  "pin",
  "card",
  "badge",
]);
/** `auth`, `authorize`, `authentication` */
const CONFIDENTIAL_BEGINNING = "auth";

/** Such a word counts up to here: a tag, the verb and two words between, as in `@7 SET PANEL PIN 1234`. */
const MOST_BEFORE = 3;

/**
 * Where the first such word ends; nothing where there is none. Words are looked at one after the other: a pattern for
 * all of this tries every way to cut a text into words.
 */
export function findConfidential(text: string): number | undefined {
  let before = 0;
  let last: { readonly word: string; readonly end: number } | undefined;
  for (const { 0: word, index } of text.matchAll(/\w+/g)) {
    const gap = text.slice(last?.end ?? 0, index);
    // Words that only hyphens join count as one.
    const isJoined = /^-+$/.test(gap);
    if (before > MOST_BEFORE && !isJoined) return undefined;
    const end = index + word.length;
    if (isConfidential(word) || (gap === "-" && isConfidential(`${last?.word}-${word}`))) return end;
    if (!isJoined) before++;
    last = { word, end };
  }
  return undefined;
}

function isConfidential(word: string): boolean {
  const small = word.toLowerCase();
  return CONFIDENTIAL.has(small) || small.startsWith(CONFIDENTIAL_BEGINNING);
}
