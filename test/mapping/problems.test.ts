import { describe, expect, test } from "vitest";
import { z } from "zod";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { buildMappingSchema } from "../../src/mapping/schema.ts";
import { testWorld } from "../support/kinds.ts";
import { withControls, withDevices } from "./texts.ts";

/** Every problem as `line:column severity: message (hint)`. */
function problemsOf(text: string): readonly string[] {
  return loadMapping(text, testWorld).problems.map((problem) =>
    tellProblem("", problem).slice(1).replace(": ", " "),
  );
}

describe("a file with many mistakes", () => {
  test("of meaning shows all of them at once, each at its place with what would be right", () => {
    const text = `{
  "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { "interview-1": 4, "interview-2": { "id": 4 } },
  "devices": {
    "desk": { "kind": "test-panel", "room": "interview-3",
      "controls": {
        "left": { "tap": "toggle", "look": "taly" },
        "midle": { "tap": "toggle" },
        "right": { "move": "stop", "look": { "recording": { "text": "{elapsd}" } } },
        "dial": { "turn": { "left": { "mark": "x", "start": {} } }, "tap": {} },
        "reader": { "pulse": { "mark": "{txt}", "room": "interview-2x" }, "hold": "stop" }
      } },
    "wire": { "kind": "test-link",
      "allow": ["10.0.0.0/40", "::1"],
      "commands": {
        "/a/{room}": "start",
        "/a/{other}": "stop",
        "/x{room}": "stop",
        "/p/{room}": { "apply-preset": "{presett}" },
        "/q/{room}": { "do": "stop", "color": "red" }
      },
      "pushes": { "/t/{rom}": "{status}" } }
  }
}`;
    expect(problemsOf(text)).toEqual([
      '3:47 error: room id 4 is "interview-1" already (each room has an id of its own)',
      '5:45 error: there is no room "interview-3" (did you mean "interview-1"?)',
      '7:44 error: there is no look "taly" (did you mean "tally"?)',
      '8:9 error: the device has no control "midle" (did you mean "middle"?)',
      '9:20 error: a control of shape button never reports "move" (possible: press, release, tap, double-tap, hold, pulse)',
      '9:44 error: no look for available, paused, locked, prepared, pending, failed, stale (add them, or "otherwise" for all the rest)',
      '9:69 error: nothing fills {elapsd} (did you mean "elapsed"?)',
      "10:37 error: one action cannot be start and mark (exactly one of: do, start, toggle, mark, apply-preset, page)",
      "10:76 error: the action does not say what to do (exactly one of: do, start, toggle, mark, apply-preset, page)",
      '11:40 error: nothing fills {txt} (known: "value")',
      '11:57 error: there is no room "interview-2x" (did you mean "interview-2"?)',
      '11:75 error: a control of shape pulse never reports "hold" (possible: press, tap, pulse)',
      '14:17 error: "10.0.0.0/40" is no address or CIDR range such as 10.0.20.0/24',
      '17:9 error: this pattern and "/a/{room}" fit the same messages (keep one of them)',
      '17:23 error: no room is named (add "room" to the action, the control or the device)',
      '18:9 error: "x{room}" mixes text with braces or wildcards: a capture stands alone, as in /{room}/',
      "19:24 error: apply-preset needs the camera's id beside it",
      '19:40 error: nothing fills {presett} (known: "room", "value")',
      "20:38 error: a colour goes with a mark only",
      '22:31 error: nothing fills {rom} (did you mean "room"?)',
    ]);
  });

  test("with forms behind a colon is told that they mean nothing", () => {
    const text = `{
  "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { "interview-1": 4 },
  "devices": {},
  "recordingName": "{label} {date} {time:HH:MM}"
}`;
    expect(problemsOf(text)).toEqual([
      "5:20 error: nothing fills {time:HH:MM}: a colon has no meaning here (write {time})",
    ]);
  });

  test("of form shows all of them at once as well", () => {
    const text = `{
  "server": { "url": "https://valt.example.com", "usrname": "bridge" },
  "rooms": { "interview 1": 4, "b": "x" },
  "devices": {
    "desk": { "kind": "test-panle" },
    "door": { "kind": "test-panel", "room": "b", "holdMs": 5 },
    "wire": { "kind": "test-link", "prt": 3, "limit": { "perSecond": "a", "burst": 2 },
      "commands": { "/a": { "strat": {} } } }
  },
  "timings": {}
}`;
    expect(problemsOf(text)).toEqual([
      '2:3 error: "username" is missing',
      '2:50 error: unknown key "usrname" (did you mean "username"?)',
      '3:14 error: the name "interview 1" is not allowed (letters, digits, dot, dash and underscore only)',
      '3:37 error: "x" does not fit here (expected a number or an object { })',
      '5:23 error: "test-panle" is not known here (did you mean "test-panel"?)',
      "6:60 error: 5 is below 100",
      '7:36 error: unknown key "prt" (did you mean "port"?)',
      '7:70 error: "a" should be a number',
      '8:29 error: unknown key "strat" (did you mean "start"?)',
      '10:3 error: unknown key "timings" (did you mean "timing"?)',
    ]);
  });

  test("of a key that nothing is like lists every key that there is", () => {
    const text = withDevices("").replace('"rooms"', '"qqqqqqqq": 1, "rooms"');
    const [unknown = ""] = problemsOf(text);
    expect(unknown).toContain('unknown key "qqqqqqqq" (known: "$schema", "version", "server", "servers", ');
    expect(unknown).toMatch(/"journal"\)$/);
  });

  test("of form and of meaning shows both, and makes none up", () => {
    const text = withDevices(`    "desk": { "kind": "test-panel", "room": "interview-1", "controls": {
      "left": { "tap": "togle" },
      "middle": { "tap": "stop", "look": "taly" } } },
    "door": { "kind": "test-panel", "rom": "interview-1", "controls": { "left": { "tap": "start" } } },
    "hall": { "kind": "test-panel", "room": "interview-9" }`);
    expect(problemsOf(text)).toEqual([
      '6:24 error: "togle" is not known here (did you mean "toggle"?)',
      '7:42 error: there is no look "taly" (did you mean "tally"?)',
      '8:37 error: unknown key "rom" (did you mean "room"?)',
      '9:45 error: there is no room "interview-9" (did you mean "interview-1"?)',
    ]);
  });

  test("of syntax shows several at once", () => {
    const problems = loadMapping('{ "a": 1,, "b" }\nnonsense', testWorld).problems;
    expect(problems.length).toBeGreaterThan(2);
    expect(new Set(problems.map(({ line }) => line))).toEqual(new Set([1, 2]));
    expect(problems.every(({ message }) => message.startsWith("not valid JSON here: "))).toBe(true);
  });
});

