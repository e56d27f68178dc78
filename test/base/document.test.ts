import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readDocument, readValue } from "../../src/base/document/read-document.ts";

const rules = {
  schema: z.strictObject({
    name: z.string(),
    kind: z.enum(["box", "pedal"]).default("box"),
    code: z.union([z.int(), z.string().regex(/^0x/)], { error: 'A number, or "0x10".' }).optional(),
    keys: z.array(z.strictObject({ id: z.string() })).default([]),
  }),
  make(document: { name: string; keys: readonly { id: string }[] }, report: (finding: never) => void) {
    for (const [index, { id }] of document.keys.entries())
      if (id === "") report({ path: ["keys", index, "id"], message: "is empty", hint: "say k1" } as never);
    return document.name.toUpperCase();
  },
};

describe("a document", () => {
  test("has comments and trailing commas, and becomes what is made of it", () => {
    expect(readDocument('{ "name": "a", /* b */ }', "f.json", rules)).toEqual({ ok: true, value: "A" });
  });

  test.each([
    [
      '{\n  "nmae": "a" }',
      ['f.json:1:1: "name" is missing', 'f.json:2:3: unknown key "nmae" (did you mean "name"?)'],
    ],
    [
      '{ "name": "a",\n "kind": "bax" }',
      ['f.json:2:10: "bax" is not one of the words that fit here (did you mean "box"?)'],
    ],
    ['{ "name": "a", "code": true }', ['f.json:1:24: a number, or "0x10".']],
    ['{ "name": "a", "keys": [{ "id": "" }] }', ["f.json:1:33: is empty (say k1)"]],
    [
      '{ "name": "a", "name": "b" }',
      ['f.json:1:16: "name" stands here twice: only one of them would count (keep one)'],
    ],
    [
      "",
      [
        "f.json:1:1: not valid JSON here: value expected (comments and trailing commas are fine; names and texts need double quotes)",
      ],
    ],
  ])("that is wrong is told with its places: %j", (text, lines) => {
    const read = readDocument(text, "f.json", rules);
    expect(read.ok ? [] : read.failure.split("\n")).toEqual(lines);
  });

  test("tells twenty things at most", () => {
    const keys = Array.from({ length: 30 }, () => ({ id: "" }));
    const read = readDocument(JSON.stringify({ name: "a", keys }), "f.json", rules);
    expect(read.ok ? [] : read.failure.split("\n")).toHaveLength(20);
  });

  test("inside another one is told with its path", () => {
    expect(readValue({ name: "a", keys: [{ id: "" }] }, "profile", rules)).toEqual({
      ok: false,
      failure: "profile.keys.0.id: is empty (say k1)",
    });
  });
});
