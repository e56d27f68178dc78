import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillPlaceholders } from "../../src/base/placeholders.ts";
import { hintFor, suggest } from "../../src/base/suggest.ts";
import type { Value } from "../../src/driver/control.ts";
import { matchPattern, type Pattern, parsePattern, shapeOf, takeApart } from "../../src/mapping/pattern.ts";

function pattern(source: string): Pattern {
  const parsed = parsePattern(source);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}

const match = (source: string, text: string, values: readonly Value[] = []) =>
  matchPattern(pattern(source), takeApart({ text, values }));

describe("a pattern", () => {
  test.each<[source: string, text: string, values: readonly Value[], captures: object | undefined]>([
    ["/go", "/go", [], {}],
    ["/go", "/go", [1], {}],
    ["/go", "/gone", [], undefined],
    ["/go", "/go/on", [], undefined],
    ["/go", "/GO", [], undefined],
    ["/room/{room}/start", "/room/interview-1/start", [], { room: "interview-1" }],
    ["/room/{room}/start", "/room//start", [], undefined],
    ["/room/{room}/start", "/room/a/b/start", [], undefined],
    ["/room/{room}/start", "/room/a/stop", [], undefined],
    ["/note/{room} {text}", "/note/a", ["She hesitates"], { room: "a", text: "She hesitates" }],
    ["/note/{room} {text}", "/note/a", ["two", 3, true, null], { room: "a", text: "two 3 true " }],
    ["/note/{room} {text}", "/note/a", [], undefined],
    ["/note/{room} {text}", "/note/a", [""], undefined],
    ["/mark {room} {text}", "/mark", ["a", "b", "c"], { room: "a", text: "b c" }],
    ["/do start", "/do", ["start"], {}],
    ["/do start", "/do", ["stop"], undefined],
    ["/do start", "/do", ["start", "now"], undefined],
    ["REC START {room}", "REC START a", [], { room: "a" }],
    ["REC START {room}", "  REC   START   a b ", [], { room: "a b" }],
    ["REC START {room}", "REC START", [], undefined],
    ["REC {room} START", "REC a START", [], { room: "a" }],
    ["/{a}/{b}", "/x/y", [], { a: "x", b: "y" }],
  ])("%s on %s %j", (source, text, ...[values, captures]) => {
    expect(match(source, text, values)).toEqual(captures);
  });

  test.each([
    ["", "must not be empty"],
    ["   ", "must not be empty"],
    ["/{room}/{room}", "{room} is captured twice"],
    ["/{room} {room}", "{room} is captured twice"],
    ["/x{room}", "mixes text with braces"],
    ["/{room", "mixes text with braces"],
    ["/{Room}", "mixes text with braces"],
    ["/*/start", "mixes text with braces or wildcards"],
    ["/ro?m", "mixes text with braces or wildcards"],
    ["/[ab]", "mixes text with braces or wildcards"],
  ])("is none: %s", (source, why) => {
    expect(parsePattern(source)).toContain(why);
  });

  test.each<[one: string, other: string, same: boolean]>([
    ["/a/{x}", "/a/{y}", true],
    ["/a/{x}", "/a/b", false],
    ["/a {x}", "/a", false],
    ["/a {x}", "/a {y}", true],
    ["/a/b", "/a/b", true],
  ])("%s and %s fit the same messages: %s", (one, other, same) => {
    expect(shapeOf(pattern(one)) === shapeOf(pattern(other))).toBe(same);
  });

  test("takes time in proportion to the message, however it is made", () => {
    const long = `/${"a/".repeat(200_000)}`;
    const words = Array.from({ length: 200_000 }, () => "a");
    const startedMs = performance.now();
    expect(match("/{a}/{b}/x", long)).toBeUndefined();
    expect(match("/a {b} {c} {d}", "/a", words)).toMatchObject({ b: "a", c: "a" });
    expect(match("A {b} Z", `A ${"b ".repeat(200_000)}`)).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });

  test("captures what was put into its places", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
    fc.assert(
      fc.property(word, word, fc.string({ minLength: 1 }), (room, other, text) => {
        expect(match("/{room}/{other} {text}", `/${room}/${other}`, [text])).toEqual({ room, other, text });
      }),
    );
  });
});

test("placeholders are filled, and what nothing fills stays as it stands", () => {
  expect(fillPlaceholders("{a} and {b} {a}", { a: "{b}" })).toBe("{b} and {b} {b}");
});

describe("a suggestion", () => {
  test.each<[word: string, known: readonly string[], meant: string | undefined]>([
    ["togle", ["start", "toggle"], "toggle"],
    ["strat", ["stop", "start"], "start"],
    ["Start", ["start"], "start"],
    ["interveiw-1", ["interview-1", "interview-2"], "interview-1"],
    ["xyz", ["start", "stop"], undefined],
    ["a", ["b"], "b"],
    ["", ["start"], undefined],
    ["start", [], undefined],
    ["xkeys-xk3", ["xkeys-xk-24", "xkeys-xk-3-foot-pedal", "kuando-busylight"], "xkeys-xk-3-foot-pedal"],
    ["busylight", ["xkeys-xk-24", "kuando-busylight"], "kuando-busylight"],
    ["foot pedal", ["xkeys-xk-24", "xkeys-xk-3-foot-pedal"], "xkeys-xk-3-foot-pedal"],
  ])("for %s among %j is %s", (word, known, meant) => {
    expect(suggest(word, known)).toBe(meant);
  });

  test("lists what there is when nothing is near, up to twelve", () => {
    expect(hintFor("xyz", ["start", "stop"])).toBe('known: "start", "stop"');
    expect(hintFor("xyz", [])).toBe("there are none");
    const many = Array.from({ length: 20 }, (_, index) => `some-control-${index}`);
    expect(hintFor("xyz", many)).toMatch(/^known: ("some-control-\d+", ){11}"some-control-\d+" and 8 more$/);
  });

  test("finds a word again after any one slip of the finger", () => {
    const words = ["toggle-pause", "apply-preset", "interview-1"];
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.nat(20),
        fc.constantFrom("drop", "swap", "double"),
        (word, at, slip) => {
          const index = at % (word.length - 1);
          const [before, here, next, after] = [
            word.slice(0, index),
            word[index],
            word[index + 1],
            word.slice(index + 2),
          ];
          const typed = {
            drop: `${before}${next}${after}`,
            swap: `${before}${next}${here}${after}`,
            double: `${before}${here}${here}${next}${after}`,
          };
          expect(suggest(typed[slip], words)).toBe(word);
        },
      ),
    );
  });
});
