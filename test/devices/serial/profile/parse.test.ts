import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadProfile, readProfile } from "../../../../devices/serial/profile/load.ts";
import { parseProfile } from "../../../../devices/serial/profile/parse.ts";
import { shippedProfileIds } from "../../../../src/driver/shipped-profiles.ts";
import { parsed, smallProfile } from "./line.ts";

/** What is wrong with a profile, without the file's name. */
function faults(text: string, values = {}): string[] {
  const profile = parseProfile(text, "box.json", values);
  return profile.ok ? [] : profile.failure.split("\n").map((line) => line.replace(/^box\.json:/, ""));
}

/** `line:column` of the first place where the text stands. */
function placeOf(text: string, part: string): string {
  const before = text.slice(0, text.indexOf(part));
  return `${before.split("\n").length}:${before.length - before.lastIndexOf("\n")}`;
}

/** What is wrong, the parts of a profile that are so, the text at whose place it is told, and what is said. */
const FAULTS: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
  ["an unknown key", { ports: {} }, '"ports"', 'unknown key "ports" (did you mean "port"?)'],
  ["an unknown word", { case: "maybe" }, '"maybe"', '(known: "exact", "ignored")'],
  ["a number out of range", { port: { baud: 1 } }, "1\n", "1 is below 50"],
  [
    "an unknown frame",
    { frame: { kind: "lines" } },
    '"lines"',
    '"lines" is not known here (known: "delimiter"',
  ],
  ["a stray key in a frame", { frame: { kind: "slip", ends: [] } }, '"ends"', 'unknown key "ends"'],
  ["a mistake in a rule", { receive: [{ match: "x", does: "y" }] }, '"does"', 'unknown key "does"'],
  [
    "a mistake in what a rule does",
    { receive: [{ match: "x", do: { control: "key-1", levels: "up" } }] },
    '"levels"',
    'unknown key "levels" (did you mean "level"?)',
  ],
  [
    "a field without a type",
    { receive: [{ match: "K{n}", do: "ignore" }] },
    '"K{n}"',
    "{n} has no type, and no value has that name (types are int",
  ],
  [
    "an unknown type",
    { receive: [{ match: "K{n:float}" }] },
    '"K{n:float}"',
    "{n:float} is no type (types are int",
  ],
  ["a stray brace", { receive: [{ match: "K}" }] }, '"K}"', "a brace itself {{ or }}"],
  [
    "two fields that run into each other",
    { receive: [{ match: "{a:text}{b:int}" }] },
    '"{a:text}{b:int}"',
    "nothing tells where {a} ends (put a character between it and {b})",
  ],
  ["a field twice", { receive: [{ match: "{a:int},{a:int}" }] }, '"{a:int},{a:int}"', "{a} stands twice"],
  [
    "a control that is none",
    { receive: [{ match: "x", do: { control: "kye-1", event: "down" } }] },
    '"kye-1"',
    "no control is called kye-1 (the controls are key-1, key-2)",
  ],
  [
    "an event that is none",
    { receive: [{ match: "x", do: { control: "key-1", event: "press" } }] },
    '"press"',
    "press is unknown here (one of down, up, click",
  ],
  [
    "a name that the message does not tell",
    { receive: [{ match: "x", do: { control: "key-{n}", event: "down" } }] },
    '"key-{n}",\n        "event"',
    "nothing is called {n} here (nothing can be named here)",
  ],
  [
    "bits that the message does not tell",
    { receive: [{ match: "{m:hex}", do: { bits: "k", count: 2, control: "key-{bit}", whenSet: "down" } }] },
    '"k"',
    "nothing is called k in this message (known here: m)",
  ],
  [
    "a pattern with a class that is none",
    { frame: { kind: "pattern", patterns: ["K{number}"] } },
    '"K{number}"',
    "{number} is not one of {digit}",
  ],
  [
    "an unknown name in what is sent",
    { send: { init: ["#{id}"] } },
    '"#{id}"',
    "nothing is called {id} here",
  ],
  ["a format that is none", { send: { init: ["#{id:octal}"] } }, '"#{id:octal}"', "{id:octal} is no field"],
];

