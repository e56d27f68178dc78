/** Letters, digits and what stands in times, names and paths: no program divides a cell there, or takes it for a formula. */
const PLAIN = /^(?:[\p{L}\p{N}_./][\p{L}\p{N}_./: -]*)?$/u;
/** Spreadsheets take a cell that begins with one of these for a formula, also in wide letters. */
const FORMULA = /[=+\-@\uff1d\uff0b\uff0d\uff20]/g;
/** Where a program that expects another separator than ours begins a new cell, in the middle of one of ours. */
const SEPARATORS = ";|\t\r\n";
const BLANK = /^[\s"\p{Cf}]$/u;

/**
 * One cell of a table, whatever separator is expected: what is not plain is quoted. An apostrophe keeps a text from being
 * a formula, as spreadsheets do themselves.
 */
export function quote(value: string | number | null | undefined): string {
  if (typeof value !== "string") return String(value ?? "");
  const harmless = value.replace(FORMULA, (sign, at: number) => (beginsCell(value, at) ? `'${sign}` : sign));
  return PLAIN.test(harmless) ? harmless : `"${harmless.replaceAll('"', '""')}"`;
}

function beginsCell(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && !SEPARATORS.includes(text.charAt(before)) && BLANK.test(text.charAt(before)))
    before--;
  return before < 0 || SEPARATORS.includes(text.charAt(before));
}
