import { describe, expect, it } from "vitest";
import { parseProfile } from "../../../devices/usb-hid/profile/read-profile.ts";

const GOOD = `{
  // A box with two keys and two lamps.
  "profile": 1, "id": "box", "name": "Box", "source": "a test", "confirmed": "on paper",
  "match": [{ "vid": "05F3", "pid": "0438" }],
  "input": {
    "length": 8,
    "reports": [{ "when": [{ "at": 1, "atMost": 3 }], "controls": [
      { "kind": "bits", "id": "key-{n}", "at": 2, "count": 2 }
    ] }]
  },
  "output": {
    "length": 4,
    "frames": { "led": { "bytes": ["0xb5", "index", { "map": "state", "of": { "dark": 0 }, "otherwise": 1 }] } },
    "lamps": { "key-{n}": { "count": 2, "can": "mono", "set": ["led"] } },
  }
}`;

type Changes = readonly (readonly [from: string, to: string])[];

function change(changes: Changes): string {
  return changes.reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replace(from, to);
  }, GOOD);
}

function faults(text: string): readonly string[] {
  const parsed = parseProfile(text, "box.json");
  return parsed.ok ? [] : parsed.failure.split("\n");
}

/** Line and column at which a piece of the text begins. */
function placeOf(text: string, piece: string): string {
  expect(text).toContain(piece);
  const lines = text.slice(0, text.indexOf(piece)).split("\n");
  return `${lines.length}:${lines.at(-1)!.length + 1}`;
}

describe("a profile", () => {
  it("is JSON with comments and trailing commas; hexadecimal stands for numbers", () => {
    expect(parseProfile(GOOD, "box.json")).toMatchObject({
      ok: true,
      value: {
        match: [{ vid: "05f3", pid: ["0438"] }],
        output: { frames: { led: { bytes: [0xb5, "index", { otherwise: 1 }] } } },
      },
    });
  });

  it("once read can be read again", () => {
    const once = parseProfile(GOOD, "box.json");
    if (!once.ok) throw new Error(once.failure);
    expect(parseProfile(JSON.stringify(once.value), "box.json")).toEqual(once);
  });
});

describe("what is wrong with a profile is told with its place:", () => {
  it.for<[string, Changes, string, string]>([
    [
      "a word that is not known, with the one that was meant",
      [['"count": 2, "can"', '"cuont": 2, "can"']],
      '"cuont"',
      'unknown key "cuont" (did you mean "count"?)',
    ],
    ["a part that is missing", [['"source": "a test",', ""]], "{", '"source" is missing'],
    [
      "a value that is none of several",
      [['"on paper"', '"yes"']],
      '"yes"',
      'is not one of the words that fit here (known: "by hardware recordings", "on paper")',
    ],
    ["an id that is no number", [["05F3", "5F3"]], '"5F3"', 'four hexadecimal digits such as "05f3"'],
    [
      "a kind of control that there is not",
      [['"bits"', '"bit"']],
      '"bit"',
      '"bit" is not known here (did you mean "bits"?)',
    ],
    [
      "an offset behind the report's end",
      [['"at": 2', '"at": 8']],
      '8, "count"',
      "reads byte 8; the report has 8, counted from 0",
    ],
    ["a condition behind it", [['"at": 1', '"at": 9']], '9, "atMost"', "reads byte 9"],
    ["a condition without a wish", [[', "atMost": 3', ""]], '{ "at": 1', 'a condition says one of "equals"'],
    [
      "more bits than there are",
      [['"count": 2 }', '"count": 9 }']],
      "9 }",
      'there are only 8 bits; make "bytes" more',
    ],
    ["controls of the same name", [["key-{n}", "key"]], '{ "kind"', '"key" is made twice'],
    [
      "a frame that there is not",
      [['["led"]', '["lad"]']],
      '"lad"',
      'there is no frame "lad" in "frames" (did you mean "led"?)',
    ],
    [
      "a variable that there is not",
      [['"index"', '"indx"']],
      '"led"] }',
      'the variable "indx" is not known (did you mean "index"?)',
    ],
    ["a byte that is too large", [['"0xb5"', "256"]], "256", "a number from 0 to 255"],
    [
      "a table that lacks a state",
      [[', "otherwise": 1', ""]],
      '{ "dark"',
      'lacks steady, slow, fast, double; add them, or "otherwise"',
    ],
    [
      "a table with a word that there is not",
      [['"dark"', '"dork"']],
      '"dork"',
      '"dork" is no value of "state"; there are dark, steady',
    ],
    [
      "more bytes than the report has",
      [['"length": 4', '"length": 2']],
      '["0xb5"',
      "3 bytes; the report has 2 without its id",
    ],
    ["a template without a count", [['"count": 2, "can"', '"can"']], '{ "can"', '"count" is missing'],
    [
      "a command that writes the device's memory",
      [["0xb5", "0xc7"]],
      '["0xc7"',
      "byte 0 must not be 0xc7: it wears out",
    ],
    [
      "a command that is not fixed",
      [['"0xb5"', '"on"']],
      '["on"',
      "byte 0 is a command to this maker's devices and must be a number",
    ],
    [
      "the same key twice",
      [['"id": "box",', '"id": "box", "id": "bax",']],
      '"id": "bax"',
      '"id" stands here twice',
    ],
    ["a comma too few", [['"profile": 1,', '"profile": 1']], '"id": "box"', "not valid JSON here"],
    ["nothing that it speaks of", [['{ "vid": "05F3", "pid": "0438" }', ""]], "[],", "is empty"],
    [
      "two ways of reading",
      [['"length": 8,', '"length": 8, "descriptor": true,']],
      '{\n    "length": 8',
      "needs exactly one of",
    ],
    [
      "a poll without a question",
      [['"length": 8,', '"length": 8, "poll": { "everyMs": 20 },']],
      '{ "everyMs"',
      'needs exactly one of "send" and "feature"',
    ],
  ])("%s", ([, changes, piece, message]) => {
    const text = change(changes);
    const [fault, ...others] = faults(text);
    expect(fault).toContain(`box.json:${placeOf(text, piece)}: `);
    expect(fault).toContain(message);
    expect(others).toEqual([]);
  });

  it("all of them at once", () => {
    expect(
      faults(
        change([
          ['"at": 2', '"at": 8'],
          ["0xb5", "0xee"],
          ['"index"', '"indx"'],
        ]),
      ),
    ).toHaveLength(3);
  });
});

describe("commands that no profile may send", () => {
  it.each([
    ["05f3", [0xbd, 1]],
    ["27b8", [0x57]],
    ["27bb", [0x10, 0, 0, 0, 0, 0, 0, 0, 0x42]],
    ["0fc5", [0x40]],
    ["0fc5", [{ repeat: 2, bytes: [0x40] }]],
  ])("to %s: %j", (vid, bytes) => {
    const text = GOOD.replace("05F3", vid)
      .replace('"bytes": ["0xb5", "index",', `"bytes": [${JSON.stringify(bytes).slice(1, -1)},`)
      .replace('"length": 4', '"length": 64');
    const parsed = parseProfile(text, "box.json");
    expect(parsed.ok ? "" : parsed.failure).toContain("must not be 0x");
  });

  it("are those of the makers, and nobody else's", () => {
    const text = GOOD.replace("05F3", "1234").replace("0xb5", "0xc7");
    expect(parseProfile(text, "box.json").ok).toBe(true);
  });
});
