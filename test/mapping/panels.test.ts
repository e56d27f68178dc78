import { describe, expect, test } from "vitest";
import { deviceId } from "../../src/base/identifiers.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import type { DeviceMapping } from "../../src/mapping/mapping.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { testWorld } from "../support/kinds.ts";
import { withDevices } from "./texts.ts";

/** The problems of a mapping whose one device stands on line 5, as `line:column severity: message (hint)`. */
function problemsOf(device: string): readonly string[] {
  const text = withDevices(`    "desk": ${device}`);
  return loadMapping(text, testWorld).problems.map((problem) =>
    tellProblem("", problem).slice(1).replace(": ", " "),
  );
}

function deskOf(device: string): DeviceMapping {
  const { mapping, problems } = loadMapping(withDevices(`    "desk": ${device}`), testWorld);
  const desk = mapping?.devices.get(deviceId("desk"));
  if (desk === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return desk;
}

describe("a page", () => {
  test("has controls of its own, and keys that turn to it and back", () => {
    const { controls, pages, layout } = deskOf(`{ "kind": "test-panel", "room": "interview-1",
      "controls": { "left": { "tap": { "page": "marks" } } },
      "pages": { "marks": { "left": { "tap": [{ "mark": "x" }, { "page": "first" }] } } } }`);
    expect([...controls.values()].map(({ gestures }) => gestures.get("tap"))).toEqual([[{ page: "marks" }]]);
    expect([...(pages.get("marks")?.values() ?? [])].map(({ gestures }) => gestures.get("tap"))).toEqual([
      [{ room: "interview-1", action: { kind: "mark", text: "x", color: "red" } }, { page: "first" }],
    ]);
    expect(layout).toBeUndefined();
  });

  test.each([
    [
      "that is mistyped",
      `"controls": { "left": { "tap": { "page": "mraks" } } }, "pages": { "marks": {} }`,
      '6:42 error: there is no page "mraks" (did you mean "marks"?)',
    ],
    [
      "in a list of actions",
      `"controls": { "left": { "tap": ["stop", { "page": "x" }] } }`,
      '6:51 error: there is no page "x" (known: "first")',
    ],
    [
      "that is one action with another",
      `"controls": { "left": { "tap": { "page": "first", "mark": "x" } } }`,
      "6:32 error: one action cannot be mark and page (exactly one of: do, start, toggle, mark, apply-preset, page)",
    ],
    [
      "with a colour",
      `"controls": { "left": { "tap": { "page": "first", "color": "red" } } }`,
      "6:51 error: a colour goes with a mark only",
    ],
    [
      "with a control that the panel does not have",
      `"pages": { "marks": { "lefd": { "tap": "stop" } } }`,
      '6:23 error: the device has no control "lefd" (did you mean "left"?)',
    ],
    [
      "with a look that there is not",
      `"pages": { "marks": { "left": { "look": "tallly" } } }`,
      '6:41 error: there is no look "tallly" (did you mean "tally"?)',
    ],
    [
      "with a control for an unknown room",
      `"pages": { "marks": { "left": { "room": "interview-9", "tap": "stop" } } }`,
      '6:41 error: there is no room "interview-9" (did you mean "interview-1"?)',
    ],
    [
      "with a gesture that the control never reports",
      `"pages": { "marks": { "dial": { "swipe-left": "stop" } } }`,
      '6:33 error: a control of shape encoder never reports "swipe-left" (possible: press, release, tap, double-tap, hold, turn-right, turn-left)',
    ],
    [
      "that is called first",
      `"pages": { "first": { "left": { "tap": "stop" } } }`,
      '6:12 error: "first" is the page on which the panel begins (its controls are those of the device, in "controls")',
    ],
    [
      "with a blank in its name",
      `"pages": { "my marks": {} }`,
      '6:12 error: the name "my marks" is not allowed (letters, digits, dot, dash and underscore only)',
    ],
  ])("%s is refused at its place", (_, part, problem) => {
    expect(problemsOf(`{ "kind": "test-panel", "room": "interview-1",\n${part} }`)).toEqual([problem]);
  });

  test("can be named on a key, without any room", () => {
    const key = (look: string) =>
      `{ "kind": "test-panel", "controls": { "left": { "tap": { "page": "first" },\n"look": ${look} } } }`;
    const { controls } = deskOf(key('{ "otherwise": { "text": "Back" } }'));
    const [binding] = controls.values();
    expect(binding?.look).toMatchObject({ room: undefined, table: { available: { text: "Back" } } });
    const refused = [expect.stringMatching(/^6:9 error: the look of no room/)];
    expect(problemsOf(key('{ "otherwise": { "text": "{room}" } }'))).toEqual(refused);
    expect(problemsOf(key('{ "recording": { "text": "R" }, "otherwise": {} }'))).toEqual(refused);
    expect(problemsOf(key('"tally"'))).toEqual(refused);
  });

  test("is nothing that a link could turn to, and a link has no panel's parts", () => {
    expect(problemsOf(`{ "kind": "test-link",\n"commands": { "/a/{room}": { "page": "first" } } }`)).toEqual([
      '6:38 error: there is no page "first" (there are none)',
    ]);
    expect(
      problemsOf(`{ "kind": "test-link", "controls": { "/k": { "tap": { "page": "first" } } } }`),
    ).toEqual([expect.stringContaining('there is no page "first" (there are none)')]);
    expect(problemsOf(`{ "kind": "test-link",\n"pages": {}, "dim": { "afterSeconds": 9 } }`)).toEqual([
      expect.stringMatching(/^6:1 error: unknown key "pages"/),
      expect.stringMatching(/^6:14 error: unknown key "dim"/),
    ]);
    expect(
      problemsOf(`{ "kind": "test-link",\n"rooms": ["interview-1"], "pin": { "from": "PIN" } }`),
    ).toEqual([
      expect.stringMatching(
        /^6:10 error: \["interview-1"\] is not one of the words that fit here \(known: "all"/,
      ),
      expect.stringMatching(/^6:27 error: unknown key "pin"/),
    ]);
  });
});

describe("a layout of its own", () => {
  test.each([
    ["one room", `"room": "interview-1"`, ["interview-1"]],
    [
      "several rooms, in the order given",
      `"rooms": ["interview-2", "interview-1"]`,
      ["interview-2", "interview-1"],
    ],
    ["both: the list", `"room": "interview-1", "rooms": ["interview-2"]`, ["interview-2"]],
  ])("comes from %s", (_, part, rooms) => {
    expect(deskOf(`{ "kind": "test-panel", ${part} }`).layout?.rooms).toEqual(rooms);
    expect(problemsOf(`{ "kind": "test-panel", ${part} }`)).toEqual([]);
  });

  test.each([
    ["no room is named", `"serialNumber": "1"`],
    ["controls are", `"room": "interview-1", "controls": { "left": { "tap": "toggle" } }`],
    ["even none are", `"room": "interview-1", "controls": {}`],
    ["pages are", `"room": "interview-1", "pages": { "a": { "left": { "tap": "toggle" } } }`],
  ])("is not made when %s", (_, part) => {
    expect(deskOf(`{ "kind": "test-panel", ${part} }`).layout).toBeUndefined();
  });

  test("has the mapping's own looks and colours", () => {
    const looks = `"looks": { "tally": { "otherwise": { "text": "mine" } } },`;
    const text = withDevices(`    "desk": { "kind": "test-panel", "room": "interview-1" }`, `\n  ${looks}`);
    const desk = loadMapping(text, testWorld).mapping?.devices.get(deviceId("desk"));
    expect(desk?.layout?.looks.tally?.recording.text).toBe("mine");
    expect(desk?.layout?.looks.pause?.recording.text).toBe("Pause");
  });

  test("counts as what stops a recording that another panel starts", () => {
    const start = `{ "kind": "test-panel", "room": "interview-1", "controls": { "left": { "tap": "start" } } }`;
    expect(problemsOf(start)).toHaveLength(1);
    expect(
      problemsOf(`${start},\n "wall": { "kind": "test-panel", "rooms": ["interview-2", "interview-1"] }`),
    ).toEqual([]);
  });

  test("goes around controls and pages of the panel's own, which may turn to a room's page", () => {
    const controls = `"left": { "tap": { "page": "room interview-2" } }, "right": { "look": "ready" }`;
    const wall = `{ "kind": "test-panel",\n"rooms": ["interview-1", "interview-2"], "controls": { ${controls} }`;
    const desk = deskOf(`${wall} }`);
    expect(problemsOf(`${wall} }`)).toEqual([]);
    expect([...desk.controls.keys()]).toEqual(["left", "right"]);
    expect(desk.layout?.rooms).toEqual(["interview-1", "interview-2"]);
    expect(
      problemsOf(`${wall}, "pages": { "a": { "left": { "tap": { "page": "room interview-3" } } } } }`),
    ).toEqual([expect.stringContaining('there is no page "room interview-3" (did you mean "room interview')]);
  });

  test.each([
    ["a wall", `"rooms": ["interview-1"]`, 30_000],
    ["a wall that says so", `"rooms": ["interview-1"], "homeAfterSeconds": 5`, 5000],
    ["a wall that stays", `"rooms": ["interview-1"], "homeAfterSeconds": "never"`, undefined],
    ["pages of its own", `"pages": {}`, undefined],
    ["pages of its own that say so", `"pages": {}, "homeAfterSeconds": 60`, 60_000],
  ])("goes home by itself: %s", (_, part, afterMs) => {
    expect(deskOf(`{ "kind": "test-panel", ${part} }`).homeAfterMs).toBe(afterMs);
  });

  test.each([
    [
      "a wish for home at once",
      `"rooms": ["interview-1"], "homeAfterSeconds": 0`,
      "6:47 error: 0 is below 5",
    ],
    [
      "an unknown room",
      `"rooms": ["interview-1", "intervew-2"]`,
      '6:26 error: there is no room "intervew-2" (did you mean "interview-2"?)',
    ],
    ["an empty list", `"rooms": []`, "6:10 error: [] is empty"],
    [
      "one room as a text",
      `"rooms": "interview-1"`,
      '6:10 error: "interview-1" does not fit here (expected a list [ ])',
    ],
  ])("with %s is refused at its place", (_, part, problem) => {
    expect(problemsOf(`{ "kind": "test-panel",\n${part} }`)).toEqual([problem]);
  });
});

describe("a PIN", () => {
  test("is named, and its limits have defaults", () => {
    expect(deskOf(`{ "kind": "test-panel", "pin": { "from": "DESK_PIN" } }`).pin).toEqual({
      pinFrom: "DESK_PIN",
      attempts: 5,
      refuseMs: 60_000,
      lockAfterMs: 120_000,
    });
    const limits = `"attempts": 2, "refuseSeconds": 5, "lockAfterSeconds": 10`;
    expect(deskOf(`{ "kind": "test-panel", "pin": { "from": "DESK_PIN", ${limits} } }`).pin).toEqual({
      pinFrom: "DESK_PIN",
      attempts: 2,
      refuseMs: 5000,
      lockAfterMs: 10_000,
    });
    expect(deskOf(`{ "kind": "test-panel" }`).pin).toBeUndefined();
  });

  test.each([
    ["spelled out as text", `"pin": "2580"`, '6:8 error: "2580" should be an object { }'],
    ["spelled out as a number", `"pin": 2580`, "6:8 error: 2580 should be an object { }"],
    [
      "spelled out where its name belongs",
      `"pin": { "from": "2580" }`,
      "6:18 error: the NAME of an environment variable in capitals, never the PIN itself",
    ],
    ["of unlimited attempts", `"pin": { "from": "PIN", "attempts": 0 }`, "6:37 error: 0 is below 1"],
    ["without a name", `"pin": { "attempts": 3 }`, '6:1 error: "from" is missing'],
  ])("%s is refused at its place", (_, part, problem) => {
    expect(problemsOf(`{ "kind": "test-panel",\n${part} }`)).toEqual([problem]);
  });
});

describe("dimming", () => {
  test("has a time and, unless told otherwise, a first touch that acts", () => {
    expect(deskOf(`{ "kind": "test-panel", "dim": { "afterSeconds": 60 } }`).dim).toEqual({
      afterMs: 60_000,
      wake: "acts",
    });
    expect(
      deskOf(`{ "kind": "test-panel", "dim": { "afterSeconds": 5, "wake": "only-wakes" } }`).dim,
    ).toEqual({ afterMs: 5000, wake: "only-wakes" });
    expect(deskOf(`{ "kind": "test-panel" }`).dim).toBeUndefined();
  });

  test.each([
    ["too soon", `"dim": { "afterSeconds": 4 }`, "6:26 error: 4 is below 5"],
    ["without a time", `"dim": { "wake": "acts" }`, '6:1 error: "afterSeconds" is missing'],
    [
      "with a misspelled policy",
      `"dim": { "afterSeconds": 60, "wake": "only-wake" }`,
      '6:38 error: "only-wake" is not one of the words that fit here (did you mean "only-wakes"?)',
    ],
  ])("%s is refused at its place", (_, part, problem) => {
    expect(problemsOf(`{ "kind": "test-panel",\n${part} }`)).toEqual([problem]);
  });
});

describe("looks", () => {
  const key = (part: string) =>
    `{ "kind": "test-panel", "room": "interview-1",\n"controls": { "left": { ${part} } } }`;
  const inColor = (color: string) => key(`"look": { "otherwise": { "color": "${color}" } }`);

  test("take a colour by its name or by its red, green and blue, and a text beside what they say", () => {
    expect(problemsOf(inColor("#00A0c8"))).toEqual([]);
    const { look } = [...deskOf(inColor("#00A0c8")).controls.values()][0] ?? {};
    expect(look?.table.recording).toMatchObject({ color: "#00A0c8", oneColor: "lit" });
    const text = key(`"look": "tally", "text": "Dr. Meyer"`);
    expect([...deskOf(text).controls.values()][0]?.look).toMatchObject({ text: "Dr. Meyer" });
  });

  test.each([
    ["redd", 'did you mean "red"?'],
    ["#12345", '"#12345" is not known here'],
    ["#12345g", '"#12345g" is not known here'],
  ])("refuse the colour %s, and say what would be right", (color, problem) => {
    expect(problemsOf(inColor(color))).toEqual([expect.stringContaining(problem)]);
  });
});
