import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Parsed, parseLong, parseShort } from "../../src/valt/json-text.ts";

function parse(text: string, sliceCharacters?: number): { readonly parsed: Parsed; readonly turns: number } {
  const slices = parseLong(text, sliceCharacters);
  for (let turns = 0; ; turns++) {
    const step = slices.next();
    if (step.done === true) return { parsed: step.value, turns };
  }
}

function usual(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "damaged";
  }
}

describe("a text that is parsed in slices", () => {
  test("gives what the usual parser gives", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 1, max: 40 }), (text, slice) => {
        const { parsed } = parse(text, slice);
        expect(parsed.ok && parsed.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 3000 },
    );
  });

  test("also when it has lists that PHP wrote as objects", () => {
    const numbered = fc.dictionary(
      fc.oneof(fc.nat({ max: 50 }).map(String), fc.uuid(), fc.constantFrom("", "a", "1x", "__proto__")),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(
        fc.record({ data: numbered, more: fc.array(numbered) }),
        fc.nat({ max: 40 }),
        (value, slice) => {
          const text = JSON.stringify(value);
          const { parsed } = parse(text, slice);
          expect(parsed.ok && parsed.value).toEqual(JSON.parse(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("also when it is damaged, wherever it is divided", () => {
    const character = fc.constantFrom("[", "]", "{", "}", ",", '"', "\\", ":", "1", " ", "");
    const place = fc.nat({ max: 200 });
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), place, character, (text, at, instead) => {
        const damaged = `${text.slice(0, at)}${instead}${text.slice(at + 1)}`;
        const { parsed } = parse(damaged, 3);
        expect(parsed.ok ? parsed.value : "damaged", damaged).toEqual(usual(damaged));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ["[1,,2]"],
    ["[1,2,]"],
    ["[,1,2]"],
    ['{"data":[1,2}'],
    ['{"data":[1,2]]'],
    ['["\\"]'],
    ["[1,2]x"],
    [`[${" ".repeat(20)},1]`],
  ])("%s is damaged", (text) => {
    expect(parse(text, 1).parsed).toEqual({ ok: false, failure: "damaged" });
  });

  test("a key such as __proto__ stays a key", () => {
    const text = `{"__proto__":[${"1,".repeat(10)}1]}`;
    const { parsed } = parse(text, 4);
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(["__proto__"]);
  });
});

const MIB = 1_048_576;
const user = { id: 1, name: "user", user_group: { id: 3, name: "Interviewers" }, card_number: "100001" };

/** What a server could send to hold the main thread up. */
const TEXTS: Readonly<Record<string, readonly [text: string, fault: string | undefined]>> = {
  "nested lists": ["[".repeat(4 * MIB), "too deep"],
  "nested lists that are closed": [`${"[".repeat(2 * MIB)}${"]".repeat(2 * MIB)}`, "too deep"],
  "nested fields": ['{"a":'.repeat(MIB / 2), "too deep"],
  "four million empty lists": [`[${"[],".repeat(MIB)}0]`, "too many items"],
  "one object with a hundred thousand fields": [
    `{${Array.from({ length: 100_000 }, (_, index) => `"key ${index}":1`).join()}}`,
    "too much in one piece",
  ],
  "the same in a list": [
    `[0,{${Array.from({ length: 100_000 }, (_, index) => `"key ${index}":1`).join()}}]`,
    "too much in one piece",
  ],
  "a list within an item": [`[[${"1,".repeat(MIB)}1]]`, "too much in one piece"],
  "one long text": [JSON.stringify("x".repeat(4 * MIB)), "too much in one piece"],
  "a text that does not end": [`["${"\\\\".repeat(2 * MIB)}`, "damaged"],
  "quotation marks": [`["${'\\"'.repeat(2 * MIB)}`, "too much in one piece"],
  "twenty thousand users by their ids": [
    JSON.stringify({
      data: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [index + 1, user])),
    }),
    undefined,
  ],
  "twenty thousand users": [JSON.stringify({ data: Array.from({ length: 20_000 }, () => user) }), undefined],
};

/** The longest turn, and how it ended. */
function measure(text: string): { readonly longestMs: number; readonly fault: string | undefined } {
  const slices = parseLong(text);
  let longestMs = 0;
  for (;;) {
    const beganMs = performance.now();
    const step = slices.next();
    longestMs = Math.max(longestMs, performance.now() - beganMs);
    if (step.done === true) return { longestMs, fault: step.value.ok ? undefined : step.value.failure };
  }
}

test.each(Object.entries(TEXTS))("nothing waits long for %s", (_, [text, fault]) => {
  // The best of three: the machine may be busy elsewhere during one.
  const measured = [1, 2, 3].map(() => measure(text));
  const longestMs = Math.min(...measured.map((one) => one.longestMs));
  console.log(`${(text.length / MIB).toFixed(1)} MiB: longest turn ${longestMs.toFixed(1)} ms`);
  expect(measured[0]?.fault).toBe(fault);
  expect(longestMs).toBeLessThan(50);
});

test("a short text is refused for its depth as well", () => {
  expect(parseShort(`${"[".repeat(40)}${"]".repeat(40)}`)).toEqual({ ok: false, failure: "too deep" });
  expect(parseShort('{"data":{"status":"recording"}}')).toEqual({
    ok: true,
    value: { data: { status: "recording" } },
  });
});
