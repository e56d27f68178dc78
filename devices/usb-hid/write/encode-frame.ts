import type {
  Amount,
  ByteRule,
  Checksum,
  FrameRule,
  Operation,
  PlainByte,
} from "../profile/frame-grammar.ts";
import { numberOf, STEP, type Variables } from "../profile/variables.ts";

/** One report on its way to the device; the first byte is its id, 0 where reports are not numbered. */
export interface OutReport {
  readonly via: "output" | "feature";
  readonly bytes: Uint8Array;
}

/** Fills a frame in, pads it and adds its checksum and its id. `length` is used where the frame names none. */
export function encodeFrame(frame: FrameRule, variables: Variables, length?: number): OutReport {
  const body = frame.bytes.flatMap((byte) => encodeByte(byte, variables));
  const padded = new Uint8Array(1 + Math.max(frameLength(frame, length), body.length));
  padded[0] = frame.id;
  padded.set(body, 1);
  if (frame.checksum !== undefined) fillChecksum(padded.subarray(1), frame.checksum);
  return { via: frame.via, bytes: padded };
}

/** Without the id byte. Feature reports have a length of their own. */
export function frameLength(frame: FrameRule, outputLength: number | undefined): number {
  return frame.length ?? (frame.via === "output" ? outputLength : undefined) ?? countBytes(frame.bytes);
}

/** How many bytes a frame's rules make. */
export function countBytes(bytes: readonly ByteRule[]): number {
  return bytes.reduce<number>((sum, byte) => {
    if (typeof byte === "object" && "repeat" in byte) return sum + byte.repeat * countBytes(byte.bytes);
    return sum + (typeof byte === "object" && "size" in byte ? byte.size : 1);
  }, 0);
}

function encodeByte(byte: ByteRule, variables: Variables): readonly number[] {
  if (typeof byte !== "object" || !("repeat" in byte)) return encodePlain(byte, variables);
  return Array.from({ length: byte.repeat }, (_, step) => {
    const inside: Variables = (name) => (name === STEP ? step : variables(name));
    return byte.bytes.flatMap((inner) => encodePlain(inner, inside));
  }).flat();
}

function encodePlain(byte: PlainByte, variables: Variables): readonly number[] {
  if (typeof byte === "number") return [byte];
  if (typeof byte === "string") return [(variables(byte) ?? 0) & 0xff];
  if ("scale" in byte) {
    const [from, to] = byte.scale;
    const number = Math.round(((variables(byte.variable) ?? 0) * to) / from);
    return spread(Math.min(number, to), byte);
  }
  if ("expression" in byte) return spread(calculate(byte.expression, variables), byte);
  if ("bits" in byte) {
    const packed = byte.bits.reduce((sum, { shift, width, value }) => {
      const field = amountOf(value, variables) & (2 ** width - 1);
      return sum | (field << shift);
    }, 0);
    return [(packed ^ byte.xor) & 0xff];
  }
  return [lookUp(byte, variables)];
}

function lookUp(
  { map, of, otherwise = 0 }: Extract<PlainByte, { map: string }>,
  variables: Variables,
): number {
  const number = variables(map) ?? 0;
  const entry = Object.entries(of).find(([word]) => numberOf(map, word) === number);
  return entry?.[1] ?? otherwise;
}

function spread(
  number: number,
  { size, endian }: { readonly size: number; readonly endian: "little" | "big" },
): readonly number[] {
  const bytes = Array.from({ length: size }, (_, index) => Math.floor(number / 256 ** index) & 0xff);
  return endian === "little" ? bytes : bytes.reverse();
}

function amountOf(amount: Amount, variables: Variables): number {
  return typeof amount === "number" ? amount : (variables(amount) ?? 0);
}

function calculate(steps: readonly (readonly [Operation, Amount])[], variables: Variables): number {
  return steps.reduce((number, [operation, amount]) => {
    return operations[operation](number, amountOf(amount, variables));
  }, 0);
}

/** Whole numbers; a division by zero is zero. */
const operations: Readonly<Record<Operation, (left: number, right: number) => number>> = {
  set: (_, right) => right,
  add: (left, right) => left + right,
  subtract: (left, right) => left - right,
  multiply: (left, right) => left * right,
  divide: (left, right) => (right === 0 ? 0 : Math.trunc(left / right)),
  modulo: (left, right) => (right === 0 ? 0 : left % right),
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  shiftLeft: (left, right) => left << right,
  shiftRight: (left, right) => left >> right,
  atLeast: Math.max,
  atMost: Math.min,
};

function fillChecksum(body: Uint8Array, { kind, from, to, at }: Checksum): void {
  const { sum, size, endian } = checksums[kind];
  body.set(spread(sum(body.subarray(from, to + 1)), { size, endian }), at);
}

/** Bytes that a checksum takes. */
export function checksumSize(kind: Checksum["kind"]): number {
  return checksums[kind].size;
}

const add = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0);

const checksums: Readonly<
  Record<
    Checksum["kind"],
    { sum(bytes: Uint8Array): number; readonly size: number; readonly endian: "little" | "big" }
  >
> = {
  sum8: { sum: (bytes) => add(bytes) & 0xff, size: 1, endian: "big" },
  negative8: { sum: (bytes) => -add(bytes) & 0xff, size: 1, endian: "big" },
  xor8: { sum: (bytes) => bytes.reduce((sum, byte) => sum ^ byte, 0), size: 1, endian: "big" },
  "sum16-big": { sum: add, size: 2, endian: "big" },
  "sum16-little": { sum: add, size: 2, endian: "little" },
  // Check value of "123456789": 0x4b37, sent with the low byte first (Modbus over serial line, 2.5.1.2).
  "crc16-modbus": { sum: (bytes) => crcReflected(bytes), size: 2, endian: "little" },
  // Check value of "123456789": 0x29b1, sent with the high byte first.
  "crc16-ccitt": { sum: (bytes) => crcForward(bytes), size: 2, endian: "big" },
};

function crcReflected(bytes: Uint8Array): number {
  return bytes.reduce((start, byte) => {
    let crc = start ^ byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) * 0xa001);
    return crc;
  }, 0xffff);
}

function crcForward(bytes: Uint8Array): number {
  return bytes.reduce((start, byte) => {
    let crc = start ^ (byte << 8);
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ ((crc >>> 15) * 0x1021)) & 0xffff;
    return crc;
  }, 0xffff);
}
