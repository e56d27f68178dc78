import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEvdevDecoder } from "../../../../devices/usb-hid/evdev/evdev-decoder.ts";
import { evdevSchema } from "../../../../devices/usb-hid/evdev/evdev-grammar.ts";
import type { ControlEvent } from "../../../../src/driver/contract.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";
import { key, packet, stateReport, typed } from "./records.ts";

const ENTER = 28;
const TAB = 15;
const SHIFT = 42;
/** The digit row from its left. */
const digits = (text: string) => [...text].map((digit) => (digit === "0" ? 11 : Number(digit) + 1));

function readerOf(card: Record<string, unknown> = {}, keys: Record<string, string> = {}) {
  const reasons: string[] = [];
  const events: ControlEvent[] = [];
  const clock = createFakeClock();
  const decoder = createEvdevDecoder(evdevSchema().parse({ card, keys }), {
    tellsHeld: () => false,
    dropped: (reason) => reasons.push(reason),
    clock,
    emit: (event) => events.push(event),
  });
  const feed = (reports: readonly Uint8Array[]) => {
    for (const report of reports) events.push(...decoder.decode(report));
  };
  feed([stateReport()]);
  return { feed, events, reasons, clock, decoder };
}

const card = (number: string) => ({ kind: "pulsed", control: "card", values: [number] });

test("a typed number and Enter are one pulse with the number as its value", () => {
  const { feed, events, decoder } = readerOf();
  expect(decoder.controls.map(({ id, input }) => [id, input.shape])).toEqual([["card", "pulse"]]);
  feed(typed([...digits("0012345678"), ENTER]));
  expect(events).toEqual([card("0012345678")]);
});

test("two cards after each other are two pulses", () => {
  const { feed, events } = readerOf();
  feed(typed([...digits("11112222"), ENTER, ...digits("33334444"), 96]));
  expect(events).toEqual([card("11112222"), card("33334444")]);
});

test("letters follow Shift, and the keypad types digits", () => {
  const { feed, events } = readerOf();
  feed([
    packet(key(SHIFT, 1)),
    ...typed([30]),
    packet(key(SHIFT, 0)),
    ...typed([48, 79, 82, ENTER], { fromMs: 10 }),
  ]);
  expect(events).toEqual([card("Ab10")]);
});

describe("a layout", () => {
  test("us and de type the same digits; y and z change places", () => {
    for (const layout of ["us", "de"]) {
      const { feed, events } = readerOf({ layout });
      feed(typed([...digits("1234567890"), 21, 44, ENTER]));
      expect(events).toEqual([card(layout === "us" ? "1234567890yz" : "1234567890zy")]);
    }
  });

  test("fr has its digits above Shift, and others of its digit row spoil a number", () => {
    const { feed, events, reasons } = readerOf({ layout: "fr" });
    feed([
      packet(key(SHIFT, 1)),
      ...typed(digits("1234567890")),
      packet(key(SHIFT, 0)),
      ...typed([16, ENTER], { fromMs: 50 }),
    ]);
    expect(events).toEqual([card("1234567890a")]);
    feed(typed([...digits("1234"), ENTER], { fromMs: 1000 }));
    expect(events).toHaveLength(1);
    expect(reasons).toEqual(["a card number with a key that types nothing"]);
  });
});

test("half a card is discarded after a pause, and the next one is whole", () => {
  const { feed, events, reasons } = readerOf();
  feed(typed(digits("99999")));
  feed(typed([...digits("12345678"), ENTER], { fromMs: 5000 }));
  expect(events).toEqual([card("12345678")]);
  expect(reasons).toEqual(["a card number that was not typed to its end"]);
});

test("what people type by hand is no card: their pauses are too long", () => {
  const { feed, events } = readerOf();
  feed(typed([...digits("12345678"), ENTER], { betweenMs: 300 }));
  expect(events).toEqual([]);
});

test("too short and too long numbers are thrown away up to their end", () => {
  const { feed, events, reasons } = readerOf({ minimumLength: 4, maximumLength: 6 });
  feed(typed([...digits("123"), ENTER]));
  feed(typed([...digits("12345678901234567890"), ENTER], { fromMs: 1000 }));
  feed(typed([...digits("123456"), ENTER], { fromMs: 2000 }));
  expect(events).toEqual([card("123456")]);
  expect(reasons).toEqual(["a card number that is too short", "a card number that is too long"]);
});

test("a reader may end with Tab", () => {
  const { feed, events } = readerOf({ end: "tab" });
  feed(typed([...digits("12345678"), TAB]));
  expect(events).toEqual([card("12345678")]);
});

test("a reader without an ending ends by a pause", async () => {
  const { feed, events, clock } = readerOf({ end: "pause", betweenKeysMs: 100 });
  feed(typed(digits("12345678")));
  await clock.advance(99);
  expect(events).toEqual([]);
  await clock.advance(5);
  expect(events).toEqual([card("12345678")]);
  await clock.advance(1000);
  expect(events).toHaveLength(1);
});

test("a number of which keys were lost is none, whether its beginning or its middle", () => {
  for (const before of ["", "1234"]) {
    const { feed, events, reasons } = readerOf();
    const rest = typed([...digits("5678"), ENTER], { fromMs: 40 });
    feed([...typed(digits(before)), stateReport([], 30), ...rest]);
    expect(events).toEqual([]);
    expect(reasons).toEqual(["a card number of which keys were lost"]);
    feed(typed([...digits("87654321"), ENTER], { fromMs: 2000 }));
    expect(events).toEqual([card("87654321")]);
  }
});

test("keys that are named are buttons and no part of a number", () => {
  const { feed, events } = readerOf({}, { "key-f1": "help" });
  feed(typed([...digits("1234"), 59, ...digits("5678"), ENTER]));
  expect(events).toEqual([
    { kind: "down", control: "help" },
    { kind: "up", control: "help" },
    card("12345678"),
  ]);
});

test("no reason ever tells what was typed", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 400 }))),
      (keys) => {
        const { feed, reasons, events } = readerOf({ maximumLength: 8 });
        let atMs = 0;
        for (const [code, pauseMs] of keys) {
          atMs += pauseMs;
          feed([packet(key(code, 1, atMs), key(code, 0, atMs))]);
        }
        for (const reason of reasons) expect(reason).toMatch(/^a card number [a-z ]+$/);
        for (const event of events)
          expect(event.kind === "pulsed" && String(event.values[0]).length).toBeLessThanOrEqual(8);
      },
    ),
  );
});
