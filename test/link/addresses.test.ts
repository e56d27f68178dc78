import { describe, expect, test } from "vitest";
import type { refusalTexts } from "../../src/action/action.ts";
import { actions } from "../../src/action/actions/index.ts";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import type { Value } from "../../src/driver/control.ts";
import type { Stroke } from "../../src/driver/link.ts";
import type { Words } from "../../src/feedback/words.ts";
import type { Objection, Push } from "../../src/link/dialect.ts";
import { addresses } from "../../src/link/dialects/addresses/addresses.ts";
import { indexRooms, onlyRoom } from "../../src/link/link-rooms.ts";
import type { CommandMapping } from "../../src/mapping/mapping.ts";
import { matchMessage } from "../../src/mapping/match.ts";
import { type Pattern, parsePattern } from "../../src/mapping/pattern.ts";
import { failures } from "../support/fake-valt.ts";

const ONE = { name: roomName("interview-1"), id: valtRoomId(4) };
const TWO = { name: roomName("Interview-2"), id: valtRoomId(5) };
const rooms = indexRooms([ONE, TWO]);
const parse = (source: string) => parsePattern(source) as Pattern;

function createDialect(part: { commands?: CommandMapping[]; pushes?: Push[]; builtIn?: "on" | "off" } = {}) {
  const { commands = [], pushes = [], builtIn = "on" } = part;
  return addresses.create({
    settings: { builtIn },
    pushes,
    match: (message, stroke, { find: findRoom }) =>
      matchMessage(commands, { message, stroke }, { findRoom, actions }),
  });
}

function understand(text: string, values: readonly Value[] = [], stroke: Stroke = "click") {
  return createDialect().understand({ text, values }, stroke, rooms);
}

/** What is asked for, in short: the action and its room, or what else it is. */
function meaning(text: string, values: readonly Value[], stroke: Stroke): string {
  const understood = understand(text, values, stroke);
  if (understood.kind === "actions") {
    const words = understood.actions.map((action) =>
      action.kind === "mark" ? `mark "${action.text}"` : action.kind,
    );
    expect(understood.actions.every((action) => action.room === "interview-1")).toBe(true);
    return words.join() || "-";
  }
  return understood.kind === "objection" ? `!${understood.objection}` : understood.kind;
}

