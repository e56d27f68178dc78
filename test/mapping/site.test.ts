import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { deviceKinds } from "../../devices/index.ts";
import { findEntry, plainValue } from "../../src/base/document/part.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { renderSchema } from "../../src/cli/commands/schema.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { openMapping } from "../../src/mapping/source/open.ts";
import { testWorld } from "../support/kinds.ts";

const MAPPINGS = join(import.meta.dirname, "../../mappings");
const server = '"server": { "url": "https://valt.example.com", "username": "bridge" }';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "valt-site-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function load(text: string, files: Readonly<Record<string, string>> = {}) {
  return loadMapping(text, { ...testWorld, folder: await folderWith(files) });
}

async function problemsOf(text: string, files?: Readonly<Record<string, string>>) {
  const { problems } = await load(text, files);
  return problems.map((problem) => tellProblem("site.jsonc", problem));
}

/** What a section becomes. */
async function expand(section: string, text: string, files: Readonly<Record<string, string>> = {}) {
  const { root, slips } = openMapping(text, await folderWith(files));
  expect(slips).toEqual([]);
  const part = findEntry(root, section)?.part;
  return part === undefined ? undefined : JSON.parse(JSON.stringify(plainValue(part)));
}

describe("a range in a key", () => {
  test("stands for as many rooms, its word being known inside", async () => {
    const text = `{ ${server}, "rooms": { "exam-{n:9..11}": { "id": "{n}", "serverName": "Exam {n}" } }, "devices": {} }`;
    const { mapping } = await load(text);
    expect(
      [...(mapping?.rooms.values() ?? [])].map(({ name, id, serverName }) => [name, id, serverName]),
    ).toEqual([
      ["exam-9", 9, "Exam 9"],
      ["exam-10", 10, "Exam 10"],
      ["exam-11", 11, "Exam 11"],
    ]);
  });

  test("keeps the digits of its first value, lists words, and may stand twice", async () => {
    const rooms = '"{wing:east,west}-{n:08..10}": "{n}"';
    expect(Object.keys(await expand("rooms", `{ "rooms": { ${rooms} } }`))).toEqual([
      "east-08",
      "east-09",
      "east-10",
      "west-08",
      "west-09",
      "west-10",
    ]);
  });

  test("stands for as many controls, commands or entries of a list", async () => {
    const device = `"controls": { "key-{n:1..2}": { "room": "r{n}", "look": "tally" } }, "rooms": ["r{n:1..3}"]`;
    expect(await expand("devices", `{ "devices": { "wall": { ${device} } } }`)).toEqual({
      wall: {
        controls: { "key-1": { room: "r1", look: "tally" }, "key-2": { room: "r2", look: "tally" } },
        rooms: ["r1", "r2", "r3"],
      },
    });
  });

  test.each([
    ["{n:5..3}", "5 comes after 3"],
    ["{n:1..99999}", "more than 5000 values"],
    ["{n:1..}", '"1.." is no value, and no range such as 1..12'],
    ["{n:1,,2}", '"" is no value, and no range such as 1..12'],
  ])("%s is refused at its place", async (range, message) => {
    expect(await problemsOf(`{ ${server},\n"rooms": { "r-${range}": 4 }, "devices": {} }`)).toContain(
      `site.jsonc:2:12: error: ${range}: ${message}`,
    );
  });

  test("leaves words in braces alone that are filled in later", async () => {
    const device = `"pushes": { "/r/{room}": "{recording:0}" }, "commands": { "/r/{room}/mark {text}": { "mark": "{text}" } }`;
    expect(await expand("devices", `{ "devices": { "link": { ${device} } } }`)).toEqual({
      link: {
        pushes: { "/r/{room}": "{recording:0}" },
        commands: { "/r/{room}/mark {text}": { mark: "{text}" } },
      },
    });
  });
});

