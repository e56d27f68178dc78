import { bytesOf } from "./cutter.ts";
import type { ChecksumSpec, FrameSetting } from "./frame-spec.ts";

/** Checks the end of a payload and takes it off; nothing when it is wrong. */
type SealCheck = (payload: Uint8Array) => Uint8Array | undefined;

/** Checks the checksum that a frame's setting names; without one every frame is right. */
export function createSealCheck(spec: FrameSetting): SealCheck {
  const { checksum } = spec;
  // The header that is left out counts for the checksum all the same.
  const skipBytes = spec.kind === "length-prefixed" ? spec.skipBytes : 0;
  if (checksum === undefined) return (payload) => payload.subarray(skipBytes);
  const seal = createSeal(checksum);
  const length = sealLength(checksum);
  const lead = checksum.covers === "all" ? leadOf(spec) : new Uint8Array(0);
  const tailBytes = spec.kind === "brackets" && spec.checksumPlace === "after-end" ? 1 : 0;

  return (payload) => {
    const at = payload.length - length;
    if (at - tailBytes < skipBytes) return undefined;
    const expected = seal(Buffer.concat([lead, payload.subarray(0, at)]));
    const isRight = expected !== undefined && equalsIgnoringCase(expected, payload.subarray(at), checksum);
    return isRight ? payload.subarray(skipBytes, at - tailBytes) : undefined;
  };
}

/** The checksum of the covered bytes as it stands on the line; nothing where hex was to be decoded and was none. */
export function createSeal(spec: ChecksumSpec): (covered: Uint8Array) => Uint8Array | undefined {
  const { reckon, widthBytes, byteOrder } = KINDS[spec.kind];
  const order = spec.byteOrder ?? byteOrder;
  return (covered) => {
    const counted =
      spec.kind === "modbus-lrc" ? decodeHex(covered.subarray(spec.from)) : covered.subarray(spec.from);
    if (counted === undefined) return undefined;
    const value = reckon(counted);
    const bytes =
      widthBytes === 1 ? [value] : order === "big" ? [value >> 8, value & 0xff] : [value & 0xff, value >> 8];
    const sum = Uint8Array.from(bytes);
    return isHex(spec) ? bytesOf(Buffer.from(sum).toString("hex").toUpperCase()) : sum;
  };
}

/** How many bytes the checksum takes on the line. */
export function sealLength(spec: ChecksumSpec | undefined): number {
  if (spec === undefined) return 0;
  return KINDS[spec.kind].widthBytes * (isHex(spec) ? 2 : 1);
}

interface Kind {
  readonly widthBytes: 1 | 2;
  readonly byteOrder: "big" | "little";
  reckon(bytes: Uint8Array): number;
}

const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);
const negative = (bytes: Uint8Array) => -sum(bytes) & 0xff;

const KINDS: Readonly<Record<ChecksumSpec["kind"], Kind>> = {
  sum8: { widthBytes: 1, byteOrder: "big", reckon: (bytes) => sum(bytes) & 0xff },
  neg8: { widthBytes: 1, byteOrder: "big", reckon: negative },
  xor8: {
    widthBytes: 1,
    byteOrder: "big",
    reckon: (bytes) => bytes.reduce((total, byte) => total ^ byte, 0),
  },
  sum16: { widthBytes: 2, byteOrder: "big", reckon: (bytes) => sum(bytes) & 0xffff },
  "crc16-modbus": { widthBytes: 2, byteOrder: "little", reckon: crcModbus },
  "crc16-ccitt": { widthBytes: 2, byteOrder: "big", reckon: crcCcitt },
  "modbus-lrc": { widthBytes: 1, byteOrder: "big", reckon: negative },
};

/** Polynomial A001 (8005 mirrored), begun with FFFF: 4B37 over `123456789`. */
function crcModbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** Polynomial 1021, begun with FFFF (CCITT-FALSE): 29B1 over `123456789`. */
function crcCcitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000 ? 0x1021 : 0) ^ (crc << 1)) & 0xffff;
  }
  return crc;
}

function isHex(spec: ChecksumSpec): boolean {
  return spec.written === "hex" || spec.kind === "modbus-lrc";
}

function decodeHex(text: Uint8Array): Uint8Array | undefined {
  const digits = Buffer.from(text).toString("latin1");
  return /^(?:[0-9a-f]{2})*$/i.test(digits) ? Buffer.from(digits, "hex") : undefined;
}

function equalsIgnoringCase(expected: Uint8Array, found: Uint8Array, spec: ChecksumSpec): boolean {
  const read = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  return isHex(spec) ? read(expected) === read(found).toUpperCase() : read(expected) === read(found);
}

function leadOf(spec: FrameSetting): Uint8Array {
  if (spec.kind === "brackets" || spec.kind === "delimiter") return bytesOf(spec.start ?? "");
  return bytesOf("sync" in spec ? (spec.sync ?? "") : "");
}
