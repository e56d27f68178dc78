import { fail, type Result, succeed } from "../../../src/driver/contract.ts";
import type { NumberRules } from "./card-grammar.ts";

/** A number and how many bits were written for it, where the writing tells. */
interface Read {
  readonly value: bigint;
  readonly bits: number | undefined;
}

const readings: Readonly<Record<NumberRules["from"], (text: string) => Read | undefined>> = {
  decimal: (text) => (/^\d{1,20}$/.test(text) ? { value: BigInt(text), bits: undefined } : undefined),
  hex: (text) =>
    /^[\da-f]{1,16}$/i.test(text) ? { value: BigInt(`0x${text}`), bits: text.length * 4 } : undefined,
  "facility-and-card": readFacility,
};

const writings: Readonly<Record<NumberRules["to"], (value: bigint, bits: number | undefined) => string>> = {
  decimal: String,
  hex: (value, bits = 0) => value.toString(16).padStart(Math.ceil(bits / 8) * 2, "0"),
  "facility-and-card": (value) =>
    `${String((value >> 16n) & 0xffn).padStart(3, "0")}${String(value & 0xffffn).padStart(5, "0")}`,
  card: (value) => String(value & 0xffffn),
};

/** Of a decimal number no width is written; cards with decimal numbers have 32 bits mostly. */
const USUAL_BITS = 32;

/** What the server has for a typed number; the reason for none never tells the number. */
export function convertNumber(text: string, rules: NumberRules): Result<string, string> {
  const { from, to, bits, bytes, digits, letters = "upper" } = rules;
  const read = readings[from](text);
  if (read === undefined) return fail(`a card number that is not written as ${from}`);
  const cut = bits === undefined ? read : { value: read.value % (1n << BigInt(bits)), bits };
  const turned = bytes === "reversed" ? reverseBytes(cut) : cut;
  if (turned === undefined) return fail("a card number of which the bytes cannot be reversed");
  const written = writings[to](turned.value, turned.bits);
  const filled = digits === undefined ? written : fill(written, digits);
  if (filled === undefined) return fail("a card number with more digits than its settings say");
  return succeed(letters === "upper" ? filled.toUpperCase() : filled.toLowerCase());
}

/** An id of 24 bits as printed on many cards: 8 bits of a facility and 16 of a card. */
function readFacility(text: string): Read | undefined {
  const [, facility, card] = /^(\d{1,3})[,.:/ -](\d{1,5})$/.exec(text) ?? /^(\d{3})(\d{5})$/.exec(text) ?? [];
  if (facility === undefined || card === undefined) return undefined;
  if (Number(facility) > 0xff || Number(card) > 0xffff) return undefined;
  return { value: BigInt(Number(facility) * 0x10000 + Number(card)), bits: 24 };
}

function reverseBytes({ value, bits = USUAL_BITS }: Read): Read | undefined {
  if (bits % 8 !== 0 || value >= 1n << BigInt(bits)) return undefined;
  const bytes =
    value
      .toString(16)
      .padStart(bits / 4, "0")
      .match(/../g) ?? [];
  return { value: BigInt(`0x${bytes.toReversed().join("")}`), bits };
}

function fill(written: string, digits: number): string | undefined {
  const plain = written.replace(/^0+(?=.)/, "");
  return plain.length > digits ? undefined : plain.padStart(digits, "0");
}
