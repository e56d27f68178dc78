import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileFill } from "../../../../devices/serial/profile/fill.ts";
import { compileMatch, type LetterCase } from "../../../../devices/serial/profile/match.ts";

function match(template: string, text: string, letterCase: LetterCase = "exact"): object | undefined {
  const compiled = compileMatch(template, { values: new Map([["id", "2"]]), letterCase });
  if (!compiled.ok) throw new Error(compiled.failure.message);
  const found = compiled.value.match(text);
  return found && Object.fromEntries(found);
}

function fill(template: string, bindings: Record<string, string | number>): string | undefined {
  const words = { values: new Map([["id", "2"]]), names: Object.keys(bindings) };
  const compiled = compileFill(template, words);
  if (!compiled.ok) throw new Error(compiled.failure.message);
  return compiled.value(new Map(Object.entries(bindings)));
}

describe("a template", () => {
  test.each([
    ["K{n:int}", "K12", { n: 12 }],
    ["K{n:int:1-6}", "K6", { n: 6 }],
    ["{d:int}", "-3", { d: -3 }],
    ["{d:int}", "+3", { d: 3 }],
    ["{v:number};", "-12.5e1;", { v: -125 }],
    ["{a:word} {b:word}", "REC 4", { a: "REC", b: "4" }],
    ["MARK {room:word} {text:text}", "MARK 4 a b  c", { room: "4", text: "a b  c" }],
    ["{text:text}", "", { text: "" }],
    ['"{t:text}" {v:int}', '"say "no"" 1', { t: 'say "no"', v: 1 }],
    ["{m:hex}", "00fF", { m: "00fF" }],
    ["{w:date} {n:int}", "2026-11-22T23:05 4", undefined],
    ["{w:date};{n:int}", "2026-11-22 23:05;4", { w: "2026-11-22 23:05", n: 4 }],
    ["{a:enum(3=down,32=up)}", "32", { a: "up" }],
    ["{a:enum(on,off)}!", "off!", { a: "off" }],
    ["~DEVICE,{id},{n:int}", "~DEVICE,2,5", { n: 5 }],
    ["{{{n:int}}}", "{7}", { n: 7 }],
    ["{s:text}é{n:int}", "déjàé1", undefined],
  ])("%s fits %s as %o", (template, text, found) => {
    expect(match(template, text)).toEqual(found);
  });

  test.each([
    ["K{n:int}", "K12 "],
    ["K{n:int}", " K12"],
    ["K{n:int}", "K"],
    ["K{n:int}", "k1"],
    ["K{n:int:1-6}", "K7"],
    ["{n:int}", "9999999999999999"],
    ["{a:word}", "two words"],
    ["{a:word}", ""],
    ["{a:enum(3=down)}", "4"],
    ["~DEVICE,{id},{n:int}", "~DEVICE,3,5"],
  ])("%s does not fit %s", (template, text) => {
    expect(match(template, text)).toBeUndefined();
  });

  test("may leave large and small letters alike, without changing what it found", () => {
    expect(match("Btn {n:int},{a:enum(P=down)} {t:text}", "BTN 1,p Hello İ", "ignored")).toEqual({
      n: 1,
      a: "down",
      t: "Hello İ",
    });
  });

  test("takes time that grows with the text alone, whatever stands in it", () => {
    const template = Array.from({ length: 15 }, (_, index) => `{f${index}:text}a`).join("");
    const startMs = performance.now();
    for (let round = 0; round < 20; round++) match(template, "a".repeat(60_000));
    expect(performance.now() - startMs).toBeLessThan(5000);
  });

  test("never throws, and finds nothing that it would not say again", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.integer(), (text, number) => {
        match("{a:text},{b:int};{c:hex}", text);
        expect(match("{a:text},{b:int}", `${text.replaceAll(",", "")},${number}`)?.["b" as never]).toBe(
          number,
        );
      }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (template) => {
        compileMatch(template, { values: new Map(), letterCase: "exact" });
        compileFill(template, { values: new Map(), names: ["n"] });
      }),
    );
  });
});

describe("a template that is filled", () => {
  test.each([
    ["#DEVICE,{id},{n+80},9,{state}", { n: 1, state: "3" }, "#DEVICE,2,81,9,3"],
    ["key-{n-80}", { n: 81 }, "key-1"],
    ["{r:hex}{g:hex}", { r: 10, g: 255 }, "0AFF"],
    ["{n:pad2}/{n:pad3}", { n: 7 }, "07/007"],
    ["{{{n}}}", { n: 7 }, "{7}"],
    ["{a}", { a: "0042" }, "0042"],
  ])("%s with %o reads %s", (template, bindings, text) => {
    expect(fill(template, bindings)).toBe(text);
  });

  test("gives nothing where a number is needed and there is none", () => {
    expect(fill("{a+1}", { a: "x" })).toBeUndefined();
    expect(fill("{a:hex}", { a: "1.5" })).toBeUndefined();
  });
});
