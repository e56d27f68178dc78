import { createHeldBytes } from "../../../src/base/held-bytes.ts";
import {
  bytesOf,
  type Cutter,
  type CutterHost,
  ESCAPE,
  isControl,
  isErasing,
  lengthWithoutPadding,
  OVERLONG,
} from "./cutter.ts";
import type { FrameOf } from "./frame-spec.ts";

/** Frames end with one of several marks. What is too long is thrown away up to the next mark, tail and all. */
export function createDelimiterCutter(spec: FrameOf<"delimiter">, host: CutterHost): Cutter {
  const held = createHeldBytes();
  const isText = spec.content === "text";
  const isNoise = (byte: number) =>
    isText && held.length === 0 && isControl(byte) && !(byte === ESCAPE && host.escape === "kept");
  const ends = spec.ends.map((text) => readMark(bytesOf(text))).toSorted(byLength);
  const endBytes = new Set(spec.ends.flatMap((text) => [...bytesOf(text)]));
  const start = spec.start === undefined ? undefined : bytesOf(spec.start);
  const prompts = spec.prompts.map(bytesOf);
  let isSkipping = false;
  /** The last four bytes, in which the marks are looked for. */
  let recent = 0;
  let recentCount = 0;

  function end(mark: Mark): void {
    const whole = held.copy(held.length - Math.min(held.length, mark.heldBefore));
    const payload = isText ? whole.subarray(0, lengthWithoutPadding(whole)) : whole;
    const wasSkipping = isSkipping;
    reset();
    if (wasSkipping || payload.length === 0) return;
    const content = start === undefined ? payload : afterStart(payload, start);
    if (content === undefined) host.dropped("frame without its start");
    else if (content.length > 0) host.framed(content);
  }

  function hold(byte: number): void {
    if (isSkipping || isNoise(byte)) return;
    if (isText && isErasing(byte) && !isControl(held.at(held.length - 1) ?? 0)) {
      held.erase();
      return;
    }
    held.append(byte);
    if (held.length > spec.longestBytes) {
      host.dropped(OVERLONG);
      held.clear();
      isSkipping = true;
    } else if (prompts.some((prompt) => equals(held, prompt))) held.clear();
  }

  function reset(): void {
    held.clear();
    isSkipping = false;
    recent = 0;
    recentCount = 0;
  }

  return {
    get state() {
      if (isSkipping) return "skipping";
      return held.length > 0 ? "within" : "between";
    },
    take(byte) {
      if (isNoise(byte) && !endBytes.has(byte)) return;
      recent = ((recent << 8) | byte) >>> 0;
      recentCount++;
      const mark = ends.find(
        ({ length, mask, value }) => recentCount >= length && (recent & mask) >>> 0 === value,
      );
      if (mark === undefined) hold(byte);
      else end(mark);
    },
    skipRest() {
      reset();
      isSkipping = true;
    },
    /** What comes after a silence may still be the tail of what was too long. */
    silence() {},
    finish() {
      end({ length: 0, mask: 0, value: 0, heldBefore: 0 });
    },
    reset,
    held: () => held.copy(),
  };
}

interface Mark {
  readonly length: number;
  readonly mask: number;
  readonly value: number;
  /** How many of its bytes have been held before the last one tells that it is a mark. */
  readonly heldBefore: number;
}

function readMark(bytes: Uint8Array): Mark {
  let value = 0;
  let mask = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) >>> 0;
    mask = ((mask << 8) | 0xff) >>> 0;
  }
  return { length: bytes.length, mask, value, heldBefore: bytes.length - 1 };
}

function byLength(one: Mark, other: Mark): number {
  return other.length - one.length;
}

/** What follows the first start; a line of a device begins with it unless noise came first. */
function afterStart(payload: Uint8Array, start: Uint8Array): Uint8Array | undefined {
  const at = Buffer.from(payload.buffer, payload.byteOffset, payload.length).indexOf(start);
  return at < 0 ? undefined : payload.subarray(at + start.length);
}

function equals(held: { readonly length: number; at(index: number): number | undefined }, bytes: Uint8Array) {
  if (held.length !== bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) if (held.at(index) !== bytes[index]) return false;
  return true;
}