describe("a table", () => {
  const rooms =
    '"rooms": { "{name}": { "from": "rooms.csv", "id": "{id}", "label": "{label}" } }, "devices": {}';

  test.each([
    ["commas", "name,id,label\na,1,One\nb,2,Two\n"],
    ["semicolons and Windows line ends", "name;id;label\r\na;1;One\r\n\r\nb;2;Two"],
    ["tabs and quotation marks", 'name\tid\tlabel\n"a"\t1\tOne\nb\t"2"\t"Two"\n'],
    ["a byte order mark", "\ufeffname,id,label\na,1,One\nb,2,Two"],
  ])("with %s is one room a line", async (_, table) => {
    const { mapping, problems } = await load(`{ ${server}, ${rooms} }`, { "rooms.csv": table });
    expect(problems).toEqual([]);
    expect([...(mapping?.rooms.values() ?? [])].map(({ name, id, label }) => [name, id, label])).toEqual([
      ["a", 1, "One"],
      ["b", 2, "Two"],
    ]);
  });

  test("may have separators, quotation marks and line ends in a value", async () => {
    const table = 'name,id,label\na,1,"One, ""the first"""\n';
    const { mapping } = await load(`{ ${server}, ${rooms} }`, { "rooms.csv": table });
    expect([...(mapping?.rooms.values() ?? [])].map(({ label }) => label)).toEqual(['One, "the first"']);
  });

  test("has its faults told at their place", async () => {
    const table = "name,id,label,i d\na,1,One\nb,2,Two,x\n";
    expect(await problemsOf(`{ ${server}, ${rooms} }`, { "rooms.csv": table })).toEqual([
      expect.stringMatching(/rooms\.csv:1:15: error: "i d" cannot be a column's name/),
      expect.stringMatching(/rooms\.csv:2:1: error: this line has 3 values, and the table has 4 columns/),
    ]);
  });

  test("names the line where a value of it is wrong", async () => {
    const table = "name,id,label\na,1,One\nb,x2,Two\n";
    expect(await problemsOf(`{ ${server},\n${rooms} }`, { "rooms.csv": table })).toEqual([
      expect.stringMatching(/^site\.jsonc:2:\d+: error: "x2" should be a number \[used at rooms\.csv:3:1\]/),
    ]);
  });

  test.each([
    ["../rooms.csv", '"../rooms.csv" is not beside the mapping'],
    ["/etc/passwd", '"/etc/passwd" is not beside the mapping'],
    ["none.csv", 'the file "none.csv" is not there'],
  ])("%s is refused", async (name, message) => {
    const text = `{ ${server}, "rooms": { "{name}": { "from": "${name}", "id": 1 } }, "devices": {} }`;
    expect((await problemsOf(text))[0]).toContain(`error: ${message}`);
  });
});

describe("a panel", () => {
  const panels = `"panels": { "desk": { "kind": "test-panel", "serialNumber": "{serial}",
    "controls": { "left": { "tap": "start", "hold": "stop" }, "right": { "tap": { "mark": "{label}" } } } } }`;

  test("stands where it is used, with the words of its room and of the place of use", async () => {
    const text = `{ ${server}, ${panels}, "rooms": { "exam-{n:1..2}": { "id": "{n}", "label": "Exam {n}",
      "devices": { "desk": { "use": "desk", "with": { "serial": "S{n}" } } } } } }`;
    expect(await expand("devices", text)).toEqual({
      "exam-1-desk": {
        kind: "test-panel",
        serialNumber: "S1",
        controls: { left: { tap: "start", hold: "stop" }, right: { tap: { mark: "Exam 1" } } },
        room: "exam-1",
      },
      "exam-2-desk": expect.objectContaining({ serialNumber: "S2", room: "exam-2" }),
    });
    const { mapping, problems } = await load(text);
    expect(problems).toEqual([]);
    expect([...(mapping?.devices.keys() ?? [])]).toEqual(["exam-1-desk", "exam-2-desk"]);
  });

  test("is overridden key by key, and in its controls control by control", async () => {
    const own = `"use": "desk", "room": "a", "serialNumber": "X", "may": ["mark"], "controls": { "left": { "tap": "toggle" } }`;
    const text = `{ ${panels}, "rooms": { "a": 1 }, "devices": { "d": { ${own} } } }`;
    expect(await expand("devices", text)).toEqual({
      d: {
        kind: "test-panel",
        serialNumber: "X",
        room: "a",
        may: ["mark"],
        controls: { left: { tap: "toggle" }, right: { tap: { mark: "a" } } },
      },
    });
  });

  test("with a fault tells it once: where it stands, where it is used, and in how many rooms", async () => {
    const text = `{ ${server},
"panels": {
  "desk": { "kind": "test-panel",
    "controls": { "lefft": { "tap": "start", "hold": "stop" } } } },
"rooms": { "exam-{n:101..112}": { "id": "{n}",
    "devices": { "desk": { "use": "desk" } } } } }`;
    expect(await problemsOf(text)).toEqual([
      'site.jsonc:4:19: error: the device has no control "lefft" [used at 6:35, in 12 rooms, the first is "exam-101"] (did you mean "left"?)',
    ]);
  });

  test("that nobody uses, words that nothing gives, values that nothing takes, and unknown panels are told", async () => {
    const text = `{ ${server},
"panels": {
  "desk": { "kind": "test-panel", "serialNumber": "{serial}", "controls": { "left": { "hold": "stop" } } },
  "door": { "kind": "test-panel" } },
"rooms": { "a": 1, "b": 2 },
"devices": {
  "one": { "use": "desk", "room": "a" },
  "two": { "use": "desc", "room": "b" },
  "six": { "use": "desk", "room": "b", "with": { "serial": 4, "sreial": 5 } } } }`;
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(
        /^site\.jsonc:3:51: error: nothing gives \{serial\} \[used at 7:19\] \(write "with": /,
      ),
      'site.jsonc:8:19: error: there is no panel "desc" (did you mean "desk"?)',
    ]);
    expect(
      await problemsOf(
        text
          .replace("desc", "desk")
          .replace('"room": "a"', '"room": "a", "with": { "serial": 1 }')
          .replace('"room": "b" }', '"room": "b", "with": { "serial": 2 } }'),
      ),
    ).toEqual([
      'site.jsonc:4:3: warning: no device uses the panel "door"',
      'site.jsonc:9:63: warning: the panel "desk" has no {sreial} (did you mean "serial"?)',
    ]);
  });
});