describe("a fault is told with its file, line and column, and what would be right", () => {
  test("no JSON", () => {
    expect(faults('{\n  "profile": 1,\n  id: 2\n}')[0]).toBe(
      "3:3: not valid JSON here: invalid symbol (comments and trailing commas are fine; names and texts need double quotes)",
    );
    expect(faults("")).toEqual([expect.stringMatching(/^1:1: /)]);
  });

  test.each(FAULTS)("%s", (_, parts, ...[place, message]) => {
    const text = smallProfile(parts);
    const found = faults(text).filter((fault) => fault.includes(message));
    expect(found, faults(text).join("\n")).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${placeOf(text, place)}: `));
  });

  test("two controls of one name, and two keys of one name", () => {
    const twins = smallProfile({ controls: [{ id: "a" }, { id: "a" }], receive: [] });
    expect(faults(twins)).toEqual([expect.stringContaining("two controls are called a (with a count")]);
    const text = smallProfile().replace('"id": "small"', '"id": "small",\n  "id": "big"');
    expect(faults(text)).toEqual([
      `${placeOf(text, '"id": "big"')}: "id" stands here twice: only one of them would count (keep one)`,
    ]);
  });

  test("all faults of a file, in its order", () => {
    const found = faults(
      smallProfile({ receive: [{ match: "{n}" }, { match: "{m}" }], send: { init: ["{k}"] } }),
    );
    expect(found.map((line) => /\{(\w)\}/.exec(line)?.[1])).toEqual(["n", "m", "k"]);
  });

  test("a value that is missing, unknown, or would end a line", () => {
    const text = smallProfile({ values: { id: { is: "The address." } } });
    expect(faults(text)).toEqual([
      expect.stringContaining('the mapping must fill the value "id" (The address.)'),
    ]);
    expect(faults(text, { id: 1, ib: 2 })).toEqual([
      expect.stringContaining('fills a value "ib" that this profile does not have (it has id)'),
    ]);
    expect(faults(text, { id: "1\rREC STOP" })).toEqual([expect.stringContaining("has control characters")]);
    expect(faults(text, { id: 1 })).toEqual([]);
  });

  test("a file that is far too long", () => {
    expect(faults(" ".repeat(70_000))).toEqual([expect.stringContaining("the file is too long")]);
  });
});

test("comments and trailing commas are fine, and a key such as __proto__ is only unknown", () => {
  const text = smallProfile().replace("{", "{ // a box\n").replace(/\}$/, ",}");
  expect(faults(text)).toEqual([]);
  expect(faults(text.replace('"profile"', '"__proto__": {}, "profile"'))).toEqual([
    expect.stringContaining('unknown key "__proto__"'),
  ]);
});

test("a profile of one's own is read beside the mapping", () => {
  const folder = mkdtempSync(join(tmpdir(), "profile-"));
  try {
    writeFileSync(join(folder, "my-box.json"), smallProfile());
    expect(loadProfile("./my-box.json", { folder, values: {} })).toMatchObject({
      ok: true,
      value: { id: "small" },
    });
    expect(loadProfile("my-box.json", { folder, values: {} }).ok).toBe(true);
    const missing = loadProfile("./no-box.json", { folder, values: {} });
    expect(missing).toMatchObject({ ok: false, failure: expect.stringContaining("is not there") });
    const nowhere = loadProfile("./my-box.json", { folder: undefined, values: {} });
    expect(nowhere).toMatchObject({ ok: false, failure: expect.stringContaining("beside the mapping file") });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an unknown id tells which there are", () => {
  const unknown = loadProfile("lutron", { folder: undefined, values: {} });
  expect(unknown).toMatchObject({ ok: false, failure: expect.stringContaining("lutron-keypad") });
  expect(readProfile("../../../package", undefined).ok).toBe(false);
});

test("the examples in the README are profiles", () => {
  const readme = readFileSync(
    new URL("../../../../devices/serial/profiles/README.md", import.meta.url),
    "utf8",
  );
  const texts = [...readme.matchAll(/^```jsonc\n(.*?)^```/gms)].map(([, text = ""]) => text);
  // Parts of a mapping begin with the name of a device, and are checked with all documents.
  const examples = texts.filter((text) => text.startsWith("{"));
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(faults(example)).toEqual([]);
});

test("no text makes it throw, however a shipped profile is garbled", () => {
  const texts = shippedProfileIds("serial").map((id) => textOf(id));
  const garbled = fc.record({
    text: fc.constantFrom(...texts),
    at: fc.nat(4000),
    length: fc.nat(40),
    instead: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom("{", "}", "[", '"', "null", "{n:int}", "\\u0000"),
    ),
  });
  fc.assert(
    fc.property(garbled, ({ text, at, length, instead }) => {
      const profile = parseProfile(text.slice(0, at) + instead + text.slice(at + length), "box.json");
      if (!profile.ok) expect(profile.failure).toMatch(/^box\.json:\d+:\d+: /);
    }),
    { numRuns: 300 },
  );
  fc.assert(fc.property(fc.json(), (text) => !parseProfile(text, "box.json").ok));
});

test("what is left out has the values that its description tells", () => {
  expect(parsed(smallProfile({ port: { baud: 1200 } }))).toMatchObject({
    port: { baud: 1200 },
    notify: undefined,
    sending: { minGapMs: 0, charGapMs: 0, coalesce: "latest", echo: "none", ack: undefined },
  });
});

function textOf(id: string): string {
  const text = readProfile(id, undefined);
  return text.ok ? text.value : "";
}
