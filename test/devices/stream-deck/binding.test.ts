import { describe, expect, it } from "vitest";
import { chooseDeck, type FoundDeck, type Wanted } from "../../../devices/stream-deck/binding.ts";
import type { ModelWord } from "../../../devices/stream-deck/models.ts";
import { readSerialNumber } from "../../../devices/stream-deck/serial-number.ts";

describe("serial numbers", () => {
  it.each([
    ["AL12H1A00001", "AL12H1A00001"],
    [" al12h1a00001 ", "AL12H1A00001"],
    ["CL00K1A00001\0\0", "CL00K1A00001"],
    ["A00SA1234567X9", "A00SA1234567X9"],
    ["\u0409AL12H", undefined],
    ["A\u0000", undefined],
    ["000000000000", undefined],
    ["", undefined],
    [undefined, undefined],
    ["\uffff\uffff\uffff\uffff\uffff\uffff", undefined],
  ])("%j is read as %j", (text, serial) => {
    expect(readSerialNumber(text)).toBe(serial);
  });
});

const deck = (model: ModelWord | undefined, serialNumber: string | undefined, path: string): FoundDeck => ({
  vendorId: 0x0fd9,
  productId: 1,
  path,
  model,
  serialNumber,
  productName: "Stream Deck",
});
const atPort = (port: string, path: string): FoundDeck => ({ ...deck("mk2", undefined, path), port });
const left = deck("mk2", "AL12H1A00001", "/dev/hidraw0");
const right = deck("mk2", "AL12H1A00002", "/dev/hidraw1");
const big = deck("xl", "CL00K1A00001", "/dev/hidraw2");
const nameless = deck("mini", undefined, "/dev/hidraw3");
const alsoNameless = deck("mini", undefined, "/dev/hidraw9");
const future = deck(undefined, "ZZ99Z9Z99999", "/dev/hidraw4");

interface Case {
  readonly why: string;
  readonly found: readonly FoundDeck[];
  readonly wanted: Wanted;
}

const sisters = [
  ["mk2", "module-15"],
  ["mk2", "mk2-scissor"],
  ["mini", "module-6"],
  ["xl", "module-32"],
] as const;

const told: readonly (Case & { readonly chosen: FoundDeck })[] = [
  { why: "the only one", found: [big], wanted: {}, chosen: big },
  {
    why: "by serial number",
    found: [left, right, big],
    wanted: { serialNumber: "AL12H1A00002" },
    chosen: right,
  },
  {
    why: "by serial number in small letters",
    found: [left, right],
    wanted: { serialNumber: "al12h1a00001" },
    chosen: left,
  },
  { why: "by model when only one is of it", found: [left, right, big], wanted: { model: "xl" }, chosen: big },
  {
    why: "by model without a serial number",
    found: [left, nameless],
    wanted: { model: "mini" },
    chosen: nameless,
  },
  { why: "by path", found: [nameless, alsoNameless], wanted: { path: "/dev/hidraw9" }, chosen: alsoNameless },
  {
    why: "by the USB port",
    found: [atPort("1-1.2", "/dev/hidraw0"), atPort("1-1.4", "/dev/hidraw1")],
    wanted: { path: "1-1.4" },
    chosen: atPort("1-1.4", "/dev/hidraw1"),
  },
  {
    why: "by the USB port, though the device files have changed places",
    found: [atPort("1-1.4", "/dev/hidraw0"), atPort("1-1.2", "/dev/hidraw1")],
    wanted: { path: "1-1.4" },
    chosen: atPort("1-1.4", "/dev/hidraw0"),
  },
  ...sisters.map(([model, sister]) => ({
    why: `by model ${model}, sold under the id of ${sister}`,
    found: [future, deck(sister, undefined, "/dev/hidraw0")],
    wanted: { model },
    chosen: deck(sister, undefined, "/dev/hidraw0"),
  })),
  {
    why: "by model exactly, beside one of its sisters",
    found: [deck("module-15", undefined, "/dev/hidraw0"), left],
    wanted: { model: "mk2" },
    chosen: left,
  },
  {
    why: "an unknown model by serial number",
    found: [left, future],
    wanted: { serialNumber: "ZZ99Z9Z99999" },
    chosen: future,
  },
  {
    why: "by model, though an unknown one might be of it",
    found: [left, future],
    wanted: { model: "mk2" },
    chosen: left,
  },
  { why: "the only one, though unknown", found: [future], wanted: { model: "xl" }, chosen: future },
];

const notGuessed: readonly (Case & { readonly message: RegExp })[] = [
  {
    why: "a port without a deck",
    found: [atPort("1-1.2", "/dev/hidraw0")],
    wanted: { path: "1-1.4" },
    message: /at 1-1\.4 is there; attached are: .* at port 1-1\.2/,
  },
  {
    why: "a module by name, where the deck of the same keys is",
    found: [left],
    wanted: { model: "module-15" },
    message: /of model module-15/,
  },
  { why: "none attached", found: [], wanted: {}, message: /none is attached/ },
  {
    why: "two attached",
    found: [left, big],
    wanted: {},
    message: /2 Stream Decks fit: .*AL12H1A00001.*CL00K1A00001/,
  },
  {
    why: "two of the model",
    found: [left, right, big],
    wanted: { model: "mk2" },
    message: /AL12H1A00001.*AL12H1A00002/,
  },
  {
    why: "another serial number",
    found: [left, big],
    wanted: { serialNumber: "XX99X9X99999" },
    message: /XX99X9X99999.*AL12H1A00001.*CL00K1A00001/,
  },
  {
    why: "serial number of another model",
    found: [left, big],
    wanted: { serialNumber: "AL12H1A00001", model: "xl" },
    message: /of model xl/,
  },
  {
    why: "two without serial numbers",
    found: [nameless, alsoNameless],
    wanted: { model: "mini" },
    message: /without a usable serial number at \/dev\/hidraw3.*"path": the USB port/,
  },
  {
    why: "a garbled serial number in the settings",
    found: [left],
    wanted: { serialNumber: "??" },
    message: /\?\?.*AL12H1A00001/,
  },
  {
    why: "the same serial number twice",
    found: [left, { ...right, serialNumber: left.serialNumber }],
    wanted: { serialNumber: left.serialNumber },
    message: /2 Stream Decks fit/,
  },
];

describe("which deck is meant", () => {
  it.each(told)("is told: $why", ({ found, wanted, chosen }) => {
    expect(chooseDeck(found, wanted)).toEqual({ ok: true, value: chosen });
  });

  it.each(notGuessed)("is not guessed: $why", ({ found, wanted, message }) => {
    const chosen = chooseDeck(found, wanted);
    expect(chosen).toMatchObject({ ok: false, failure: { reason: "not-found" } });
    expect(!chosen.ok && chosen.failure.message).toMatch(message);
  });
});
