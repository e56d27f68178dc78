import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCardFault } from "../../../../devices/usb-hid/evdev/card-grammar.ts";
import { convertNumber } from "../../../../devices/usb-hid/evdev/card-number.ts";
import { createEvdevDecoder } from "../../../../devices/usb-hid/evdev/evdev-decoder.ts";
import { evdevSchema } from "../../../../devices/usb-hid/evdev/evdev-grammar.ts";
import type { ControlEvent } from "../../../../src/driver/contract.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";
import { key, packet, stateReport, typed } from "./records.ts";

const ENTER = 28;
const TAB = 15;
const SHIFT = 42;
const CONTROL = 29;
const ALT = 56;
const CAPS_LOCK = 58;
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

  test("fr has its digits above Shift, or below Caps Lock", () => {
    const { feed, events } = readerOf({ layout: "fr" });
    feed([
      packet(key(SHIFT, 1)),
      ...typed(digits("1234567890")),
      packet(key(SHIFT, 0)),
      ...typed([16, ENTER], { fromMs: 50 }),
    ]);
    feed(typed([CAPS_LOCK, ...digits("1234567890"), 16, CAPS_LOCK, ENTER], { fromMs: 1000 }));
    expect(events).toEqual([card("1234567890a"), card("1234567890A")]);
  });

  test("fr without either types signs, and no number is made of them", () => {
    const { feed, events, reasons } = readerOf({ layout: "fr", number: { from: "decimal", to: "decimal" } });
    feed(typed([...digits("1234"), ENTER]));
    expect([events, reasons]).toEqual([[], ["a card number that is not written as decimal"]]);
  });
});

describe("the tail of a number counts as none:", () => {
  const next = typed([...digits("87654321"), ENTER], { fromMs: 60_000 });

  test.each([
    ["a pause of 280 ms", typed(digits("0012")), typed([...digits("345678"), ENTER], { fromMs: 292 })],
    [
      "the clock put on by an hour",
      typed(digits("0012")),
      typed([...digits("345678"), ENTER], { fromMs: 36e5 }),
    ],
    ["the clock put back", typed(digits("0012")), typed([...digits("345678"), ENTER], { fromMs: -9e5 })],
    [
      "lost events",
      [...typed(digits("1234")), stateReport([], 40)],
      typed([...digits("5678"), ENTER], { fromMs: 50 }),
    ],
    ["lost events and a rest", [stateReport([], 40)], typed([...digits("5678"), ENTER], { fromMs: 2000 })],
    ["an opening in its midst", [], typed([...digits("5678"), ENTER], { fromMs: -59_900 })],
  ])("%s", (why, before, tail) => {
    const { feed, events, reasons } = readerOf();
    feed([...before, ...tail]);
    expect(events).toEqual([]);
    expect(reasons).toHaveLength(1);
    const shiftMs = why.includes("hour") ? 36e5 : 0;
    feed(shiftMs === 0 ? next : typed([...digits("87654321"), ENTER], { fromMs: 60_000 + shiftMs }));
    expect(events).toEqual([card("87654321")]);
  });

  test("half a number takes what is typed to its end with it, however late, and the next card is whole", () => {
    const { feed, events, reasons } = readerOf();
    feed(typed(digits("99999")));
    feed(typed([...digits("12345678"), ENTER], { fromMs: 5000 }));
    expect(events).toEqual([]);
    expect(reasons).toEqual(['a card number with a pause of 5.0 s in it ("betweenKeysMs" is 250)']);
    feed(typed([...digits("12345678"), ENTER], { fromMs: 10_000 }));
    expect(events).toEqual([card("12345678")]);
  });

  test("what follows the end of such a number without a rest is thrown away too", () => {
    const { feed, events, reasons } = readerOf();
    feed(typed(digits("0012")));
    feed(typed([...digits("345678"), ENTER, ...digits("11112222"), ENTER], { fromMs: 300 }));
    expect(events).toEqual([]);
    expect(reasons[1]).toBe("a card number right after one that was thrown away");
    feed(typed([...digits("11112222"), ENTER], { fromMs: 2000 }));
    expect(events).toEqual([card("11112222")]);
  });

  test("a second end right behind the first is nothing", () => {
    const { feed, reasons } = readerOf({ end: "tab" });
    feed(typed([...digits("12"), TAB, ENTER]));
    expect(reasons).toEqual(["a card number that is too short"]);
  });

  test("a reader with pauses is told how long they are, and read when the settings allow them", () => {
    const slow = typed([...digits("12345678"), ENTER], { betweenMs: 480 });
    const strict = readerOf();
    strict.feed(slow);
    expect([strict.events, strict.reasons]).toEqual([
      [],
      ['a card number with a pause of 0.5 s in it ("betweenKeysMs" is 250)'],
    ]);
    const patient = readerOf({ betweenKeysMs: 700 });
    patient.feed(slow);
    expect(patient.events).toEqual([card("12345678")]);
  });

  test("a reader that ends by a pause must say how long its numbers are", () => {
    expect(findCardFault({ end: "pause" })).toContain('needs "length"');
    const { feed, events, reasons, clock } = readerOf({ end: "pause", length: 10 });
    feed(typed(digits("0012")));
    feed(typed(digits("345678"), { fromMs: 300 }));
    void clock.advance(1000);
    expect(events).toEqual([]);
    expect(reasons).toContain("a card number that is not as long as its settings say");
  });
});

