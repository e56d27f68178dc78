import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from "node:zlib";
import { fail, type Result, succeed } from "../base/result.ts";
import { decodeWindows1252 } from "../base/windows-1252.ts";

/** What an answer says about its body. */
export interface BodyHeaders {
  /** `Content-Encoding`, as it came. */
  readonly encoding?: string | undefined;
  /** `Content-Type`, as it came. */
  readonly type?: string | undefined;
}

/** `too long` when unpacked; otherwise the compression that cannot be undone. */
type BodyFault = "too long" | { readonly compression: string };

/** The body as it came, when nobody has compressed it: the usual case, and read within the call. */
export function isPlain(bytes: Buffer, { encoding }: BodyHeaders): boolean {
  return encoding === undefined && !isGzip(bytes);
}

/** Undoes what proxies and PHP do to bodies unasked; `mostBytes` bounds what is made of it. */
export async function unpack(
  bytes: Buffer,
  { encoding = "gzip" }: BodyHeaders,
  mostBytes: number,
): Promise<Result<Buffer, BodyFault>> {
  const layers = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  let unpacked = bytes;
  for (const layer of layers.reverse().slice(0, MOST_LAYERS)) {
    // A proxy may have undone the compression and left the header.
    if (isText(unpacked)) break;
    try {
      unpacked = await undo(layer, unpacked, { maxOutputLength: mostBytes });
    } catch (error) {
      const isTooLong = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
      return fail(isTooLong ? "too long" : { compression: layer });
    }
  }
  return succeed(unpacked);
}

const MOST_LAYERS = 3;

const TOOLS = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  inflate: promisify<Buffer, ZlibOptions, Buffer>(inflate),
  inflateRaw: promisify<Buffer, ZlibOptions, Buffer>(inflateRaw),
  brotli: promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress),
};

function undo(layer: string, bytes: Buffer, options: ZlibOptions): Promise<Buffer> {
  if (isGzip(bytes)) return TOOLS.gzip(bytes, options);
  // With and without the frame of zlib: both are sent under this name.
  if (layer === "deflate")
    return ((bytes[0] ?? 0) & 0x0f) === 8 ? TOOLS.inflate(bytes, options) : TOOLS.inflateRaw(bytes, options);
  if (layer === "br") return TOOLS.brotli(bytes, options);
  return Promise.reject(new Error(`no way to undo ${layer}`));
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** JSON, a page or a notice: none of them begins like something compressed. */
function isText(bytes: Buffer): boolean {
  return (
    bytes.length === 0 ||
    (isUtf8(bytes.subarray(0, 64)) && /^\s*[[{<"\w]/.test(bytes.toString("latin1", 0, 16)))
  );
}

/** JSON is UTF-8, whatever the header says; what is none is read as the header says, or as Windows-1252. */
export function bodyText(bytes: Buffer, { type = "" }: BodyHeaders): string {
  const mark = BYTE_ORDER_MARKS.find(({ first, second }) => bytes[0] === first && bytes[1] === second);
  if (mark !== undefined) return new TextDecoder(mark.name).decode(bytes);
  if (isUtf8(bytes)) return bytes.toString("utf8").replace(/^\ufeff/, "");
  const name = /charset=["']?([\w-]+)/i.exec(type)?.[1] ?? "";
  return decode(bytes, name);
}

const BYTE_ORDER_MARKS = [
  { first: 0xff, second: 0xfe, name: "utf-16le" },
  { first: 0xfe, second: 0xff, name: "utf-16be" },
];

function decode(bytes: Buffer, name: string): string {
  const decoder = /^(?:utf-?8)?$/i.test(name) ? undefined : decoderOf(name);
  if (decoder !== undefined && decoder.encoding !== "windows-1252") return decoder.decode(bytes);
  return decodeWindows1252(bytes);
}

function decoderOf(name: string) {
  try {
    return new TextDecoder(name);
  } catch {
    return undefined;
  }
}
