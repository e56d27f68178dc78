import { describe, expect, test } from "vitest";
import { z } from "zod";
import { actions } from "../../src/action/actions/index.ts";

const kindOf = (word: string) => actions.get(word)!;
const keysOf = (word: string) =>
  z.strictObject(kindOf(word).mapping.keys?.({ markColors: ["red", "blue"] }) ?? {});
const upper = (text: string) => text.toUpperCase();

/** As a mapping has it, and as it is copied from there again. */
const written = {
  start: { name: "Ward {room}", author: { card: "{value}" } },
  "apply-preset": "3",
} as const;

describe("an action of a mapping", () => {
  test.each([
    ["start", { start: written.start }],
    ["start", { start: { name: "Ward" } }],
    ["toggle", { toggle: { author: 12 } }],
    ["apply-preset", { "apply-preset": "3", camera: 7 }],
  ])("%s is written as it was read: %j", (word, keys) => {
    const { read, write } = kindOf(word).mapping;
    expect(write?.(read!(keysOf(word).parse(keys)))).toEqual(keys);
  });

  test("without particulars is its word alone", () => {
    const { plain, write } = kindOf("start").mapping;
    expect(write?.(plain!)).toBeUndefined();
  });

  test("to apply a preset needs no camera where none is named", () => {
    expect(kindOf("apply-preset").mapping.read?.({ "apply-preset": "3" })).toMatchObject({ camera: 0 });
  });

  test.each([
    ["start", { start: { author: { card: "" } } }],
    ["start", { start: { author: { pin: "" } } }],
    ["apply-preset", { "apply-preset": "" }],
    ["mark", { mark: "" }],
  ])("%s takes no empty text: %j", (word, keys) => {
    expect(keysOf(word).safeParse(keys).success).toBe(false);
  });

  test.each([
    ["start", { start: { author: { card: "7" } } }],
    ["start", { start: { author: { pin: "7" } } }],
    ["apply-preset", { "apply-preset": "7" }],
    ["mark", { mark: "7" }],
  ])("%s takes a text of one character: %j", (word, keys) => {
    expect(keysOf(word).safeParse(keys).success).toBe(true);
  });
});

describe("words in braces are filled", () => {
  test.each([
    [{ name: "a" }, { name: "A" }],
    [{ author: 12 }, { author: 12 }],
    [{ author: { card: "b" } }, { author: { card: "B" } }],
    [
      { name: "a", author: { pin: "c" } },
      { name: "A", author: { pin: "C" } },
    ],
  ])("in a recording's name and its author's number: %j", (recording, filled) => {
    const { fill } = kindOf("start");
    expect(fill?.({ kind: "start", recording } as never, upper)).toEqual({
      kind: "start",
      recording: filled,
    });
  });

  test("where they stand is known", () => {
    const texts = (recording: object) => kindOf("start").mapping.texts?.({ start: recording }) ?? [];
    expect(texts(written.start).map(({ path, text }) => [path.join("."), text])).toEqual([
      ["start.name", "Ward {room}"],
      ["start.author.card", "{value}"],
    ]);
    expect(texts({ author: 12 }).map(({ text }) => text)).toEqual([""]);
  });
});

test.each([
  ["acknowledge", "staysHere"],
  ["mark", "keepsMoment"],
  ["start", "beginsRecording"],
  ["stop", "endsMistakes"],
] as const)("only where it says so is an action special: %s %s", (word, what) => {
  expect(kindOf(word)[what]).toBe(true);
  expect(kindOf("pause")[what]).toBeUndefined();
});