describe("the built-in addresses, by what a button there means", () => {
  const table = `
address     | click       | down        | up     | none | unclear
start       | start       | start       | -      | - | !unclear
stop        | stop        | stop        | -      | - | !unclear
toggle      | toggle      | toggle      | -      | - | !unclear
pause       | pause       | pause       | -      | - | !unclear
resume      | resume      | resume      | -      | - | !unclear
lock        | lock        | lock        | -      | - | !unclear
unlock      | unlock      | unlock      | -      | - | !unclear
record      | start       | start       | stop   | - | !unclear
record/set  | start       | start       | stop   | - | !unclear
pause/set   | pause       | pause       | resume | - | !unclear
lock/set    | lock        | lock        | unlock | - | !unclear
marker      | mark "Mark" | mark "Mark" | -      | - | mark "perhaps"
state       | query       | query       | query  | query | nothing
start/set   | !unknown    | !unknown    | !unknown | !unknown | !unknown
nonsense    | !unknown    | !unknown    | !unknown | !unknown | !unknown
`;
  const [head = [], ...rows] = table
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const cells = rows.flatMap(([leaf = "", ...meanings]) =>
    meanings.map((meant, index): [string, Stroke, string] => [leaf, head[index + 1] as Stroke, meant]),
  );

  test.each(cells)("%s with a %s: %s", (leaf, stroke, meant) => {
    const values = { click: [], down: [1], up: [0], none: [0.5], unclear: ["perhaps"] }[stroke];
    expect(meaning(`/valt/room/interview-1/${leaf}`, values, stroke)).toBe(meant);
    expect(meaning(`/valt/room/4/${leaf}`, values, stroke)).toBe(meant);
  });

  test.each<[values: readonly Value[], meant: string]>([
    [["She hesitates"], 'mark "She hesitates"'],
    [["two", "words", 3], 'mark "two words 3"'],
    [[""], 'mark "Mark"'],
    [[1], 'mark "Mark"'],
  ])("marker with %j: %s", (values, meant) => {
    expect(meaning("/valt/room/interview-1/marker", values, "click")).toBe(meant);
  });

  test.each([
    ["/valt/ping", { kind: "reply", messages: [{ text: "/valt/pong", values: [] }] }],
    [
      "/valt/rooms",
      { kind: "reply", messages: [{ text: "/valt/rooms", values: ["interview-1", "Interview-2"] }] },
    ],
    ["/valt/status", { kind: "query", rooms: ["interview-1", "Interview-2"] }],
    ["/valt/unsubscribe", { kind: "unsubscribe" }],
    ["/valt/room/cellar/start", { kind: "objection", objection: "unknown-room" }],
    ["/valt/room/cellar/state", { kind: "objection", objection: "unknown-room" }],
    ["/valt", { kind: "objection", objection: "unknown" }],
    ["/valt/", { kind: "objection", objection: "unknown" }],
    ["/other", { kind: "objection", objection: "unknown" }],
    ["", { kind: "objection", objection: "unknown" }],
  ])("%s", (text, understood) => {
    expect(understand(text)).toEqual(understood);
  });

  test.each<[values: readonly Value[], seconds: number, port: number | undefined]>([
    [[], 60, undefined],
    [[30], 30, undefined],
    [[1], 10, undefined],
    [[100_000], 3600, undefined],
    [[-5], 60, undefined],
    [["x"], 60, undefined],
    [[30, 9001], 30, 9001],
    [[30, "9001"], 30, undefined],
  ])("subscribing with %j lasts %i seconds, to port %s", (values, seconds, port) => {
    for (const text of ["/valt/subscribe", "/valt/renew"]) {
      expect(understand(text, values)).toEqual({ kind: "subscribe", seconds, port });
    }
  });

  test("a passcode is proved as text, whatever it looks like", () => {
    expect(understand("/valt/connect", ["4711"])).toEqual({ kind: "prove", passcode: "4711" });
    expect(understand("/valt/connect", [4711])).toEqual({ kind: "prove", passcode: "4711" });
    expect(understand("/valt/connect")).toEqual({ kind: "prove", passcode: "" });
  });
});

describe("an address", () => {
  test.each([
    "/valt/room/interview-1/start/",
    "//valt//room/interview-1///start",
    "/VALT/Room/interview-1/START",
    "/valt/room/INTERVIEW-1/start",
    "/valt/room/4/start",
  ])("may be written %s", (text) => {
    expect(understand(text)).toMatchObject({ actions: [{ kind: "start", room: "interview-1" }] });
  });

  test("keeps the capitals of a room's name", () => {
    expect(understand("/valt/room/Interview-2/start")).toMatchObject({ actions: [{ room: "Interview-2" }] });
  });

  test("on a link of one room reaches that room only", () => {
    const dialect = createDialect();
    const ask = (text: string) =>
      dialect.understand({ text, values: [] }, "click", onlyRoom(rooms, ONE.name));
    expect(ask("/valt/room/4/start").kind).toBe("actions");
    expect(ask("/valt/room/5/start")).toEqual({ kind: "objection", objection: "unknown-room" });
    expect(ask("/valt/room/5/state")).toEqual({ kind: "objection", objection: "unknown-room" });
    expect(ask("/valt/status")).toEqual({ kind: "query", rooms: ["interview-1"] });
    expect(ask("/valt/room/*/state")).toEqual({ kind: "query", rooms: ["interview-1"] });
  });
});

describe("wildcards", () => {
  test.each([
    ["/valt/room/*/state", ["interview-1", "Interview-2"]],
    ["/valt/room/interview-?/state", ["interview-1"]],
    ["/valt/room/[45]/state", ["interview-1", "Interview-2"]],
    ["/valt/room/{4,x}/state", ["interview-1"]],
    ["/valt/room/nothing*/state", []],
  ])("may ask: %s", (text, found) => {
    expect(understand(text)).toEqual({ kind: "query", rooms: found });
  });

  test.each([
    "/valt/room/*/stop",
    "/valt/room/interview-?/start",
    "/valt/room/interview-1/st*p",
    "/valt/room/interview-1/{start,stop}",
    "/valt/*/interview-1/state",
    "/valt/room/[45]/lock/set",
    "/*",
    "/own/*",
  ])("never command: %s", (text) => {
    expect(understand(text)).toEqual({ kind: "objection", objection: "wildcard" });
  });
});

