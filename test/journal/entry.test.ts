import { expect, test } from "vitest";
import { controlId, peerId, recordingId } from "../../src/base/identifiers.ts";
import type { Entry } from "../../src/journal/entry.ts";
import { describeFact } from "../../src/journal/entry.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import type { RoomView } from "../../src/room/room-view.ts";
import { cause, correlation, DESK, factAt, KEY, ROOM } from "./setting.ts";

const peer = peerId("udp:10.0.0.7:9000");
const control = controlId("key-1");
const steady = { kind: "lamp", rgb: [255, 0, 16], blink: "steady" } as const;
const view = {
  knowledge: "live",
  status: "recording",
  ageMs: 12,
  elapsedMs: 61_999,
  marksWaiting: 2,
} as unknown as RoomView;
const touch = { source: KEY, gesture: "tap", pressedAtMs: 10 };
const failure = { kind: "refused", message: "no", heard: "no", again: "never", httpStatus: 403 } as const;

test.each<[FactBody, Partial<Entry>]>([
  [
    { kind: "device", device: DESK, state: "lost", text: "gone" },
    { device: "desk", body: { state: "lost", text: "gone" } },
  ],
  [
    { kind: "stuck", device: DESK, control },
    { device: "desk", body: { control } },
  ],
  [
    { kind: "press", cause: { ...cause, peer } },
    { correlation, device: "desk", author: peer, body: touch },
  ],
  [
    { kind: "press", cause: { ...cause, pressedAtMs: 10.26 } },
    { correlation, device: "desk", body: { ...touch, pressedAtMs: 10.3 } },
  ],
  [
    { kind: "action", cause: { ...cause, peer }, action: "start", room: ROOM, author: 12 },
    { correlation, device: "desk", room: ROOM, author: "user 12", body: { action: "start", ...touch } },
  ],
  [
    { kind: "action", cause, action: "start", room: ROOM },
    { correlation, device: "desk", room: ROOM, body: { action: "start", ...touch } },
  ],
  [
    { kind: "answer", correlation, command: "stop", room: ROOM, answer: "accepted" },
    { correlation, room: ROOM, body: { command: "stop", answer: "accepted" } },
  ],
  [
    { kind: "alarm", alarm: "wrong-room", state: "raised", text: "x", room: ROOM },
    { room: ROOM, body: { alarm: "wrong-room", state: "raised", text: "x" } },
  ],
  [
    { kind: "alarm", alarm: "clock-differs", state: "ended", text: "x" },
    { body: { alarm: "clock-differs", state: "ended", text: "x" } },
  ],
  [
    { kind: "outcome", correlation, room: ROOM, outcome: { kind: "failed", failure } },
    {
      correlation,
      room: ROOM,
      body: { kind: "failed", failure: "refused", message: "no", heard: "no", httpStatus: 403 },
    },
  ],
  [
    {
      kind: "mark",
      correlation,
      room: ROOM,
      result: "settled",
      text: "x",
      recording: recordingId(1),
      by: "me",
    },
    { correlation, room: ROOM, author: "me", body: { result: "settled", text: "x", recording: "1" } },
  ],
  [
    { kind: "mark", correlation, room: ROOM, result: "waiting", text: "x" },
    { correlation, room: ROOM, body: { result: "waiting", text: "x" } },
  ],
  [
    { kind: "room", room: ROOM, view, correlation },
    {
      correlation,
      room: ROOM,
      body: { knowledge: "live", status: "recording", elapsedSeconds: 61, marksWaiting: 2 },
    },
  ],
  [
    { kind: "room", room: ROOM, view: { ...view, elapsedMs: undefined } },
    { room: ROOM, body: { knowledge: "live", status: "recording", marksWaiting: 2 } },
  ],
  [
    { kind: "shown", device: DESK, control, frame: steady },
    { device: "desk", body: { control, lamp: "#ff0010" } },
  ],
  [
    { kind: "shown", device: DESK, control, frame: { ...steady, blink: "slow" } },
    { device: "desk", body: { control, lamp: "#ff0010 slow" } },
  ],
  [
    { kind: "shown", device: DESK, control, frame: { kind: "text", text: "REC" }, correlation },
    { correlation, device: "desk", body: { control, text: "REC" } },
  ],
  [
    { kind: "told", device: DESK, to: peer, message: { text: "OK\r\n", values: [] } },
    { device: "desk", body: { to: peer, text: "OK" } },
  ],
  [
    { kind: "told", device: DESK, to: "targets", message: { text: "/room", values: ["PIN 12", 3] } },
    { device: "desk", body: { to: "targets", text: "/room", values: ["PIN ***", 3] } },
  ],
  [
    { kind: "told", device: DESK, to: "targets", message: { text: "/pin", values: ["1234", 5] } },
    { device: "desk", body: { to: "targets", text: "/pin", values: ["***", "***"] } },
  ],
  [
    { kind: "told", device: DESK, to: "targets", message: { text: "PIN 1234 ok", values: [] } },
    { device: "desk", body: { to: "targets", text: "PIN ***" } },
  ],
])("what is kept of %o", (fact, entry) => {
  const described = describeFact(factAt(7, fact));
  expect(described).toEqual({ atMs: 7, wallMs: described?.wallMs, kind: fact.kind, ...entry });
  expect(Object.values(described ?? {}), "fields without a value").not.toContain(undefined);
});

test("times are kept to a tenth and to a whole millisecond", () => {
  const fact = { ...factAt(1.26, { kind: "stuck", device: DESK, control }), wallMs: 1000.6 };
  expect(describeFact(fact)).toMatchObject({ atMs: 1.3, wallMs: 1001 });
});

test("bytes and touches are not kept", () => {
  const event = { kind: "press", control, atMs: 0 } as never;
  expect(describeFact(factAt(0, { kind: "touch", device: DESK, event }))).toBeUndefined();
  const bytes = new Uint8Array(1);
  const wire = { kind: "wire", device: DESK, direction: "in", channel: "a", bytes } as const;
  expect(describeFact(factAt(0, wire))).toBeUndefined();
});

test("a picture is known again by its print, and another one is another", () => {
  const print = (value: number) => {
    const rgb = new Uint8Array(12).fill(value);
    const frame = { kind: "image", rgb, widthPx: 2, heightPx: 2 } as const;
    const fact = factAt(0, { kind: "shown", device: DESK, control, frame });
    return [describeFact(fact)?.body.picture, describeFact(fact)?.body.picture];
  };
  const [one, again] = print(1);
  expect(one).toMatch(/^[0-9a-f]{16}$/);
  expect(again).toBe(one);
  expect(print(2)[0]).not.toBe(one);
});