test("names made twice by ranges and tables are told", async () => {
  const text = `{ ${server}, "rooms": { "r-{n:1,1}": "{n}" }, "devices": {} }`;
  expect((await problemsOf(text))[0]).toMatch(/there are two rooms "r-1" \(each needs a name of its own\)$/);
});

test('"rooms": "all" of a panel stands for every room', async () => {
  const wall = '"wall": { "kind": "test-panel", "rooms": "all" }';
  const { mapping } = await load(`{ ${server}, "rooms": { "r{n:1..3}": "{n}" }, "devices": { ${wall} } }`);
  expect([...(mapping?.devices.values() ?? [])].map(({ layout }) => layout?.rooms)).toEqual([
    ["r1", "r2", "r3"],
  ]);
});

describe("an included file", () => {
  const main = `{ ${server}, "include": ["more.jsonc"], "rooms": { "a": 1 }, "devices": {} }`;

  test("adds its panels, looks, rooms and devices", async () => {
    const more = '{ "rooms": { "b": 2 }, "devices": { "d": { "kind": "test-panel", "room": "b" } } }';
    const { mapping } = await load(main, { "more.jsonc": more });
    expect([...(mapping?.rooms.keys() ?? [])]).toEqual(["a", "b"]);
    expect([...(mapping?.devices.keys() ?? [])]).toEqual(["d"]);
  });

  test("changes the fingerprint", async () => {
    const one = await load(main, { "more.jsonc": "{}" });
    const other = await load(main, { "more.jsonc": '{ "rooms": { "b": 2 } }' });
    expect(one.mapping?.fingerprint).not.toBe(other.mapping?.fingerprint);
  });

  test("has its faults told in its own lines", async () => {
    const more = '{\n "rooms": { "a": 2, "c": "x" },\n "timing": {} }';
    const found = await problemsOf(main, { "more.jsonc": more });
    expect(found).toEqual([
      'more.jsonc:2:13: error: "a" stands in another file already (keep one)',
      expect.stringContaining('more.jsonc:2:26: error: "x" does not fit here'),
      'more.jsonc:3:2: error: "timing" cannot stand in an included file (possible: panels, looks, rooms, devices)',
    ]);
  });
});

describe("the example sites", () => {
  const world = createVocabularyLoader(deviceKinds);
  const read = (name: string) => readFileSync(join(MAPPINGS, name), "utf8");

  test.each([
    ["clinic.jsonc", 12, 25, 60],
    ["hospital.jsonc", 400, 802, 120],
  ])("%s has %i rooms and %i devices in a few lines, and no fault", async (name, ...counts) => {
    const source = openMapping(read(name), MAPPINGS);
    const { mapping, problems } = loadMapping(source, { ...(await world(source)), folder: MAPPINGS });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const [rooms, devices, lines] = counts;
    expect([mapping?.rooms.size, mapping?.devices.size]).toEqual([rooms, devices]);
    const written = source.files.filter(({ name: file = "" }) => !file.endsWith(".csv"));
    expect(
      written
        .map(({ text }) => text)
        .join("")
        .split("\n").length,
    ).toBeLessThan(lines);
  });

  test("and all others are what the schema for editors describes", async () => {
    const schema = z.fromJSONSchema(JSON.parse(renderSchema(await world())));
    for (const name of [
      "clinic",
      "hospital",
      "demo",
      "interview-suite",
      "control-system",
      "thousand-rooms",
    ]) {
      const checked = schema.safeParse(parse(read(`${name}.jsonc`)));
      expect(checked.error?.issues ?? [], name).toEqual([]);
    }
    const wrong = schema.safeParse(parse(read("clinic.jsonc").replace('"kind"', '"knid"')));
    expect(wrong.success).toBe(false);
  });
});
