import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadMapping } from "../../src/mapping/load.ts";
import { testWorld } from "../support/kinds.ts";
import { withControls } from "./texts.ts";

describe("no text whatsoever", () => {
  const sound = withControls('      "left": { "tap": ["toggle", { "mark": "A {value}" }], "look": "tally" }');

  test("makes the loader throw, however a good one was mutilated", () => {
    const cut = fc.record({
      at: fc.nat(sound.length),
      remove: fc.nat(12),
      insert: fc.oneof(
        fc.constantFrom(
          '"',
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "1e999",
          "true",
          '"__proto__":',
          "\\",
          "\n",
        ),
        fc.string({ maxLength: 6 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        let text = sound;
        for (const { at, remove, insert } of cuts)
          text = text.slice(0, at) + insert + text.slice(at + remove);
        const { mapping, problems } = loadMapping(text, testWorld);
        expect(mapping === undefined).toBe(problems.some(({ severity }) => severity === "error"));
        const lines = text.split("\n");
        for (const { line, column } of problems) {
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("makes the loader throw, whatever JSON it is", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        expect(loadMapping(text, testWorld).mapping).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test("makes the loader throw where a value is replaced by any other", () => {
    const paths = pathsOf(JSON.parse(sound));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        const document = JSON.parse(sound) as unknown;
        replace(document, path, value);
        loadMapping(JSON.stringify(document, null, 1), testWorld);
      }),
      { numRuns: 60 },
    );
  });

  test.each(["", " ", "null", "[]", '"text"', "[".repeat(2000), '{"a":'.repeat(1000)])(
    "is a mapping: %.20s",
    (text) => {
      const { mapping, problems } = loadMapping(text, testWorld);
      expect(mapping).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    },
  );
});

type Steps = readonly (string | number)[];

function pathsOf(value: unknown, path: Steps = []): Steps[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replace(document: unknown, path: Steps, value: unknown): void {
  const parent = path.slice(0, -1).reduce((one, step) => (one as never)[step], document);
  (parent as Record<string | number, unknown>)[path.at(-1)!] = value;
}
