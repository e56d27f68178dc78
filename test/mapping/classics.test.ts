import { describe, expect, test } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { hintFor } from "../../src/base/suggest.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { withDevices } from "./texts.ts";

const world = await createVocabularyLoader(deviceKinds)();
const KEYS = '"room": "interview-1", "controls": { "key-1": { "tap": "toggle", "look": "tally" } }';

function problemsOf(devices: string): readonly string[] {
  return loadMapping(withDevices(devices), world).problems.map((problem) => tellProblem("m", problem));
}

describe("two devices that take the same", () => {
  test.each([
    [
      "one serial number",
      `"a": { "kind": "stream-deck", "serialNumber": "AL1", "model": "mk2", ${KEYS} },
       "b": { "kind": "stream-deck", "serialNumber": "AL1", "model": "mk2", ${KEYS} }`,
      'm:6:54: warning: the deck with the serial number AL1 belongs to "a" already (only one of the two can have it)',
    ],
    [
      "no selector",
      `"a": { "kind": "stream-deck", "model": "mini", ${KEYS} },
       "b": { "kind": "stream-deck", "model": "mini", ${KEYS} }`,
      'm:6:47: warning: the only mini attached belongs to "a" already (only one of the two can have it)',
    ],
    [
      "no selector, of a make that has few",
      `"a": { "kind": "stream-dock", ${KEYS} },
       "b": { "kind": "stream-dock", ${KEYS} }`,
      'm:6:23: warning: the only stream dock attached belongs to "a" already (only one of the two can have it)',
    ],
    [
      "one unit id",
      `"a": { "kind": "usb-hid", "profile": "xkeys-xk-24", "unitId": 3, ${KEYS} },
       "b": { "kind": "usb-hid", "profile": "xkeys-xk-24", "unitId": 3, ${KEYS} }`,
      'm:6:70: warning: the X-keys XK-24 with the unit id 3 belongs to "a" already (only one of the two can have it)',
    ],
    [
      "one UDP port, one of them on every card",
      `"a": { "kind": "osc", "listen": "udp://127.0.0.1:9000" },
       "b": { "kind": "osc", "listen": "udp://0.0.0.0:9000", "allow": ["10.0.0.1"] }`,
      'm:6:40: warning: UDP port 9000 belongs to "a" already (only one of the two can have it)',
    ],
    [
      "one TCP port of two kinds",
      `"a": { "kind": "osc", "listen": "tcp://127.0.0.1:7700" },
       "b": { "kind": "serial", "listen": "tcp://127.0.0.1:7700" }`,
      'm:6:43: warning: TCP port 7700 belongs to "a" already (only one of the two can have it)',
    ],
    [
      "one line",
      `"a": { "kind": "serial", "path": "/dev/ttyUSB0" },
       "b": { "kind": "serial", "path": "/dev/ttyUSB0" }`,
      'm:6:41: warning: the port /dev/ttyUSB0 belongs to "a" already (only one of the two can have it)',
    ],
  ])("are told: %s", (_, devices, expected) => {
    expect(problemsOf(devices)).toEqual([expected]);
  });

  test.each([
    [
      '"a": { "kind": "osc", "listen": "udp://127.0.0.1:9000" }, "b": { "kind": "osc", "listen": "tcp://127.0.0.1:9000" }',
    ],
    [
      '"a": { "kind": "osc", "listen": "udp://127.0.0.1:9000" }, "b": { "kind": "osc", "listen": "udp://127.0.0.2:9000" }',
    ],
    [
      '"a": { "kind": "osc", "listen": "udp://127.0.0.1:0" }, "b": { "kind": "osc", "listen": "udp://127.0.0.1:0" }',
    ],
    [
      `"a": { "kind": "stream-deck", "model": "mini", ${KEYS} }, "b": { "kind": "stream-deck", "model": "mk2", ${KEYS} }`,
    ],
  ])("are none in %s", (devices) => {
    expect(problemsOf(devices)).toEqual([]);
  });
});

test("a listener on every network card that hears this machine only is told", () => {
  expect(problemsOf('"a": { "kind": "osc", "listen": "udp://0.0.0.0:9000" }')).toEqual([
    'm:5:33: warning: listens on every network card, and hears this machine only (name who may speak in "allow")',
  ]);
});

test("a press and a tap that both act are told, on every page", () => {
  const both = '{ "press": "start", "tap": "stop", "look": "tally" }';
  const text = `"a": { "kind": "stream-deck", "model": "mk2", "room": "interview-1",
"controls": { "key-1": ${both} },
"pages": { "more": { "key-2": ${both} } } }`;
  expect(problemsOf(text)).toEqual([
    'm:6:44: warning: "press" and "tap" both act on one short press (keep one of them)',
    'm:7:51: warning: "press" and "tap" both act on one short press (keep one of them)',
  ]);
});

test("a key with a display that starts or stops and shows nothing is told, on every page", () => {
  const silent = '{ "tap": "start", "hold": "stop" }';
  const text = `"a": { "kind": "stream-deck", "model": "plus", "room": "interview-1",
"controls": { "key-1": ${silent}, "dial-1": { "press": "stop" }, "key-2": { "tap": { "page": "more" } } },
"pages": { "more": { "key-3": ${silent} } } }`;
  const told = "warning: this key starts or stops a recording, and does not show that a press was taken";
  expect(problemsOf(text)).toEqual([
    `m:6:15: ${told} (add "look": "tally")`,
    `m:7:22: ${told} (add "look": "tally")`,
  ]);
});

test("a button without a display has nothing to show", () => {
  const text = `"a": { "kind": "usb-hid", "profile": "xkeys-xk-3-foot-pedal", "room": "interview-1",
"controls": { "left": { "tap": "start", "hold": "stop" } } }`;
  expect(problemsOf(text)).toEqual([]);
});

test("words of a control that nothing shows are told", () => {
  const text = `"a": { "kind": "stream-deck", "model": "mini", "room": "interview-1", "controls": {
"key-1": { "press": { "mark": "Question" }, "text": "Question" },
"key-2": { "press": { "mark": "Break" }, "label": "Break" },
"key-3": { "press": { "mark": "Quote" }, "text": "Quote", "icon": "help" } } }`;
  const told = (key: string) =>
    `nothing shows this ${key}: the control has no look (add a "look" or an "icon")`;
  expect(problemsOf(text)).toEqual([`m:6:45: warning: ${told("text")}`, `m:7:42: warning: ${told("label")}`]);
});

test("what is most alike is never cut from the end of a long list", () => {
  const many = [...Array.from({ length: 30 }, (_, index) => `key-${index}`), "dial-left-push"];
  expect(hintFor("stream deck xl", ["original", "xl", "plus-xl"])).toBe('did you mean "xl"?');
  expect(hintFor("dial-right", many)).toMatch(/^known: "dial-left-push", .* and 19 more$/);
});

test.each([
  ["record", ["start", "stop", "mark"], 'did you mean "start"?'],
  ["push", ["press", "tap", "hold"], 'did you mean "press"?'],
  ["lamp", ["tally", "ready", "sign"], 'did you mean "sign"?'],
  ["record", ["recording", "available"], 'did you mean "recording"?'],
])("%s of %j is told by its meaning", (word, known, hint) => {
  expect(hintFor(word, known)).toBe(hint);
});