describe("what stands around a number", () => {
  test("is required and left out", () => {
    const { feed, events, reasons } = readerOf({ prefix: ";", suffix: "?", length: 4 });
    const question = [key(SHIFT, 1, 20), key(53, 1, 22), key(53, 0, 24), key(SHIFT, 0, 26)];
    feed([...typed([39, ...digits("1234")]), packet(...question), ...typed([ENTER], { fromMs: 30 })]);
    expect([events, reasons]).toEqual([[card("1234")], []]);
  });

  test.each([
    [{ prefix: ";" }, "1234", "a card number without its prefix"],
    [{ suffix: ";" }, "1234", "a card number without its suffix"],
    [{ length: 10 }, "12345678", "a card number that is not as long as its settings say"],
  ])("%j: %s is thrown away", (rules, number, reason) => {
    const { feed, events, reasons } = readerOf(rules);
    feed(typed([...digits(number), ENTER]));
    expect([events, reasons]).toEqual([[], [reason]]);
  });

  test("Ctrl-B is a prefix, and is told where the settings do not have it", () => {
    const scan = [
      packet(key(CONTROL, 1)),
      ...typed([48]),
      packet(key(CONTROL, 0, 5)),
      ...typed([...digits("12345678"), ENTER], { fromMs: 8 }),
    ];
    const plain = readerOf();
    plain.feed(scan);
    expect([plain.events, plain.reasons]).toEqual([
      [],
      ['a card number with ctrl-b in it: that may be its "prefix" or "suffix"'],
    ]);
    const told = readerOf({ prefix: "ctrl-b" });
    told.feed(scan);
    expect(told.events).toEqual([card("12345678")]);
  });
});

describe("keys that type otherwise", () => {
  test("codes on the keypad while Alt is down are characters, of Enter too", () => {
    const { feed, events } = readerOf();
    const codes = ["0049", "50", "0065", "0070", "013"];
    const keypad: Record<string, number> = {
      "0": 82,
      "1": 79,
      "3": 81,
      "4": 75,
      "5": 76,
      "6": 77,
      "7": 71,
      "9": 73,
    };
    const scan = codes.flatMap((code, index) => {
      const fromMs = index * 40;
      return [
        packet(key(ALT, 1, fromMs)),
        ...typed(
          [...code].map((digit) => keypad[digit]!),
          { fromMs: fromMs + 2 },
        ),
        packet(key(ALT, 0, fromMs + 30)),
      ];
    });
    feed(scan);
    expect(events).toEqual([card("12AF")]);
  });

  test("an Alt code beyond ASCII, and Alt with anything else, make no number", () => {
    for (const inside of [[75, 82, 82], [30]]) {
      const { feed, events, reasons } = readerOf();
      feed([packet(key(ALT, 1)), ...typed(inside), packet(key(ALT, 0, 20))]);
      feed(typed([...digits("12345678"), ENTER], { fromMs: 30 }));
      expect([events, reasons]).toEqual([[], ["a card number with a key that types nothing"]]);
    }
  });

  test("the keypad has signs", () => {
    const { feed, events } = readerOf();
    feed(typed([79, 80, 83, 81, 74, 75, 98, 76, ENTER]));
    expect(events).toEqual([card("12.3-4/5")]);
  });

  test("Caps Lock turns letters round until it is pressed again, and is off when a number begins", () => {
    const { feed, events } = readerOf();
    feed(typed([CAPS_LOCK, 30, 48, ...digits("12"), CAPS_LOCK, 46, ENTER]));
    feed(typed([CAPS_LOCK, ...digits("3456"), ENTER], { fromMs: 2000 }));
    feed(typed([30, ...digits("7890"), ENTER], { fromMs: 4000 }));
    expect(events).toEqual([card("AB12c"), card("3456"), card("a7890")]);
  });
});