describe("a mapping that can be run", () => {
  test.each([
    [1000, "", ["1,000 rooms at 20 requests/s: a status may be 56 s old, the limit is 6 s"]],
    [104, "", ["104 rooms at 20 requests/s: a status may be 6.1 s old, the limit is 6 s"]],
    [103, "", []],
    [1000, '"timing": { "requestsPerSecond": 600 },', []],
    [1000, '"timing": { "freshMs": 60000 },', []],
  ])("is told by how much %i rooms are too many: %s", (count, timing, expected) => {
    const rooms = Array.from({ length: count }, (_, index) => `"r${index + 1}": ${index + 1}`).join();
    const text = `{ "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { ${rooms} }, ${timing}
  "devices": { "wire": { "kind": "test-link" } } }`;
    const { mapping, problems } = loadMapping(text, testWorld);
    expect(problems.map(({ message }) => message)).toEqual(expected);
    expect(mapping).toBeDefined();
    for (const { severity, line, column, hint } of problems) {
      expect([severity, line, column]).toEqual(["warning", 2, 3]);
      expect(hint).toContain("requestsPerSecond");
    }
  });

  test("counts the rooms of each server alone", () => {
    const room = (server: string, count: number) =>
      Array.from(
        { length: count },
        (_, id) => `"${server}${id}": { "id": ${id + 1}, "server": "${server}" }`,
      );
    const server = '{ "url": "https://NAME.example.com", "username": "bridge", "passwordFrom": "NAME" }';
    const text = (
      count: number,
    ) => `{ "servers": { "a": ${server.replaceAll("NAME", "A")}, "b": ${server.replaceAll("NAME", "B")} },
  "rooms": { ${[...room("a", count), ...room("b", 90)].join()} },
  "devices": { "wire": { "kind": "test-link" } } }`;
    const told = (count: number) =>
      loadMapping(text(count), testWorld).problems.map(({ message }) => message);
    expect(told(90)).toEqual([]);
    expect(told(200)).toEqual(["200 rooms at 20 requests/s: a status may be 12 s old, the limit is 6 s"]);
  });

  test("may have comments and trailing commas", () => {
    const text = withDevices(`    // the desk
    "desk": { "kind": "test-panel", "room": "interview-1", /* a */ "controls": { "left": { "tap": "toggle" }, }, },`);
    expect(problemsOf(text)).toEqual([]);
    expect(loadMapping(text, testWorld).mapping?.devices.size).toBe(1);
  });

  test("has a fingerprint of its very text", () => {
    const text = withControls('      "left": { "tap": "toggle" }');
    const print = (one: string) => loadMapping(one, testWorld).mapping?.fingerprint;
    expect(print(text)).toMatch(/^[0-9a-f]{64}$/);
    expect(print(text)).not.toBe(print(`${text} `));
  });

  test("is told of a start that nothing stops, and of a control that does nothing", () => {
    expect(problemsOf(withControls('      "left": { "tap": "start" },\n      "right": {}'))).toEqual([
      '5:5 warning: starts recordings in "interview-1", and nothing in this mapping stops them (bind "stop" or "toggle" somewhere)',
      "7:7 warning: this control does nothing and shows nothing",
    ]);
    expect(loadMapping(withControls('      "left": { "tap": "start" }'), testWorld).mapping).toBeDefined();
    const denied =
      '"desk": { "kind": "test-panel", "room": "interview-1", "may": ["start"], "controls": { "left": { "tap": "start", "hold": "stop" } } }';
    expect(problemsOf(withDevices(denied))).toEqual([
      expect.stringContaining("nothing in this mapping stops them"),
    ]);
  });

  test.each([
    "https://bridge:secret-word@valt.example.com",
    "https://valt.example.com/?access_token=secret-word",
  ])("is told of credentials in the address, which are not repeated: %s", (url) => {
    const text = withControls('"left": { "tap": "toggle" }').replace("https://valt.example.com", url);
    const [problem, ...others] = loadMapping(text, testWorld).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ severity: "warning", line: 2, column: 22 });
    expect(problem?.hint).toContain("VALT_PASSWORD");
    expect(JSON.stringify(problem)).not.toContain("secret-word");
  });

  test.each([
    ["another control stops", '"right": { "hold": "stop" }', ""],
    ["a toggle stops", '"right": { "tap": "toggle" }', ""],
    [
      "a link with the built-in commands stops",
      '"right": { "look": "tally" }',
      '"w": { "kind": "test-link" }',
    ],
    [
      "a pattern stops any room",
      '"right": { "look": "tally" }',
      '"w": { "kind": "test-link", "builtIn": "off", "commands": { "/{room}": "stop" } }',
    ],
  ])("is not told of it when %s", (_, control, device) => {
    const desk = `"desk": { "kind": "test-panel", "room": "interview-1", "controls": { "left": { "tap": "start" }, ${control} } }`;
    expect(problemsOf(withDevices([desk, device].filter(Boolean).join(",\n")))).toEqual([]);
  });
});

