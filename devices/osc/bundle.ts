import type { OscMessage } from "./message.ts";
import { readStrict } from "./strict.ts";

/** A message and when it is due; `now` also stands for every time that is unset. */
export interface TimedMessage {
  readonly message: OscMessage;
  /** Milliseconds since 1970, or `now`. */
  readonly dueWallMs: number | "now";
}

interface BundleReading {
  readonly messages: readonly TimedMessage[];
  /** Messages that were discarded, for example for an unknown type tag; the others stand. */
  readonly discarded: number;
}

/**
 * Reads a bundle and the bundles in it: at most 4 deep and 64 messages. Its elements must fill it to the
 * last byte and are read strictly, since whoever can bundle can also pad. Undefined drops the whole bundle.
 */
export function readBundle(bytes: Uint8Array): BundleReading | undefined {
  const found: Found = { messages: [], discarded: 0 };
  return collect(bytes, 1, found) ? found : undefined;
}

/** Whether a packet begins like a bundle (OSC 1.0: `#bundle` and a NUL). */
export function isBundle(bytes: Uint8Array): boolean {
  return HEADER.every((byte, index) => bytes[index] === byte);
}

interface Found {
  readonly messages: TimedMessage[];
  discarded: number;
}

const HEADER = Buffer.from("#bundle\0", "latin1");
const ELEMENTS_START = 16;
const DEEPEST = 4;
const MOST_MESSAGES = 64;
const NTP_TO_UNIX_SECONDS = 2_208_988_800;

function collect(bytes: Uint8Array, depth: number, found: Found): boolean {
  if (depth > DEEPEST || bytes.length < ELEMENTS_START || !isBundle(bytes)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const dueWallMs = readDue(view);
  let at = ELEMENTS_START;
  while (at < bytes.length) {
    const element = readElement(bytes, view, at);
    if (element === undefined || !take(element, { depth, dueWallMs, found })) return false;
    at += 4 + element.length;
  }
  return true;
}

function take(
  element: Uint8Array,
  within: { readonly depth: number; readonly dueWallMs: number | "now"; readonly found: Found },
): boolean {
  const { depth, dueWallMs, found } = within;
  if (element[0] === HEADER[0]) return collect(element, depth + 1, found);
  if (found.messages.length + found.discarded >= MOST_MESSAGES) return false;
  const message = readStrict(element);
  if (message === undefined) found.discarded++;
  else found.messages.push({ message, dueWallMs });
  return true;
}

function readElement(bytes: Uint8Array, view: DataView, at: number): Uint8Array | undefined {
  if (at + 4 > bytes.length) return undefined;
  const size = view.getInt32(at);
  const end = at + 4 + size;
  if (size <= 0 || size % 4 !== 0 || end > bytes.length) return undefined;
  return bytes.subarray(at + 4, end);
}

/** `0.1` means immediately; seconds before 1970 come from clocks that were never set. */
function readDue(view: DataView): number | "now" {
  const seconds = view.getUint32(8) - NTP_TO_UNIX_SECONDS;
  return seconds <= 0 ? "now" : (seconds + view.getUint32(12) / 2 ** 32) * 1000;
}