describe("a number becomes the one that the server has:", () => {
  test.each([
    ["0012345678", { from: "decimal", to: "decimal" }, "12345678"],
    ["12345678", { from: "decimal", to: "decimal", digits: 10 }, "0012345678"],
    ["0563537489", { from: "decimal", to: "hex", bytes: "reversed", letters: "lower" }, "51e69621"],
    ["51e69621", { from: "hex", to: "decimal", bytes: "reversed", digits: 10 }, "0563537489"],
    ["51e69621", { from: "hex", to: "hex" }, "51E69621"],
    ["01026F6C3A", { from: "hex", to: "decimal", bits: 32, digits: 10 }, "0040856634"],
    ["01026F6C3A", { from: "hex", to: "decimal", digits: 12 }, "004335823930"],
    ["01026F6C3A", { from: "hex", to: "facility-and-card" }, "11127706"],
    ["0007625328", { from: "decimal", to: "facility-and-card" }, "11623152"],
    ["116,23152", { from: "facility-and-card", to: "decimal", digits: 10 }, "0007625328"],
    ["11623152", { from: "facility-and-card", to: "card" }, "23152"],
    ["0a0b", { from: "hex", to: "hex", bytes: "reversed" }, "0B0A"],
  ] as const)("%s by %j is %s", (text, rules, expected) => {
    expect(convertNumber(text, rules)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ["12a4", { from: "decimal", to: "hex" }],
    ["12g4", { from: "hex", to: "hex" }],
    ["300,12345", { from: "facility-and-card", to: "card" }],
    ["116,70000", { from: "facility-and-card", to: "card" }],
    ["99999999999", { from: "decimal", to: "hex", bytes: "reversed" }],
    ["abc", { from: "hex", to: "hex", bytes: "reversed" }],
    ["12345678", { from: "decimal", to: "decimal", digits: 6 }],
  ] as const)("%s by %j is none, and the reason does not tell it", (text, rules) => {
    const converted = convertNumber(text, rules);
    expect(converted.ok ? "" : converted.failure).toMatch(/^a card number /);
    expect(JSON.stringify(converted)).not.toContain(text);
  });

  test("hex and decimal, one way and back, and reversing twice, are the same number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffffffffn }), fc.boolean(), (value, isReversed) => {
        const bytes = isReversed ? "reversed" : "as-typed";
        const there = convertNumber(String(value), { from: "decimal", to: "hex", bytes, bits: 32 });
        const text = there.ok ? there.value : "";
        expect(convertNumber(text, { from: "hex", to: "decimal", bytes })).toEqual({
          ok: true,
          value: String(value),
        });
      }),
    );
  });
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
  const { feed, events, clock } = readerOf({ end: "pause", betweenKeysMs: 100, length: 8 });
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
        for (const reason of reasons)
          expect(reason.replace(/ of \d\.\d s in it \("betweenKeysMs" is 250\)$/, "")).toMatch(
            /^a card number [a-z :"-]+$/,
          );
        for (const event of events)
          expect(event.kind === "pulsed" && String(event.values[0]).length).toBeLessThanOrEqual(8);
      },
    ),
  );
});
