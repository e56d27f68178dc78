import slip from "slip";
import { createHeldBytes } from "../../src/base/held-bytes.ts";
import { END, ESC, unescapeSlip } from "../../src/base/slip.ts";

/** How packets follow each other on TCP: SLIP (OSC 1.1), a length before each (OSC 1.0), or lines of text. */
export type Framing = "slip" | "length-prefix" | "lines";

/** What came out of a stream. `broken` means that nothing after it can be trusted: close the connection. */
export type Piece =
  | { readonly kind: "packet"; readonly bytes: Uint8Array }
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | { readonly kind: "noise"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

/** Cuts one connection's bytes into packets or lines, however they were split on the way. */
interface Framer {
  /** Undefined until the first bytes have told. */
  readonly framing: Framing | undefined;
  push(chunk: Uint8Array): readonly Piece[];
  /** What there is of a packet or line that has not ended. */
  held(): Uint8Array;
  /** The next byte is the first one of the stream. */
  reset(): void;
}

const LONGEST_FRAME = 65_536;

/** A framer for one connection; `auto` finds the framing by the first bytes. */
export function createFramer(setting: Framing | "auto"): Framer {
  const given = setting === "auto" ? undefined : setting;
  let framing = given;
  let cutter = given && CUTTERS[given]();
  let undecided: Uint8Array = new Uint8Array(0);
  return {
    get framing() {
      return framing;
    },
    push(chunk) {
      if (cutter !== undefined) return cutter.cut(chunk);
      undecided = Buffer.concat([undecided, chunk]);
      const detected = detectFraming(undecided);
      if (detected === "undecided") return [];
      if (detected === "broken") return [{ kind: "broken", reason: "unknown framing" }];
      framing = detected;
      cutter = CUTTERS[detected]();
      const first = undecided;
      undecided = new Uint8Array(0);
      return cutter.cut(first);
    },
    held: () => cutter?.held() ?? undecided,
    reset() {
      framing = given;
      cutter = given && CUTTERS[given]();
      undecided = new Uint8Array(0);
    },
  };
}

/** Wraps a packet for a stream; lines are written as text and need no wrapping. */
export function wrapPacket(packet: Uint8Array, framing: "slip" | "length-prefix"): Uint8Array {
  if (framing === "slip") return slip.encode(packet);
  const wrapped = Buffer.alloc(4 + packet.length);
  wrapped.writeUInt32BE(packet.length);
  wrapped.set(packet, 4);
  return wrapped;
}

/**
 * END opens double-ended SLIP. A zero opens a length prefix, which must be plausible. A packet that starts at
 * once is SLIP with a single END, or a line: whichever ends first, since a line has neither NUL nor END in it.
 */
function detectFraming(bytes: Uint8Array): Framing | "undecided" | "broken" {
  const first = bytes[0];
  if (first === undefined) return "undecided";
  if (first === END) return "slip";
  if (first === NUL) return detectPrefix(bytes);
  if (first !== SLASH && first !== HASH) return "lines";
  for (const byte of bytes) {
    if (byte === CR || byte === LF) return "lines";
    if (byte === NUL || byte === END) return "slip";
  }
  return bytes.length > LONGEST_FRAME ? "lines" : "undecided";
}

const NUL = 0x00;
const CR = 0x0d;
const LF = 0x0a;
const SLASH = 0x2f;
const HASH = 0x23;

/** Whether a stream begins like a packet that nothing stands before: its length, or END. */
export function isUnframed(bytes: Uint8Array): boolean {
  return (bytes[0] === SLASH || bytes[0] === HASH) && bytes.includes(NUL);
}

interface Cutter {
  cut(chunk: Uint8Array): readonly Piece[];
  held(): Uint8Array;
}

const CUTTERS: Readonly<Record<Framing, () => Cutter>> = {
  slip: () => cutAt([END], undoEscapes),
  lines: () => cutAt([CR, LF], (bytes) => ({ kind: "line", bytes })),
  "length-prefix": cutByLength,
};

function detectPrefix(bytes: Uint8Array): Framing | "undecided" | "broken" {
  if (bytes.length < 4) return "undecided";
  const length = readLength(bytes);
  return length > 0 && length <= LONGEST_FRAME && length % 4 === 0 ? "length-prefix" : "broken";
}

/** Cuts at delimiters; empty frames are nothing, and what is too long is skipped up to the next delimiter. */
function cutAt(delimiters: readonly number[], finish: (bytes: Uint8Array) => Piece): Cutter {
  const held = createHeldBytes();
  let isSkipping = false;

  function hold(bytes: Uint8Array, pieces: Piece[]): void {
    if (isSkipping || held.length + bytes.length <= LONGEST_FRAME) {
      if (!isSkipping) held.appendAll(bytes);
      return;
    }
    held.take();
    isSkipping = true;
    pieces.push({ kind: "noise", reason: "frame over 64 KiB" });
  }

  function cut(chunk: Uint8Array): readonly Piece[] {
    const pieces: Piece[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (!delimiters.includes(chunk[at] ?? 0)) continue;
      hold(chunk.subarray(start, at), pieces);
      if (held.length > 0) pieces.push(finish(held.take()));
      isSkipping = false;
      start = at + 1;
    }
    hold(chunk.subarray(start), pieces);
    return pieces;
  }

  return { cut, held: () => held.peek() };
}

/** The package's own decoder stays stuck after one oversized message, so frames are unescaped here. */
function undoEscapes(frame: Uint8Array): Piece {
  const bytes = new Uint8Array(frame.length);
  let length = 0;
  for (let at = 0; at < frame.length; at++) {
    const byte = frame[at] === ESC ? unescapeSlip(frame[++at]) : frame[at];
    if (byte === undefined) return { kind: "noise", reason: "bad SLIP escape" };
    bytes[length++] = byte;
  }
  return { kind: "packet", bytes: bytes.subarray(0, length) };
}

/** A length that makes no sense means that the place in the stream is lost: there is nothing to search for. */
function cutByLength(): Cutter {
  const held = createHeldBytes();
  let isBroken = false;

  function finish(): Piece | undefined {
    if (held.length < 4) return undefined;
    const length = readLength(held.peek());
    isBroken = length === 0 || length > LONGEST_FRAME;
    if (isBroken) return { kind: "broken", reason: "impossible length prefix" };
    return held.length === 4 + length ? { kind: "packet", bytes: held.take().subarray(4) } : undefined;
  }

  function cut(chunk: Uint8Array): readonly Piece[] {
    const pieces: Piece[] = [];
    let at = 0;
    while (at < chunk.length && !isBroken) {
      const wanted = held.length < 4 ? 4 : 4 + readLength(held.peek());
      const part = chunk.subarray(at, at + wanted - held.length);
      held.appendAll(part);
      at += part.length;
      const piece = finish();
      if (piece !== undefined) pieces.push(piece);
    }
    return pieces;
  }

  return { cut, held: () => held.peek() };
}

function readLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