describe("keys", () => {
  test("that stand twice are found at every depth", () => {
    const text = withDevices(`    "desk": { "kind": "test-panel", "room": "interview-1",
      "controls": { "left": { "tap": "start", "tap": "stop" } } },
    "desk": { "kind": "test-panel" }`);
    expect(problemsOf(text)).toEqual([
      '6:47 error: "tap" stands here twice: only one of them would count (keep one, or put both actions into a list)',
      '7:5 error: "desk" stands here twice: only one of them would count (keep one, or put both actions into a list)',
    ]);
  });

  test("such as __proto__ and constructor are ordinary keys and change nothing", () => {
    const device = `"desk": { "kind": "test-panel", "room": "interview-1", "controls": {
      "__proto__": { "tap": "start" }, "constructor": { "tap": "stop" } } }`;
    expect(problemsOf(withDevices(device))[0]).toContain('the device has no control "constructor"');
    expect(problemsOf(withDevices('"desk": { "kind": "test-panel", "__proto__": 5 }'))).toEqual([
      expect.stringContaining('unknown key "__proto__"'),
    ]);
    expect(problemsOf(withDevices("", '\n  "__proto__": { "polluted": 1 },'))).toEqual([
      expect.stringContaining('unknown key "__proto__"'),
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("rooms in actions and looks", () => {
  test.each([
    ["neither device nor control names one", '"left": { "tap": "stop" }', "no room is named"],
    ["a look is bound without one", '"left": { "look": "tally" }', "the look of no room"],
    ["the control names an unknown one", '"left": { "room": "cellar", "tap": "stop" }', 'no room "cellar"'],
    [
      "only the action names an unknown one",
      '"left": { "tap": { "do": "stop", "room": "cellar" } }',
      'no room "cellar"',
    ],
  ])("are missed when %s", (_, control, message) => {
    const problems = problemsOf(withDevices(`"desk": { "kind": "test-panel", "controls": { ${control} } }`));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });
});

test("the schema for editors can be made, and names every kind and describes every key", () => {
  const schema = z.toJSONSchema(buildMappingSchema(testWorld), { io: "input" });
  const text = JSON.stringify(schema);
  for (const kind of ["test-panel", "test-link", "test-later"]) expect(text).toContain(`"const":"${kind}"`);
  expect(text).toContain("Where to listen.");
  expect(schema).toMatchObject({ type: "object", required: ["rooms", "devices"] });
});

test("of one kind the first twenty are told, with the number of the others, and hide nothing else", () => {
  const rooms = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`room-${at}`, { id: "x" }]));
  const told = problemsOf(
    JSON.stringify({
      server: { url: "https://valt.example.com", username: "b" },
      rooms,
      devices: {},
      more: 1,
    }),
  );
  expect(told).toHaveLength(21);
  expect(told.at(19)).toContain("[and 4980 more like this]");
  expect(told.at(20)).toContain('unknown key "more"');
});