describe("the mapping's own patterns", () => {
  const stop: CommandMapping = {
    pattern: parse("/valt/room/{room}/start"),
    on: [{ room: "{room}", action: { kind: "stop" } }],
    off: [],
  };

  test("come before the built-in addresses", () => {
    const understood = createDialect({ commands: [stop] }).understand(
      { text: "/valt/room/4/start", values: [] },
      "click",
      rooms,
    );
    expect(understood).toMatchObject({ kind: "actions", actions: [{ kind: "stop" }] });
  });

  test("are all there is where the built-in addresses are off: then nothing else is answered", () => {
    const dialect = createDialect({ builtIn: "off" });
    const asked = { text: "/valt/room/4/start", values: [] };
    expect(dialect.understand(asked, "click", rooms)).toEqual({ kind: "objection", objection: "unknown" });
    expect(dialect.answer(asked, { kind: "done" })).toEqual([]);
    expect(dialect.object(asked, "unknown")).toEqual([]);
  });
});

describe("answers", () => {
  const asked = { text: "/valt/room/4/start", values: [] };
  const dialect = createDialect();

  test.each([
    [{ kind: "done" }, ["/valt/ok", "done"]],
    [{ kind: "already-so" }, ["/valt/ok", "already-so"]],
    [{ kind: "waiting", kept: "kept" }, ["/valt/ok", "waiting"]],
  ] as const)("%j is good", (outcome, [text, word]) => {
    expect(dialect.answer(asked, outcome)).toEqual([{ text, values: [asked.text, word] }]);
  });

  test.each([
    ["too-slow", 17, "TIMEOUT"],
    [{ kind: "expired" }, 17, "TIMEOUT"],
    [{ kind: "waiting", kept: "not-kept" }, 17, "TIMEOUT"],
    [{ kind: "failed", failure: failures.unreachable }, 25, "OFFLINE"],
    [{ kind: "failed", failure: failures.refused }, 14, "STATE"],
    [{ kind: "failed", failure: failures.lostAnswer }, 14, "STATE"],
  ] as const)("%j is an error", (outcome, code, word) => {
    expect(dialect.answer(asked, outcome)).toEqual([
      { text: "/valt/error", values: [code, word, asked.text] },
    ]);
  });
  const codes: Readonly<Record<keyof typeof refusalTexts, readonly [number, string]>> = {
    "state-unknown": [25, "OFFLINE"],
    "not-recording": [14, "STATE"],
    "room-recording": [14, "STATE"],
    "room-paused": [14, "STATE"],
    "room-locked": [14, "STATE"],
    "recording-unknown": [14, "STATE"],
    busy: [22, "BUSY"],
    repeated: [22, "BUSY"],
    "not-permitted": [24, "DENIED"],
    "unknown-room": [12, "ROOM"],
    "room-not-found": [12, "ROOM"],
    "wrong-room": [12, "ROOM"],
    "unknown-card": [24, "DENIED"],
    unsupported: [10, "UNKNOWN"],
    "too-many": [22, "BUSY"],
  };

  test.each(Object.entries(codes))("the refusal %s has the code %j", (reason, [code, word]) => {
    const outcome = { kind: "refused", reason: reason as keyof typeof codes } as const;
    expect(dialect.answer(asked, outcome)).toEqual([
      { text: "/valt/error", values: [code, word, asked.text] },
    ]);
  });

  const objections: Readonly<Record<Objection, readonly [number, string]>> = {
    unknown: [10, "UNKNOWN"],
    "unknown-room": [12, "ROOM"],
    unclear: [11, "SYNTAX"],
    wildcard: [24, "DENIED"],
    denied: [24, "DENIED"],
    unlisted: [24, "DENIED"],
    "wrong-passcode": [24, "DENIED"],
    busy: [22, "BUSY"],
    full: [26, "FULL"],
  };

  test.each(Object.entries(objections))("the objection %s has the code %j", (why, [code, word]) => {
    expect(dialect.object(asked, why as Objection)).toEqual([
      { text: "/valt/error", values: [code, word, asked.text] },
    ]);
  });
});

