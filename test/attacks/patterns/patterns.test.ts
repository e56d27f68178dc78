import scslre from "scslre";
import { describe, expect, test } from "vitest";
import { findPatterns } from "./find-patterns.ts";
import { attackPattern, type Measured } from "./measure.ts";
import { writeAttack } from "./pumps.ts";

/** A linear pattern takes 1 to 50 ns, on a busy machine some hundred; one that is quadratic thousands at this length. */
const MOST_NS_PER_CHARACTER = 1500;

const { patterns, made } = findPatterns(["src", "devices"]);
const distinct = new Map(patterns.map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]));

function tell(spelling: string, { nsPerCharacter, attack, isStopped }: Measured): string {
  const cost = isStopped ? "does not end" : `${nsPerCharacter.toFixed(1)} ns a character`;
  return `${cost}: ${spelling} with ${JSON.stringify(writeAttack(attack, 24)).slice(0, 80)}`;
}

/** Why a pattern may not stay: by its form, or by what an attack on it costs. */
function judge(source: string, flags: string): { readonly form: string; readonly measured: Measured } {
  const { reports } = scslre.analyse(new RegExp(source, flags));
  return { form: reports.map(({ type }) => type).join(), measured: attackPattern(source, flags) };
}

describe("every regular expression of src and devices", () => {
  test("stands in the source, and is not made of a text", () => {
    expect(made).toEqual([]);
    expect(patterns.length).toBeGreaterThan(100);
  });

  test("takes time that grows with the text alone", () => {
    const judged = [...distinct].map(([spelling, { place, source, flags }]) => ({
      spelling: `${place} ${spelling}`,
      ...judge(source, flags),
    }));
    judged.sort((one, other) => other.measured.nsPerCharacter - one.measured.nsPerCharacter);
    const slowest = judged.slice(0, 8).map(({ spelling, measured }) => tell(spelling, measured));
    console.log([`${patterns.length} patterns, ${distinct.size} distinct; slowest:`, ...slowest].join("\n"));
    const slow = judged.filter(({ measured }) => measured.nsPerCharacter > MOST_NS_PER_CHARACTER);
    expect(slow.map(({ spelling, measured }) => tell(spelling, measured))).toEqual([]);
    expect(
      judged.filter(({ form }) => form !== "").map(({ spelling, form }) => `${form}: ${spelling}`),
    ).toEqual([]);
  }, 300_000);
});

/** Forms that have been in the sources, or are known from elsewhere. */
const SUPER_LINEAR: readonly (readonly [source: string, flags: string])[] = [
  ["^(a+)+$", ""],
  ["^(\\W*(?:[\\w-]+\\W+){0,3}?(?:log-?in|connect|pin|auth\\w*|card))\\b", "i"],
  ["(\\b[a-z][a-z0-9+.-]*:\\/\\/)[^/?#\\s\"']*@", "gi"],
  ["\\/+$", ""],
  ["\\s*\\n\\s*", "g"],
  ["\\[[^\\]]*\\]|[\\s\\S]", "g"],
  ["by-id\\/usb-(.+?)(?:-if\\d+)?(?:-port\\d+)?$", ""],
  ["^(ab)*(ab)*$", ""],
  ["<!--.*?-->", "gs"],
];

/** Far more than `MOST_NS_PER_CHARACTER` for the whole of a text. */
const FOUND_WITHIN_MS = 500;

test.each(SUPER_LINEAR)("a super-linear pattern is found: /%s/%s", (source, flags) => {
  const measured = attackPattern(source, flags, FOUND_WITHIN_MS);
  expect(measured.nsPerCharacter, tell(source, measured)).toBeGreaterThan(MOST_NS_PER_CHARACTER);
});
