import type { Clock } from "../../../src/driver/contract.ts";
import { DONT, IAC, SUBNEGOTIATION, SUBNEGOTIATION_END, WILL } from "../telnet-codes.ts";

/** What a telnet stream carries, in its order. */
export interface TelnetEars {
  took(bytes: Uint8Array): void;
  /** WILL, WONT, DO or DONT for an option. */
  offered(verb: number, option: number): void;
  /** A subnegotiation, its escapes removed. */
  told(option: number, bytes: Uint8Array): void;
  dropped(reason: string): void;
}

/** Longer than anything that RFC 2217 says, but for a signature. */
const LONGEST_SUBNEGOTIATION = 256;

/** A server says what it has to say in one go; its end may have been lost. */
const LONGEST_SUBNEGOTIATION_MS = 1000;

/**
 * Takes telnet's commands out of a stream; any chunking gives the same. Bounded whatever arrives, in bytes and in time:
 * a subnegotiation without its end would swallow the line for ever.
 */
export function createTelnetReader(ears: TelnetEars, clock: Clock): (chunk: Uint8Array) => void {
  let state: "data" | "command" | "option" | "told" | "told-command" = "data";
  let verb = 0;
  let data: number[] = [];
  let told: number[] = [];
  let cancel: () => void = () => undefined;

  function giveUp(): void {
    state = "data";
    told = [];
    ears.dropped("telnet subnegotiation without its end");
  }

  function flush(): void {
    if (data.length > 0) ears.took(Uint8Array.from(data));
    data = [];
  }

  function takeCommand(byte: number): void {
    state = "data";
    if (byte === IAC) data.push(IAC);
    else if (byte === SUBNEGOTIATION) {
      told = [];
      state = "told";
      cancel = clock.after(LONGEST_SUBNEGOTIATION_MS, giveUp);
    } else if (byte >= WILL && byte <= DONT) {
      verb = byte;
      state = "option";
    }
  }

  function keep(byte: number): void {
    if (told.length <= LONGEST_SUBNEGOTIATION) told.push(byte);
  }

  function takeTold(byte: number): void {
    if (byte === IAC) state = "told-command";
    else keep(byte);
  }

  function takeToldCommand(byte: number): void {
    if (byte === IAC) {
      state = "told";
      keep(IAC);
    } else endTold(byte);
  }

  function endTold(byte: number): void {
    cancel();
    state = "data";
    flush();
    const [option, ...bytes] = told;
    told = [];
    if (byte !== SUBNEGOTIATION_END || option === undefined) ears.dropped("malformed telnet subnegotiation");
    else if (bytes.length >= LONGEST_SUBNEGOTIATION) ears.dropped("telnet subnegotiation too long");
    else ears.told(option, Uint8Array.from(bytes));
  }

  const steps = {
    data: (byte: number) => {
      if (byte === IAC) state = "command";
      else data.push(byte);
    },
    command: takeCommand,
    option: (byte: number) => {
      state = "data";
      flush();
      ears.offered(verb, byte);
    },
    told: takeTold,
    "told-command": takeToldCommand,
  } as const;

  return (chunk) => {
    for (const byte of chunk) steps[state](byte);
    flush();
  };
}

/** Data as telnet carries it: every byte 255 twice. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return bytes;
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])));
}

/** Three bytes that offer, ask for or refuse an option (RFC 854). */
export function negotiation(verb: number, option: number): Uint8Array {
  return Uint8Array.of(IAC, verb, option);
}

/** What is said about an option, its bytes escaped (RFC 855). */
export function subnegotiation(option: number, bytes: readonly number[]): Uint8Array {
  const escaped = escapeTelnet(Uint8Array.from(bytes));
  return Uint8Array.of(IAC, SUBNEGOTIATION, option, ...escaped, IAC, SUBNEGOTIATION_END);
}
