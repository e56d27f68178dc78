/** Takes telnet's negotiation (RFC 854) out of a stream of text, byte by byte. */
export interface TelnetFilter {
  /** Whether the byte is content. */
  passes(byte: number): boolean;
  reset(): void;
}

const IAC = 0xff;
const SUBNEGOTIATION = 0xfa;
const SUBNEGOTIATION_END = 0xf0;
const FIRST_WITH_OPTION = 0xfb;
const LONGEST_SUBNEGOTIATION = 64;

/**
 * A serial line that floats sends FF too: one that is not followed by a telnet command swallows nothing, and an
 * endless subnegotiation is believed for 64 bytes.
 */
export function createTelnetFilter(): TelnetFilter {
  let phase: "content" | "command" | "option" | "inside" | "inside-command" = "content";
  let insideCount = 0;

  function readCommand(byte: number): boolean {
    if (byte === IAC) return false;
    if (byte === SUBNEGOTIATION) {
      phase = "inside";
      insideCount = 0;
    } else phase = byte >= FIRST_WITH_OPTION ? "option" : "content";
    return byte < SUBNEGOTIATION_END;
  }

  function readInside(byte: number): void {
    if (phase === "inside-command") phase = byte === SUBNEGOTIATION_END ? "content" : "inside";
    else if (byte === IAC) phase = "inside-command";
    if (++insideCount >= LONGEST_SUBNEGOTIATION) phase = "content";
  }

  return {
    passes(byte) {
      if (phase === "content") {
        if (byte === IAC) phase = "command";
        return byte !== IAC;
      }
      if (phase === "command") return readCommand(byte);
      if (phase === "option") phase = "content";
      else readInside(byte);
      return false;
    },
    reset() {
      phase = "content";
    },
  };
}
