import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { compare } from "../../../src/web/page/editor/compare.ts";
import { propose, type Schema } from "../../../src/web/page/editor/propose.ts";

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../mappings/mapping.schema.json"), "utf8"),
) as Schema;

/** What is proposed where the text has `|`. */
function at(text: string, others: readonly string[] = []) {
  const offset = text.indexOf("|");
  const found = propose(text.replace("|", ""), offset, { schema, others });
  return { ...found, texts: found?.proposals.map((one) => one.text) ?? [] };
}

describe("completion", () => {
  it("proposes keys that are not there yet, with what they mean", () => {
    const { texts, proposals } = at('{ "server": {}, | }');
    expect(texts).toContain('"rooms"');
    expect(texts).not.toContain('"server"');
    expect(proposals?.find(({ text }) => text === '"rooms"')?.opens).toBe("{}");
    expect(proposals?.find(({ text }) => text === '"include"')?.info).toMatch(/Files beside/);
  });

  it("replaces the whole word that is being written, quoted or not", () => {
    const quoted = at('{ "ro|" }');
    expect([quoted.from, quoted.to]).toEqual([2, 6]);
    const bare = at("{ ro| }");
    expect([bare.from, bare.to]).toEqual([2, 4]);
    expect(bare.texts).toContain('"rooms"');
  });

  it("knows a device by its kind, also behind comments and before the text is whole", () => {
    const { texts } = at('{ // site\n "devices": { "desk": { "kind": "virtual", /* so */ | ');
    expect(texts).toContain('"model"');
    expect(at('{ "devices": { "desk": { "kind": "osc", | } } }').texts).not.toContain('"model"');
    expect(at('{ "devices": { "desk": { "kind": | } } }').texts).toContain('"virtual"');
    expect(at('{ "devices": { "desk": { "kind": "virtual", "model": "|" } } }').texts).toContain('"mini"');
  });

  it("proposes the names that the mapping gives, also of the files beside it", () => {
    const text =
      '{ "rooms": { "exam-1": 1 }, "panels": { "door": {} }, "devices": { "desk": { "room": "|" } } }';
    expect(at(text, ['{ "rooms": { "exam-2": 2 } }']).texts).toEqual(
      expect.arrayContaining(['"exam-1"', '"exam-2"']),
    );
    expect(at(text.replace('"room"', '"use"')).texts).toEqual(['"door"']);
  });

  it("has nothing to say where nothing is known", () => {
    expect(at('{ "server": { "url": "|" } }').proposals).toBeUndefined();
    expect(at('{ "nothing": { | } }').proposals).toBeUndefined();
  });
});

test("a difference is shown with two lines around it, and what is left out as a gap", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const told = (before: readonly string[], after: readonly string[]) =>
    compare(before.join("\n"), after.join("\n")).map((line) =>
      line === undefined
        ? "…"
        : `${{ same: " ", gone: "-", new: "+" }[line.kind]}${line.number} ${line.text}`,
    );
  expect(told(lines, lines.with(9, "other"))).toEqual([
    "…",
    " 8 line 8",
    " 9 line 9",
    "-10 line 10",
    "+10 other",
    " 11 line 11",
    " 12 line 12",
    "…",
  ]);
  expect(told(lines, [...lines, "last"])).toEqual(["…", " 19 line 19", " 20 line 20", "+21 last"]);
  expect(told(lines, lines.slice(1))).toEqual(["-1 line 1", " 1 line 2", " 2 line 3", "…"]);
  expect(told(lines, lines)).toEqual(["…"]);
});
