import { brotliDecompressSync } from "node:zlib";

const HEADER_BYTES = 48;
const MOST_BYTES = 64 * 1024 * 1024;
/** Numbers of tables in the format's list of tags; what is not in the list says its tag. */
const CMAP = 0;
const GLYPHS = 10;
const GLYPH_PLACES = 11;
const SAYS_ITS_TAG = 63;

export function isWoff2(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 4) === "wOF2";
}

/** The table `cmap` of a compressed font (www.w3.org/TR/WOFF2). Throws a RangeError where the font ends early. */
export function readWoff2Cmap(bytes: Buffer): Buffer | undefined {
  const reader = { bytes, at: HEADER_BYTES };
  const count = bytes.readUInt16BE(12);
  let [start, cmap] = [0, undefined as readonly [number, number] | undefined];
  for (let index = 0; index < count; index++) {
    const { table, length } = readEntry(reader);
    if (table === CMAP) cmap = [start, start + length];
    start += length;
  }
  if (cmap === undefined) return undefined;
  const packed = bytes.subarray(reader.at, reader.at + bytes.readUInt32BE(20));
  return unpack(packed)?.subarray(...cmap);
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

/** Which table comes, and how long it is once it is unpacked; `length` of transformed tables is that of their other form. */
function readEntry(reader: Reader): { readonly table: number; readonly length: number } {
  const flags = reader.bytes.readUInt8(reader.at++);
  const [table, version] = [flags & 0x3f, flags >> 6];
  if (table === SAYS_ITS_TAG) reader.at += 4;
  const length = readNumber(reader);
  const isOfGlyphs = table === GLYPHS || table === GLYPH_PLACES;
  const isTransformed = isOfGlyphs ? version !== 3 : version !== 0;
  return { table, length: isTransformed ? readNumber(reader) : length };
}

/** UIntBase128: seven bits a byte, the highest first. */
function readNumber(reader: Reader): number {
  let number = 0;
  for (let count = 0; count < 5; count++) {
    const byte = reader.bytes.readUInt8(reader.at++);
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return number;
}

function unpack(packed: Buffer): Buffer | undefined {
  try {
    return brotliDecompressSync(packed, { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}
