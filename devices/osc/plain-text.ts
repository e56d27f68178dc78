import type { LinkMessage, Value } from "../../src/driver/contract.ts";
import { decodeText } from "../../src/driver/text-encoding.ts";
import { ADDRESS, type OscArgument, type OscMessage } from "./message.ts";
import { readNumber } from "./stroke.ts";

/**
 * Reads a datagram of text lines, as control systems send that cannot pad: `/valt/room/4/start\r`.
 * Every line must be ended by CR, LF or both, or a cut line would name another command; a NUL anywhere means
 * that it is no text. All lines are read or none.
 */
export function readTextDatagram(bytes: Uint8Array): readonly OscMessage[] | undefined {
  const last = bytes[bytes.length - 1];
  if (last !== 0x0d && last !== 0x0a) return undefined;
  const text = decodeLines(bytes);
  if (text === undefined) return undefined;
  const messages = text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "")
    .map(readTextLine);
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

/** Text of one or more lines; undefined where it contains other control characters than TAB CR LF. */
export function decodeLines(bytes: Uint8Array): string | undefined {
  const text = decodeText(bytes);
  return /[^\P{Cc}\t\r\n]/u.test(text) ? undefined : text;
}

/**
 * Reads `address argument argument`: bare numbers become numbers, `"quoted text"` keeps its spaces (`\"` and `\\`
 * within), everything else is text. Undefined where the line is not that.
 */
export function readTextLine(line: string): OscMessage | undefined {
  const words = splitWords(line.trim());
  const address = words?.[0];
  if (words === undefined || address === undefined || address.quoted || !ADDRESS.test(address.text)) {
    return undefined;
  }
  return { address: address.text, args: words.slice(1).map(argumentOf) };
}

/** The same the other way, without the line end. Undefined for what is not an address. */
export function writeTextLine(message: LinkMessage): string | undefined {
  if (!ADDRESS.test(message.text)) return undefined;
  return [message.text, ...message.values.map(writeWord)].join(" ");
}

const WORD = /(?:"((?:[^"\\]|\\["\\])*)"|([^\s"]+))(?:[ \t]+|$)/y;
/** More digits than this lose their value as numbers, and are ids rather than numbers. */
const MOST_DIGITS = 15;
const MOST_WORDS = 65;

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

function splitWords(line: string): readonly Word[] | undefined {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < line.length) {
    const match = WORD.exec(line);
    if (match === null || words.length === MOST_WORDS) return undefined;
    const [, quoted, bare = ""] = match;
    words.push(
      quoted === undefined
        ? { text: bare, quoted: false }
        : { text: quoted.replaceAll(/\\(["\\])/g, "$1"), quoted: true },
    );
  }
  return words;
}

function argumentOf(word: Word): OscArgument {
  const number = word.quoted || word.text.length > MOST_DIGITS ? undefined : readNumber(word.text);
  return number === undefined ? { tag: "s", value: word.text } : { tag: "d", value: number };
}

function writeWord(value: Value): string {
  if (typeof value !== "string") return value === null ? "nil" : String(value);
  // A line end within a text would start another command at the other side.
  const oneLine = value.replaceAll(/\p{Cc}+/gu, " ");
  const isPlain = /^[^\s"\\]+$/.test(oneLine) && readNumber(oneLine) === undefined;
  return isPlain ? oneLine : `"${oneLine.replaceAll(/["\\]/g, "\\$&")}"`;
}
