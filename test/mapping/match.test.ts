import { describe, expect, test } from "vitest";
import { actions } from "../../src/action/actions/index.ts";
import { controlId, onlyServer, type RoomName } from "../../src/base/identifiers.ts";
import type { Value } from "../../src/driver/control.ts";
import type { Stroke } from "../../src/driver/link.ts";
import type { GestureKind } from "../../src/gesture/gestures/index.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { matchGesture, matchMessage } from "../../src/mapping/match.ts";
import { testWorld } from "../support/kinds.ts";

const { mapping } = loadMapping(
  `{
  "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { "interview-1": 4, "interview-2": { "id": 5, "recordingName": "R2 {count}", "author": 7 } },
  "recordingName": "All {date}",
  "looks": { "mine": { "recording": { "color": "red", "blink": "fast" }, "otherwise": { "text": "?" } } },
  "devices": {
    "desk": { "kind": "test-panel", "room": "interview-1", "holdMs": 1000, "controls": {
      "left": { "tap": "toggle", "look": "tally" },
      "middle": { "tap": ["start", { "mark": "Begun", "color": "blue" }], "hold": "stop", "holdMs": 300, "room": "interview-2", "look": "mine" },
      "right": { "tap": { "start": { "name": "Case {date}", "author": 9 } }, "double-tap": { "do": "pause", "room": "interview-2" } },
      "dial": { "turn": { "left": { "mark": "back {value}" }, "right": { "mark": "on {value}" } } },
      "reader": { "pulse": { "mark": "card {value}" } }
    } },
    "wire": { "kind": "test-link", "may": ["mark", "start"], "commands": {
      "/room/{room}/start": "start",
      "/room/{room}/rec": { "on": "start", "off": "stop" },
      "/note/{room} {text}": { "mark": "{text}!" },
      "/go": { "do": "stop", "room": "interview-1" },
      "/level": { "mark": "level {value}", "room": "interview-1" },
      "/cam/{room}": { "apply-preset": "p-{value}", "camera": 12 }
    } }
  }
}`,
  testWorld,
);

const desk = mapping!.devices.get("desk" as never)!;
const wire = mapping!.devices.get("wire" as never)!;
const find = (text: string): RoomName | undefined =>
  [...mapping!.rooms.keys()].find((name) => name === text || String(mapping!.rooms.get(name)?.id) === text);

describe("a gesture means", () => {
  const meaningOf = (control: string, kind: GestureKind, values: readonly Value[] = []) =>
    matchGesture(
      {
        kind,
        key: kind === "turn" ? `turn-${Number(values[0]) < 0 ? "left" : "right"}` : kind,
        control: controlId(control),
        binding: desk.controls.get(controlId(control))!,
        pressedAtMs: 0,
        completedAtMs: 0,
        values,
        peer: undefined,
      },
      actions,
    );

  test.each<[control: string, kind: GestureKind, values: readonly Value[], actions: readonly object[]]>([
    ["left", "tap", [], [{ kind: "toggle", room: "interview-1", recording: {} }]],
    ["left", "hold", [], []],
    ["middle", "hold", [], [{ kind: "stop", room: "interview-2" }]],
    [
      "middle",
      "tap",
      [],
      [
        { kind: "start", room: "interview-2", recording: {} },
        { kind: "mark", room: "interview-2", text: "Begun", color: "blue" },
      ],
    ],
    [
      "right",
      "tap",
      [],
      [{ kind: "start", room: "interview-1", recording: { name: "Case {date}", author: 9 } }],
    ],
    ["right", "double-tap", [], [{ kind: "pause", room: "interview-2" }]],
    ["dial", "turn", [2], [{ kind: "mark", room: "interview-1", text: "on 2", color: "red" }]],
    ["dial", "turn", [-1], [{ kind: "mark", room: "interview-1", text: "back -1", color: "red" }]],
    ["reader", "pulse", ["A1", 7], [{ kind: "mark", room: "interview-1", text: "card A1 7", color: "red" }]],
  ])("%s %s %j", (control, kind, ...[values, actions]) => {
    expect(meaningOf(control, kind, values)).toEqual(actions);
  });
});

