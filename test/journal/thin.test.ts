import { expect, test } from "vitest";
import { controlId, peerId } from "../../src/base/identifiers.ts";
import { describeFact } from "../../src/journal/entry.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { createThinner } from "../../src/journal/thin.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { cause, DESK, factAt, KEY, ROOM } from "./setting.ts";

/** What is written of these facts: kind and body. */
function written(facts: readonly Fact[]) {
  const thinner = createThinner();
  return facts.flatMap((fact) => {
    const entry = describeFact(fact);
    const passed = entry && thinner.pass(entry);
    return passed === undefined ? [] : [{ atMs: passed.atMs, kind: passed.kind, ...passed.body }];
  });
}

const view = (changes: Partial<RoomView>): RoomView => ({
  knowledge: "live",
  status: "recording",
  expected: "recording",
  pending: undefined,
  recording: undefined,
  elapsedMs: undefined,
  ageMs: 0,
  why: undefined,
  isMissing: false,
  trouble: undefined,
  marksWaiting: 0,
  alarm: undefined,
  ...changes,
});
const room = (atMs: number, changes: Partial<RoomView>) =>
  factAt(atMs, { kind: "room", room: ROOM, view: view(changes) });
const shown = (atMs: number, text: string) =>
  factAt(atMs, { kind: "shown", device: DESK, control: KEY, frame: { kind: "text", text } });

test("a room that is as it was is written once, however old the answers are and however long it has run", () => {
  const facts = [room(0, { ageMs: 1, elapsedMs: 1 }), room(1000, { ageMs: 900, elapsedMs: 5000 })];
  expect(written([...facts, room(2000, { status: "paused" })])).toMatchObject([
    { atMs: 0, status: "recording" },
    { atMs: 2000, status: "paused" },
  ]);
});

test("the same frame again is not written", () => {
  expect(written([shown(0, "REC"), shown(10, "REC"), shown(20, "idle"), shown(30, "REC")])).toHaveLength(3);
});

test("a running time on a key is written once a minute, with the number of those between", () => {
  const seconds = Array.from({ length: 200 }, (_, second) => shown(second * 1000, `00:${second}`));
  const rows = written(seconds);
  expect(rows.map(({ atMs }) => atMs / 1000)).toEqual([0, 1, 2, 3, 63, 123, 183]);
  expect(rows[4]).toMatchObject({ text: "00:63", unwritten: 59 });
  const unwritten = rows.flatMap((row) => ("unwritten" in row ? [row.unwritten] : []));
  expect(unwritten, "of each minute by itself").toEqual([59, 59, 59]);
});

test("after a press the next frames are written in full", () => {
  const seconds = Array.from({ length: 10 }, (_, second) => shown(second * 1000, `00:${second}`));
  const press = factAt(10_000, { kind: "action", cause, action: "stop", room: ROOM });
  const rows = written([...seconds, press, shown(10_010, "stop?"), shown(10_300, "idle")]);
  expect(rows.slice(-3)).toMatchObject([
    { kind: "action" },
    { text: "stop?", unwritten: 6 },
    { text: "idle" },
  ]);
});

test("a pushed running time keeps no other message from being written", () => {
  const told = (atMs: number, text: string, value: string | number) =>
    factAt(atMs, { kind: "told", device: DESK, to: peerId("p"), message: { text, values: [value] } });
  const elapsed = Array.from({ length: 30 }, (_, second) => told(second * 1000, "/room/elapsed", second));
  const rows = written([...elapsed, told(40_000, "/room/state", "paused")]);
  expect(rows).toHaveLength(5);
  expect(rows.at(-1)).toMatchObject({ values: ["paused"] });
});

test("a picture is written as its fingerprint, and lamps as colours", () => {
  const rgb = new Uint8Array(72 * 72 * 3).fill(9);
  const frame = { kind: "image", rgb, widthPx: 72, heightPx: 72 } as const;
  const control = controlId("key-1");
  const lamp = { kind: "lamp", rgb: [255, 0, 16], blink: "slow" } as const;
  const rows = written([
    factAt(0, { kind: "shown", device: DESK, control, frame }),
    factAt(1, { kind: "shown", device: DESK, control, frame: { ...frame, rgb: rgb.slice() } }),
    factAt(2, { kind: "shown", device: DESK, control: KEY, frame: lamp }),
  ]);
  expect(rows).toEqual([
    { atMs: 0, kind: "shown", control, picture: expect.stringMatching(/^[0-9a-f]{16}$/) },
    { atMs: 2, kind: "shown", control: KEY, lamp: "#ff0010 slow" },
  ]);
});

test("after an event four frames are written before a running time is one again", () => {
  const press = factAt(10_000, { kind: "action", cause, action: "stop", room: ROOM });
  const seconds = (fromMs: number) =>
    Array.from({ length: 10 }, (_, second) => shown(fromMs + second * 1000, `${fromMs} ${second}`));
  const rows = written([...seconds(0), press, ...seconds(11_000)]);
  expect(rows.filter(({ atMs }) => atMs > 10_000).map(({ atMs }) => atMs)).toEqual([
    11_000, 12_000, 13_000, 14_000,
  ]);
});

test("a press and a change of a room are two events, and either is one", () => {
  const press = factAt(10_000, { kind: "action", cause, action: "stop", room: ROOM });
  const seconds = Array.from({ length: 10 }, (_, second) => shown(second * 1000, `00:${second}`));
  const change = room(10_000, { status: "paused" });
  const last = shown(10_010, "stop?");
  for (const events of [[press], [change], [press, change]])
    expect(written([room(0, {}), ...seconds, ...events, last]).at(-1)).toMatchObject({ text: "stop?" });
});

test("messages of different rooms are different ones, and a running time is none", () => {
  const told = (atMs: number, text: string) =>
    factAt(atMs, { kind: "told", device: DESK, to: peerId("p"), message: { text, values: [] } });
  const rooms = Array.from({ length: 9 }, (_, index) => told(index, `ROOM ${index} IDLE`));
  expect(written(rooms)).toHaveLength(9);
  const times = Array.from({ length: 9 }, (_, second) => told(second, `ROOM 1 REC 00:0${second}`));
  expect(written(times)).toHaveLength(4);
});

test("of twenty thousand subjects each is remembered, and with one more the oldest is forgotten", () => {
  const thinner = createThinner();
  const pass = (index: number) => {
    const frame = { kind: "text", text: "x" } as const;
    const control = controlId(`key-${index}`);
    return thinner.pass(describeFact(factAt(0, { kind: "shown", device: DESK, control, frame }))!);
  };
  for (let index = 0; index < 20_000; index++) expect(pass(index)).toBeDefined();
  expect(pass(0)).toBeUndefined();
  expect(pass(20_000)).toBeDefined();
  expect(pass(19_999)).toBeUndefined();
  expect(pass(0)).toBeDefined();
});