describe("what bridges say", () => {
  test.each<[text: string, values: readonly Value[]]>([
    ["/valt/error", [10, "UNKNOWN", "/valt/error"]],
    ["/VALT//Error/", []],
    ["/valt/ok", ["/valt/room/interview-1/start", "done"]],
    ["/valt/pong", []],
    ["/valt/alarm", ["disk-nearly-full", ""]],
    ["/valt/rooms", ["interview-1"]],
    ["/valt/room/interview-1/state", ["recording"]],
    ["/valt/room/interview-1/recording", [1]],
    ["/valt/room/elsewhere/elapsed", [null]],
    ["/valt/room/interview-1/pending", ["start"]],
    ["/valt/room/interview-1/alarm", [""]],
  ])("is never answered: %s %j", (text, values) => {
    expect(understand(text, values)).toEqual({ kind: "nothing" });
    const dialect = createDialect();
    expect(dialect.object({ text, values }, "denied")).toEqual([]);
    expect(dialect.answer({ text, values }, { kind: "done" })).toEqual([]);
  });

  test.each<[text: string, values: readonly Value[], kind: string]>([
    ["/valt/rooms", [], "reply"],
    ["/valt/room/interview-1/state", [], "query"],
    // As a button on a surface asks.
    ["/valt/room/interview-1/state", [1], "query"],
    ["/valt/error/more", [], "objection"],
  ])("is told from what is asked: %s %j is a %s", (text, values, kind) => {
    expect(understand(text, values).kind).toBe(kind);
  });

  test("may be a command of the mapping's own, which is not answered either", () => {
    const command = {
      pattern: parse("/valt/alarm"),
      on: [{ room: "interview-1", action: { kind: "stop" } }],
      off: [],
    };
    const dialect = createDialect({ commands: [command as never] });
    const asked = { text: "/valt/alarm", values: ["disk-nearly-full", ""] };
    expect(dialect.understand(asked, "click", rooms).kind).toBe("actions");
    expect(dialect.answer(asked, { kind: "done" })).toEqual([]);
  });
});

describe("what is told of a room", () => {
  const words = {
    room: "interview-1",
    label: "Interview 1",
    id: 4,
    status: "recording",
    elapsed: "1:05",
    elapsedSeconds: 65,
    recording: 1,
    pending: "",
    reason: "",
    age: "0:00",
    marks: "",
    alarm: "",
  };

  test("has the built-in addresses", () => {
    expect(createDialect().describe(words)).toEqual([
      { text: "/valt/room/interview-1/state", values: ["recording"] },
      { text: "/valt/room/interview-1/recording", values: [1] },
      { text: "/valt/room/interview-1/elapsed", values: [65] },
      { text: "/valt/room/interview-1/pending", values: [""] },
      { text: "/valt/room/interview-1/alarm", values: [""] },
    ]);
  });

  test("has the mapping's own, where a value that is one placeholder keeps its type", () => {
    const pushes = [
      { text: "/tally/{id}", values: ["{recording}", "{status} {elapsed}", "{elapsedSeconds}", "x"] },
    ];
    expect(createDialect({ pushes, builtIn: "off" }).describe(words)).toEqual([
      { text: "/tally/4", values: [1, "recording 1:05", 65, "x"] },
    ]);
  });

  test("has no figures while the room is not known, unless the mapping says which", () => {
    const unknown = { ...words, status: "unknown", elapsed: "", elapsedSeconds: null, recording: null };
    expect(createDialect().describe(unknown).slice(0, 3)).toEqual([
      { text: "/valt/room/interview-1/state", values: ["unknown"] },
      { text: "/valt/room/interview-1/recording", values: [null] },
      { text: "/valt/room/interview-1/elapsed", values: [null] },
    ]);
    const values = [
      "{recording}",
      "{recording:0}",
      "{recording:1}",
      "{elapsedSeconds:none}",
      "is {recording}",
      "{nothing:1}",
    ];
    const told = (of: Words) =>
      createDialect({ pushes: [{ text: "/tally", values }], builtIn: "off" }).describe(of)[0]?.values;
    expect(told(unknown)).toEqual([null, 0, 1, "none", "is unknown", "{nothing:1}"]);
    expect(told(words)).toEqual([1, 1, 1, 65, "is 1", "{nothing:1}"]);
  });
});
