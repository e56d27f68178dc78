import codec from "osc/src/osc.js";
import type { Value } from "../../src/driver/contract.ts";
import { decodeText } from "../../src/driver/text-encoding.ts";
import { ADDRESS, type OscArgument, type OscMessage } from "./message.ts";

/**
 * Reads one message that is whole: its address ended and padded with NULs, its tags known, its arguments
 * filling it to the last byte. Undefined for anything else; never throws.
 */
export function readStrict(bytes: Uint8Array): OscMessage | undefined {
  if (bytes.length % 4 !== 0 || !hasWholeHead(bytes)) return undefined;
  try {
    const offset = { idx: 0 };
    // A copy, because the codec reads colours and MIDI from the start of the underlying buffer.
    const read = codec.readMessage(new Uint8Array(bytes), READ_OPTIONS, offset);
    if (offset.idx !== bytes.length || !ADDRESS.test(read.address)) return undefined;
    return { address: read.address, args: flatten(read.args) };
  } catch {
    return undefined;
  }
}

// A text that is no UTF-8 would lose its letters.
codec.readString.withBuffer = (codes) => decodeText(Uint8Array.from(codes));

const READ_OPTIONS = { metadata: true, unpackSingleArgs: false } as const;

/** The codec takes any byte as padding and the end of the packet as the end of a string: not so for these two. */
function hasWholeHead(bytes: Uint8Array): boolean {
  const tagsStart = endOfString(bytes, 0);
  return tagsStart !== undefined && endOfString(bytes, tagsStart) !== undefined;
}

/** Where the next part starts, or undefined where the string lacks its NUL or is padded with something else. */
function endOfString(bytes: Uint8Array, from: number): number | undefined {
  const nul = bytes.indexOf(0, from);
  if (nul < 0) return undefined;
  const end = nul - (nul % 4) + 4;
  for (let index = nul; index < end; index++) if (bytes[index] !== 0) return undefined;
  return end;
}

function flatten(items: readonly unknown[]): OscArgument[] {
  return items.flatMap((item) => {
    if (Array.isArray(item)) return flatten(item);
    const { type, value } = item as { type: string; value: unknown };
    return [{ tag: type, value: reduce(type, value) }];
  });
}

/** Seconds between 1900, where NTP counts from, and 1970. */
const NTP_TO_UNIX_SECONDS = 2_208_988_800;

function reduce(tag: string, value: unknown): Value {
  switch (tag) {
    case "i":
    case "f":
    case "d":
      return Number.isFinite(value) ? (value as number) : null;
    case "s":
    case "S":
    case "c":
      return value as string;
    case "T":
    case "F":
      return tag === "T";
    case "h":
      return wideInteger(value as { high: number; low: number });
    case "t":
      return unixSeconds(value as { raw: [number, number] });
    case "r":
      return colorText(value as { r: number; g: number; b: number; a: number });
    default:
      return null;
  }
}

/** A number where that is exact, else the digits as text. */
function wideInteger(value: { readonly high: number; readonly low: number }): number | string {
  const wide = (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
  const narrow = Number(wide);
  return Number.isSafeInteger(narrow) ? narrow : wide.toString();
}

/** Seconds since 1970; 0 for "immediately", which is no time at all. */
function unixSeconds(time: { readonly raw: readonly [seconds: number, fraction: number] }): number {
  const [seconds, fraction] = time.raw;
  return seconds === 0 ? 0 : seconds - NTP_TO_UNIX_SECONDS + fraction / 2 ** 32;
}

function colorText(color: { r: number; g: number; b: number; a: number }): string {
  const bytes = [color.r, color.g, color.b, Math.round(color.a * 255)];
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
