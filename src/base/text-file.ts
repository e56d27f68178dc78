import { closeSync, constants, openSync, readSync } from "node:fs";
import { fail, type Result, succeed } from "./result.ts";

/** Why a file cannot be read as a text, and what a person can do about it. */
interface TextFileFault {
  /** Follows on the file's name: `is written in UTF-16`. */
  readonly what: string;
  readonly hint: string | undefined;
}

/**
 * A text that people wrote, with whatever editor: UTF-8 with a byte order mark or without, and any line ends. The one
 * way to read such a file; a longer one is not read to its end.
 */
export function readTextFile(path: string, mostBytes: number): Result<string, TextFileFault> {
  const bytes = readFileOf(path, mostBytes);
  return bytes.ok ? decode(bytes.value) : bytes;
}

/** The bytes of a file that people made. */
export function readFileOf(path: string, mostBytes: number): Result<Buffer, TextFileFault> {
  let bytes: Buffer;
  try {
    bytes = readAtMost(path, mostBytes + 1);
  } catch (error) {
    return fail(explain(error));
  }
  if (bytes.length > mostBytes)
    return fail({ what: `is longer than ${tellSize(mostBytes)}`, hint: "is it the file that was meant?" });
  return succeed(bytes);
}

const reasons: Readonly<Record<string, TextFileFault>> = {
  ENOENT: { what: "is not there", hint: undefined },
  EISDIR: { what: "is a folder", hint: undefined },
  EAGAIN: { what: "says nothing", hint: "is it the file that was meant?" },
  EACCES: { what: "may not be read by this account", hint: "look at its owner and rights" },
};

function explain(error: unknown): TextFileFault {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? { what: `cannot be read: ${message}`, hint: undefined };
}

function readWithin(endMs: number, read: () => number): number {
  for (;;) {
    try {
      return read();
    } catch (error) {
      const isWaiting = (error as NodeJS.ErrnoException).code === "EAGAIN";
      if (!isWaiting || performance.now() > endMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    }
  }
}

/** For so long a pipe or a device may keep whoever reads it waiting. */
const LONGEST_WAIT_MS = 2000;
const LOOK_MS = 10;

/** Through its descriptor, since a pipe and a device have no size. Opening a pipe that nobody writes to would never end. */
function readAtMost(path: string, mostBytes: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const endMs = performance.now() + LONGEST_WAIT_MS;
  try {
    const chunks: Buffer[] = [];
    for (let left = mostBytes; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
      const count = readWithin(endMs, () => readSync(file, chunk));
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}

const CHUNK_BYTES = 65_536;
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
const SAVE_AS = "save it as UTF-8";

function decode(bytes: Buffer): Result<string, TextFileFault> {
  if (UTF16_MARKS.some((mark) => bytes.subarray(0, 2).equals(mark)))
    return fail({ what: "is written in UTF-16", hint: SAVE_AS });
  // UTF-16 without a mark has them in every other place.
  if (bytes.includes(0)) return fail({ what: "is no text: there are zero bytes in it", hint: SAVE_AS });
  try {
    return succeed(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    const text = bytes.toString("utf8");
    const line = text.slice(0, text.indexOf("\ufffd")).split("\n").length;
    return fail({ what: `is not written in UTF-8 (line ${line})`, hint: SAVE_AS });
  }
}

function tellSize(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / 1_048_576)} MiB`;
}
