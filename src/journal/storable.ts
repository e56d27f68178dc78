/**
 * A text as SQLite gives it back: it cuts texts at a zero byte and replaces halves of surrogate pairs, and a row
 * that comes back changed does not fit its hash.
 */
export function toStorable(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, "\ufffd");
}