describe("a message means", () => {
  const meaningOf = (text: string, values: readonly Value[] = [], stroke: Stroke = "click") =>
    matchMessage(wire.link!.commands, { message: { text, values }, stroke }, { findRoom: find, actions });

  const start = { kind: "start", room: "interview-1", recording: {} };
  const stop = { kind: "stop", room: "interview-1" };

  test.each<[text: string, values: readonly Value[], stroke: Stroke, actions: readonly object[]]>([
    ["/room/interview-1/start", [], "click", [start]],
    ["/room/interview-1/start", [1], "down", [start]],
    ["/room/interview-1/start", [0], "up", []],
    ["/room/interview-1/start", [0.5], "none", []],
    ["/room/4/start", [], "click", [start]],
    ["/room/4/rec", [], "click", [start]],
    ["/room/4/rec", [1], "down", [start]],
    ["/room/4/rec", [0], "up", [stop]],
    ["/room/4/rec", [0.5], "none", []],
    [
      "/note/4",
      ["well", "then"],
      "click",
      [{ kind: "mark", room: "interview-1", text: "well then!", color: "red" }],
    ],
    ["/note/4", [0], "up", [{ kind: "mark", room: "interview-1", text: "0!", color: "red" }]],
    ["/go", [], "click", [stop]],
    ["/level", [0.7], "click", [{ kind: "mark", room: "interview-1", text: "level 0.7", color: "red" }]],
    ["/cam/5", [3], "click", [{ kind: "apply-preset", room: "interview-2", preset: "p-3", camera: 12 }]],
  ])("%s %j as %s", (text, values, ...[stroke, actions]) => {
    expect(meaningOf(text, values, stroke)).toMatchObject({ kind: "actions", actions });
  });

  test("nothing that anybody bound", () => {
    expect(meaningOf("/nothing")).toEqual({ kind: "no-command" });
  });

  test("a room that does not exist", () => {
    expect(meaningOf("/room/cellar/start")).toEqual({ kind: "unknown-room", room: "cellar" });
  });

  test("no other room than the one captured, though its text names one", () => {
    expect(meaningOf("/note/4", ["{room} interview-2"])).toMatchObject({
      actions: [{ room: "interview-1", text: "{room} interview-2!" }],
    });
  });
});

describe("what the file leaves out", () => {
  test("comes from the device, then from the product", () => {
    const timing = (control: string) => desk.controls.get(controlId(control))?.settings;
    expect(timing("left")).toMatchObject({ holdMs: 1000, doubleTapMs: 350, debounceMs: 0 });
    expect(timing("middle")).toMatchObject({ holdMs: 300 });
  });

  test("makes a panel's people free to do everything, and a link's by who they are", () => {
    expect(desk.may).toBe("everything");
    expect(desk.link).toBeUndefined();
    expect(wire.may).toEqual(new Set(["mark", "start"]));
    expect(wire.link).toMatchObject({ builtIn: "on", allow: [], limit: { perSecond: 20, burst: 40 } });
    expect(wire.settings).toEqual({ port: 9000 });
  });

  test("comes from the room, then from the file, for recordings", () => {
    const rooms = [...mapping!.rooms.values()];
    expect(rooms.map(({ recordingName, author }) => [recordingName, author])).toEqual([
      ["All {date}", undefined],
      ["R2 {count}", 7],
    ]);
  });

  test("is completed in looks: a state of its own, and otherwise the rest", () => {
    const { look } = desk.controls.get(controlId("middle"))!;
    expect(look?.room).toBe("interview-2");
    expect(look?.table.recording).toEqual({
      color: "red",
      text: "",
      icon: "none",
      blink: "fast",
      oneColor: "lit",
    });
    expect(look?.table.stale).toMatchObject({ color: "gray", text: "?", blink: "steady" });
  });

  test("is what the product waits for", () => {
    expect(mapping!.timing).toMatchObject({ activePollMs: 2000, idlePollMs: 2000, freshMs: 6000 });
    expect(mapping!.servers.get(onlyServer)).toMatchObject({
      passwordFrom: "VALT_PASSWORD",
      tls: "system",
      deadlineMs: 5000,
    });
  });

  test("tells the recognizer to wait only for what something is bound to", () => {
    expect(desk.controls.get(controlId("left"))?.settings.wanted).toEqual(new Set(["tap"]));
    expect(desk.controls.get(controlId("dial"))?.settings.wanted).toEqual(new Set(["turn"]));
  });
});
