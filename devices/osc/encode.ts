import codec from "osc/src/osc.js";
import type { LinkMessage, Value } from "../../src/driver/contract.ts";
import { ADDRESS } from "./message.ts";

/**
 * Writes a message as an OSC packet: whole numbers as `i` (`h` beyond 32 bits), other numbers as `f`,
 * booleans as `T` and `F`, text as `s`, null and what is no number as `N`. Undefined for what is no address.
 */
export function encodePacket(message: LinkMessage): Uint8Array | undefined {
  if (!ADDRESS.test(message.text)) return undefined;
  return codec.writePacket({ address: message.text, args: message.values.map(typed) }, { metadata: true });
}

function typed(value: Value): { readonly type: string; readonly value?: unknown } {
  if (typeof value === "boolean") return { type: value ? "T" : "F" };
  // A NUL would end the text early and shift all that follows.
  if (typeof value === "string") return { type: "s", value: value.replaceAll("\0", "") };
  if (value === null || !Number.isFinite(value)) return { type: "N" };
  if (!Number.isInteger(value)) return { type: "f", value };
  if (Math.abs(value) < 2 ** 31) return { type: "i", value };
  return Number.isSafeInteger(value) ? { type: "h", value: wide(value) } : { type: "f", value };
}

function wide(value: number): { readonly high: number; readonly low: number } {
  return { high: Math.floor(value / 2 ** 32), low: value >>> 0 };
}
