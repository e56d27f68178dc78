import type { Slip } from "../../base/document/parse.ts";
import type { Place } from "../../base/document/part.ts";
import { isWord } from "./words.ts";

/** One line of a table: its values by the names of their columns, and where it stands. */
export interface Row {
  readonly at: Place;
  readonly values: Readonly<Record<string, string>>;
}

interface Cell {
  readonly text: string;
  readonly offset: number;
}

/**
 * Reads comma-separated values (RFC 4180) with the columns' names in the first line. Semicolons and tabs, which
 * spreadsheets write in some languages, are found by that line. Empty lines are left out. No library, because each value's
 * place is needed for what is said of it.
 */
export function readTable(text: string, file: number, report: (slip: Slip) => void): readonly Row[] {
  const [head, ...lines] = splitCells(text, separatorOf(text));
  const names = (head ?? []).map((cell) => ({ ...cell, text: cell.text.trim() }));
  const complain = (offset: number, message: string, hint?: string) =>
    report({ severity: "error", at: { file, offset }, message, hint });
  if (names.length === 0) complain(0, "the table is empty", "its first line names the columns");
  for (const [index, { text: name, offset }] of names.entries()) {
    if (!isWord(name))
      complain(
        offset,
        `"${name}" cannot be a column's name`,
        "a letter first, then letters, digits and dashes",
      );
    else if (names.findIndex((one) => one.text === name) < index)
      complain(offset, `the column "${name}" stands here twice`);
  }
  return lines.map((cells) => {
    const offset = cells[0]?.offset ?? 0;
    if (cells.length !== names.length)
      complain(offset, `this line has ${cells.length} values, and the table has ${names.length} columns`);
    const values = names.map(({ text: name }, index) => [name, cells[index]?.text.trim() ?? ""] as const);
    return { at: { file, offset }, values: Object.fromEntries(values) };
  });
}

function separatorOf(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  const count = (separator: string) => line.split(separator).length;
  return [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** Lines of cells; a cell in double quotes may hold separators, line ends and doubled quotes. */
function splitCells(text: string, separator: string): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [];
  let line: Cell[] = [];
  let offset = 0;
  while (offset < text.length) {
    const { cell, end } = readCell(text, offset, separator);
    line.push(cell);
    const isLast = text[end] !== separator;
    if (isLast) {
      if (line.length > 1 || cell.text.trim() !== "") lines.push(line);
      line = [];
    }
    offset = text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
    // A separator at the very end of the text has an empty cell behind it.
    if (!isLast && offset >= text.length) lines.push([...line, { text: "", offset }]);
  }
  return lines;
}

function readCell(text: string, start: number, separator: string): { cell: Cell; end: number } {
  const isEnd = (sign: string | undefined) =>
    sign === undefined || sign === separator || sign === "\n" || sign === "\r";
  if (text[start] !== '"') {
    let end = start;
    while (!isEnd(text[end])) end++;
    return { cell: { text: text.slice(start, end), offset: start }, end };
  }
  let inside = "";
  let at = start + 1;
  while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) {
    inside += text[at];
    at += text[at] === '"' ? 2 : 1;
  }
  let end = at + 1;
  while (!isEnd(text[end])) end++;
  return { cell: { text: inside, offset: start }, end };
}
