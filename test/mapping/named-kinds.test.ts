import { describe, expect, test } from "vitest";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { namedKinds } from "../../src/mapping/named-kinds.ts";
import { openMapping } from "../../src/mapping/source/open.ts";
import { laterKind, linkKind, panelKind } from "../support/kinds.ts";

describe("the kinds that a mapping names", () => {
  test("are found beside comments and trailing commas", () => {
    const text = `{ // "kind": "no"
      "devices": { "desk": { "kind": "test-panel", }, "rack": { "kind": "test\\u002dlink" } }, }`;
    expect(namedKinds(openMapping(text))).toEqual(["test-panel", "test-link"]);
  });

  test.each(["", "{", "[]", "3", '{"devices": 3}', '{"devices": null}'])("are none in %j", (text) => {
    expect(namedKinds(openMapping(text))).toEqual([]);
  });

  test("are an empty word where a device has none, and each word is told once", () => {
    expect(namedKinds(openMapping('{"devices": {"desk": {}, "rack": 3, "hall": null}}'))).toEqual([""]);
  });
});

describe("the world of a mapping", () => {
  const loaded: string[] = [];
  const loader = (kind: typeof panelKind) => async () => {
    loaded.push(kind.kind);
    return kind;
  };
  const loadVocabulary = createVocabularyLoader({
    "test-panel": loader(panelKind),
    "test-link": loader(linkKind),
    "test-later": loader(laterKind),
  });
  const devices = (...kinds: string[]) =>
    JSON.stringify({ devices: Object.fromEntries(kinds.map((kind) => [kind, { kind }])) });
  const all = ["test-panel", "test-link", "test-later"];

  test.each([
    [devices("test-link"), ["test-link"]],
    [devices("test-later", "test-panel"), ["test-panel", "test-later"]],
    [devices("test-link", "test-lnik"), all],
    [devices("constructor"), all],
    [devices(), all],
    ["{", all],
    [undefined, all],
  ])("for %s has the kinds %j, and loads no other", async (text, expected) => {
    loaded.length = 0;
    const { kinds } = await loadVocabulary(text);
    expect(kinds.map(({ kind }) => kind)).toEqual(expected);
    expect(loaded).toEqual(expected);
  });
});
