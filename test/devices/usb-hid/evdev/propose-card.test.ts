import { describe, expect, test } from "vitest";
import { cardRules } from "../../../../devices/usb-hid/evdev/card-grammar.ts";
import { createEvdevDecoder } from "../../../../devices/usb-hid/evdev/evdev-decoder.ts";
import { evdevSchema } from "../../../../devices/usb-hid/evdev/evdev-grammar.ts";
import { proposeCard } from "../../../../devices/usb-hid/evdev/propose-card.ts";
import { key, packet, stateReport, typed } from "./records.ts";

const [ENTER, TAB, SHIFT, CONTROL] = [28, 15, 42, 29];
const letters = { a: 30, b: 48, c: 46, d: 32, e: 18, f: 33 } as const;
const codes = (text: string) =>
  [...text].map((one) => (one in letters ? letters[one as "a"] : one === "0" ? 11 : Number(one) + 1));

interface How {
  readonly end?: readonly number[];
  readonly betweenMs?: number;
}

/** The same card, held to the reader twice. */
const twice = (text: string, { end = [ENTER], betweenMs = 4 }: How = {}) => [
  stateReport(),
  ...[0, 20_000].flatMap((fromMs) => typed([...codes(text), ...end], { fromMs, betweenMs })),
];

describe("two scans and the number on the card propose", () => {
  test.each([
    [
      "0563537489",
      "51e69621",
      { length: 10, number: { from: "decimal", to: "hex", bytes: "reversed", letters: "lower" } },
    ],
    ["0012345678", "12345678", { length: 10, number: { from: "decimal", to: "decimal" } }],
    ["12345678", "0012345678", { length: 8, number: { from: "decimal", to: "decimal", digits: 10 } }],
    ["0007625328", "116,23152", { length: 10, number: { from: "decimal", to: "facility-and-card" } }],
    [
      "01026f6c3a",
      "0040856634",
      { length: 10, number: { from: "hex", to: "decimal", bits: 32, digits: 10 } },
    ],
    ["0012345678", "0012345678", { length: 10 }],
  ])("%s for %s: %j", (text, printed, card) => {
    expect(proposeCard(twice(text), printed)?.card).toEqual(card);
  });

  test("settings with which the reader then tells that number", () => {
    const { card } = proposeCard(twice("0563537489"), "51e69621")!;
    const decoder = createEvdevDecoder(
      { ...evdevSchema().parse({ card: {} }), card: cardRules(card) },
      { tellsHeld: () => false, dropped: () => undefined },
    );
    const events = twice("0563537489").flatMap((report) => [...decoder.decode(report)]);
    expect(events.map((event) => event.kind === "pulsed" && event.values)).toEqual([
      ["51e69621"],
      ["51e69621"],
    ]);
  });

  test("nothing of which no writing is known, and say so", () => {
    const proposal = proposeCard(twice("0012345678"), "99999999");
    expect(proposal?.card).toEqual({ length: 10 });
    expect(proposal?.notes).toContain("no known writing turns what is typed into the printed number");
  });
});

test("what a reader ends with and how long it pauses are proposed, and told", () => {
  expect(proposeCard(twice("12345678", { end: [TAB] }), undefined)?.card).toEqual({ end: "tab", length: 8 });
  expect(proposeCard(twice("12345678", { end: [] }), undefined)?.card).toEqual({ end: "pause", length: 8 });
  const slow = proposeCard(twice("12345678", { betweenMs: 500 }), undefined);
  expect(slow?.card).toEqual({ betweenKeysMs: 750, length: 8 });
  expect(slow?.notes).toContain("the reader pauses for 0.5 s within a number");
});

test("a prefix with Ctrl and a French layout are found", () => {
  const prefixed = [0, 20_000].flatMap((fromMs) => [
    packet(key(CONTROL, 1, fromMs)),
    ...typed(codes("b"), { fromMs: fromMs + 2 }),
    packet(key(CONTROL, 0, fromMs + 5)),
    ...typed([...codes("12345678"), ENTER], { fromMs: fromMs + 8 }),
  ]);
  expect(proposeCard(prefixed, undefined)?.card).toEqual({ prefix: "ctrl-b", length: 8 });
  const french = [0, 20_000].flatMap((fromMs) => [
    packet(key(SHIFT, 1, fromMs)),
    ...typed(codes("12345678"), { fromMs: fromMs + 2 }),
    packet(key(SHIFT, 0, fromMs + 40)),
    ...typed([ENTER], { fromMs: fromMs + 42 }),
  ]);
  expect(proposeCard(french, "12345678")?.card).toEqual({ layout: "fr", length: 8 });
});

test("one card, or two that differ, propose nothing; no card is no proposal; no note tells a number", () => {
  const two = [
    ...typed([...codes("11112222"), ENTER]),
    ...typed([...codes("33334444"), ENTER], { fromMs: 9000 }),
  ];
  for (const reports of [two, typed([...codes("11112222"), ENTER])]) {
    expect(proposeCard(reports, "11112222")?.card).toEqual({});
    expect(JSON.stringify(proposeCard(reports, "11112222"))).not.toMatch(/\d{3}/);
  }
  expect(proposeCard([stateReport()], undefined)).toBeUndefined();
});
