import { memoize } from "../../src/driver/contract.ts";
import { isBundle, readBundle, type TimedMessage } from "./bundle.ts";
import { repair } from "./lenient.ts";
import type { OscMessage } from "./message.ts";
import { readTextDatagram } from "./plain-text.ts";
import { readStrict } from "./strict.ts";

/** What a datagram or packet says, or why it says nothing. */
export type PacketReading =
  | {
      readonly kind: "read";
      readonly messages: readonly TimedMessage[];
      /** Messages within a bundle that had to be discarded. */
      readonly discarded: number;
      /** How the sender writes, and so how it wants to be answered. */
      readonly style: "packet" | "text";
    }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Reads a datagram or an unframed packet: strictly, then forgivingly, then as lines of text. Total: whatever
 * the bytes, it answers and never throws. An address is only ever what stands in the packet, ended.
 */
export function readPacket(bytes: Uint8Array): PacketReading {
  if (bytes.length > LONGEST_REMEMBERED) return readAnew(bytes);
  return readRemembered(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"));
}

/** Panels send the same few packets over and over, and none of these is long. */
const LONGEST_REMEMBERED = 64;
const MOST_REMEMBERED = 1000;
const readRemembered = memoize((text: string) => readAnew(Buffer.from(text, "latin1")), MOST_REMEMBERED);

function readAnew(bytes: Uint8Array): PacketReading {
  if (isBundle(bytes)) return readWholeBundle(bytes);
  if (bytes[0] !== SLASH) return UNREADABLE;
  const message = readStrict(bytes) ?? readSloppy(bytes);
  if (message !== undefined) return read([message], "packet");
  const lines = readTextDatagram(bytes);
  return lines === undefined ? UNREADABLE : read(lines, "text");
}

const SLASH = 0x2f;
const UNREADABLE: PacketReading = { kind: "unreadable", reason: "unreadable packet" };

function readWholeBundle(bytes: Uint8Array): PacketReading {
  const bundle = readBundle(bytes);
  if (bundle === undefined) return { kind: "unreadable", reason: "broken, too deep or too long bundle" };
  return { kind: "read", ...bundle, style: "packet" };
}

function readSloppy(bytes: Uint8Array): OscMessage | undefined {
  const repaired = repair(bytes);
  return repaired === undefined ? undefined : readStrict(repaired);
}

function read(messages: readonly OscMessage[], style: "packet" | "text"): PacketReading {
  return {
    kind: "read",
    messages: messages.map((message) => ({ message, dueWallMs: "now" })),
    discarded: 0,
    style,
  };
}
