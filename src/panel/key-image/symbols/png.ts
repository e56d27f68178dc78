import { crc32 } from "node:zlib";
import type { Fault } from "../../../base/document/finding.ts";
import { fail, type Result, succeed } from "../../../base/result.ts";
import type { SymbolSize } from "./symbol.ts";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** Four bytes each of length, name and sum around the data. */
const AROUND = 12;
/** Chunks without which there is no picture; all others are left out, such as colour profiles, texts and animations. */
const NEEDED = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
const MOST_PX = 1024;

/** Whether the bytes say that they are a PNG. */
export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/** A PNG with its needed chunks alone, each with the right sum (PNG specification, third edition, 5.3 to 5.6), and its size. */
export function readPng(
  bytes: Buffer,
): Result<{ readonly bytes: Uint8Array; readonly size: SymbolSize }, Fault> {
  const kept: Buffer[] = [SIGNATURE];
  let at = SIGNATURE.length;
  let last = "";
  while (last !== "IEND") {
    if (at + AROUND > bytes.length) return damaged;
    const end = at + AROUND + bytes.readUInt32BE(at);
    if (end > bytes.length) return damaged;
    const body = bytes.subarray(at + 4, end - 4);
    if (crc32(body) !== bytes.readUInt32BE(end - 4)) return damaged;
    const name = body.toString("latin1", 0, 4);
    if (last === "" && name !== "IHDR") return damaged;
    if (NEEDED.includes(name)) kept.push(bytes.subarray(at, end));
    last = name;
    at = end;
  }
  const size = { widthPx: bytes.readUInt32BE(16), heightPx: bytes.readUInt32BE(20) };
  if (size.widthPx === 0 || size.heightPx === 0) return damaged;
  if (Math.max(size.widthPx, size.heightPx) > MOST_PX) {
    const message = `has ${size.widthPx} x ${size.heightPx} pixels`;
    return fail({ message, hint: `${MOST_PX} on a side are the most; a key shows 100` });
  }
  return succeed({ bytes: Buffer.concat(kept), size });
}

const damaged = fail({ message: "is a damaged PNG", hint: "save it anew" });
