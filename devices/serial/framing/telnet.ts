import { IAC, SUBNEGOTIATION, SUBNEGOTIATION_END, WILL } from "../telnet-codes.ts";

/** Takes telnet's negotiation (RFC 854) out of a stream of text, byte by byte. */
interface TelnetFilter {
  /** The bytes of the text that are known with this one; none while it may belong to a command. */
  read(byte: number): readonly number[];
  /** Whether the next byte belongs to a command. */
  isWithin(): boolean;
  /** Gives up what was being read; what stands for it in the text. */
  reset(): readonly number[];
}

const LONGEST_SUBNEGOTIATION = 64;

const NOTHING: readonly number[] = [];
/** Stands for what is no text: noise before a line, and within a line what spoils it. */
const NOISE = 0x00;

/** What a person at a terminal takes back: interrupt process, erase character, erase line, as the keys send them. */
const KEYS: Readonly<Record<number, readonly number[]>> = { 244: [0x03], 247: [0x08], 248: [0x15] };

/**
 * A serial line that floats sends FF too: one that is not followed by a telnet command swallows nothing, and an
 * endless subnegotiation is believed for 64 bytes, or until the line is silent.
 */
export function createTelnetFilter(): TelnetFilter {
  let phase: "content" | "command" | "option" | "inside" | "inside-command" = "content";
  let insideCount = 0;

  function readCommand(byte: number): readonly number[] {
    if (byte === IAC) return [NOISE];
    if (byte === SUBNEGOTIATION) {
      phase = "inside";
      insideCount = 0;
    } else phase = byte >= WILL ? "option" : "content";
    return byte < SUBNEGOTIATION_END ? [NOISE, byte] : (KEYS[byte] ?? NOTHING);
  }

  function readInside(byte: number): readonly number[] {
    if (phase === "inside-command") phase = byte === SUBNEGOTIATION_END ? "content" : "inside";
    else if (byte === IAC) phase = "inside-command";
    return phase !== "content" && ++insideCount >= LONGEST_SUBNEGOTIATION ? reset() : NOTHING;
  }

  function reset(): readonly number[] {
    const isWithin = phase !== "content";
    phase = "content";
    return isWithin ? [NOISE] : NOTHING;
  }

  return {
    read(byte) {
      if (phase === "content") {
        if (byte === IAC) phase = "command";
        return byte === IAC ? NOTHING : [byte];
      }
      if (phase === "command") return readCommand(byte);
      if (phase !== "option") return readInside(byte);
      phase = "content";
      return NOTHING;
    },
    isWithin: () => phase !== "content",
    reset,
  };
}
