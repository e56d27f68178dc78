import fc from "fast-check";
import { expect, test } from "vitest";
import { hasWildcard, readWildcard } from "../../src/link/dialects/addresses/wildcard.ts";

test.each<[pattern: string, text: string, matches: boolean]>([
  ["interview-1", "interview-1", true],
  ["interview-1", "interview-2", false],
  ["interview-1", "interview-10", false],
  ["*", "", true],
  ["*", "anything", true],
  ["**", "anything", true],
  ["interview-*", "interview-12", true],
  ["*-1", "interview-1", true],
  ["*-1", "interview-2", false],
  ["i*w-*", "interview-1", true],
  ["*a*b*c*", "xxaxxbxxcxx", true],
  ["*a*b*c*", "xxbxxaxxcxx", false],
  ["?", "a", true],
  ["?", "", false],
  ["?", "ab", false],
  ["interview-?", "interview-1", true],
  ["interview-[12]", "interview-2", true],
  ["interview-[12]", "interview-3", false],
  ["interview-[1-3]", "interview-2", true],
  ["interview-[1-3]", "interview-4", false],
  ["interview-[!1-3]", "interview-4", true],
  ["interview-[!1-3]", "interview-2", false],
  ["[a-cx-z]", "y", true],
  ["[a-]", "-", true],
  ["[]", "a", false],
  ["[!]", "a", true],
  ["{one,two}", "two", true],
  ["{one,two}", "three", false],
  ["x{one,two}y", "xoney", true],
  ["{a,b}{c,d}", "bd", true],
  ["{a,b}{c,d}", "ba", false],
  ["{}", "", true],
  ["{a,}b", "b", true],
  ["[abc", "[abc", true],
  ["{abc", "{abc", true],
  ["a.c", "abc", false],
  ["(a+)+", "aa", false],
])("%s on %s: %s", (pattern, text, matches) => {
  expect(readWildcard(pattern)(text)).toBe(matches);
});

test.each([
  ["/valt/room/*/state", true],
  ["/valt/room/interview-?/state", true],
  ["/valt/room/[12]/state", true],
  ["/valt/room/{a,b}/state", true],
  ["/valt/room/a]/state", true],
  ["/valt/room/interview-1/state", false],
])("%s asks for several: %s", (address, is) => {
  expect(hasWildcard(address)).toBe(is);
});

test.each([
  ["many stars", `${"*a".repeat(2000)}b`, "a".repeat(5000)],
  ["many question marks", `*${"?".repeat(3000)}b`, "a".repeat(6000)],
  ["many braces", "{a,aa,aaa}".repeat(200), "a".repeat(500)],
  ["many choices", `{${"a,".repeat(20_000)}b}`, "b"],
  ["many brackets", `*${"[!b]".repeat(3000)}b`, "a".repeat(6000)],
  ["open braces", "{".repeat(20_000), "a"],
  ["open brackets", "[".repeat(20_000), "a"],
])("no pattern can make it slow: %s", (_, pattern, text) => {
  const startedMs = performance.now();
  readWildcard(pattern)(text);
  expect(performance.now() - startedMs).toBeLessThan(500);
});

test("a text without wildcards matches itself and nothing else", () => {
  const plain = fc.stringMatching(/^[A-Za-z0-9._-]{0,20}$/);
  fc.assert(
    fc.property(plain, plain, (one, other) => {
      expect(readWildcard(one)(other)).toBe(one === other);
      expect(readWildcard(`${one}*`)(one + other)).toBe(true);
      expect(readWildcard(`*${other}`)(one + other)).toBe(true);
    }),
  );
});

test("no pattern makes it throw", () => {
  const text = fc.string({
    unit: fc.constantFrom("*", "?", "[", "]", "!", "-", "{", "}", ",", "a", "b"),
    maxLength: 24,
  });
  fc.assert(
    fc.property(text, text, (pattern, other) => {
      expect(typeof readWildcard(pattern)(other)).toBe("boolean");
    }),
    { numRuns: 1000 },
  );
});
