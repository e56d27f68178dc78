import { expect, test } from "vitest";
import type { Refusal } from "../../src/action/action.ts";
import { correlationIds, deviceId, peerId, roomName } from "../../src/base/identifiers.ts";
import { describeFact, type Entry } from "../../src/journal/entry.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import { Refusals } from "../../src/journal/refusals.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { cause, KEY, ROOM } from "./setting.ts";

const correlate = correlationIds(0);

function createSetting() {
  const clock = createFakeClock();
  const rows: Entry[] = [];
  const refusals = new Refusals({ clock, pass: (entry) => rows.push(entry) });
  const take = (body: FactBody) => {
    const entry = describeFact({ atMs: clock.monotonicMs(), wallMs: clock.wallMs(), ...body });
    if (entry !== undefined) refusals.take(entry);
  };
  const ask = (asked: { from?: string; room?: string; source?: string; device?: string } = {}) => {
    const { from = "udp:10.0.0.7:9000", room = ROOM, source = KEY, device = "desk" } = asked;
    const correlation = correlate();
    const one = { ...cause, correlation, source, device: deviceId(device), peer: peerId(from) };
    take({ kind: "press", cause: one });
    take({ kind: "action", cause: one, action: "start", room: roomName(room) });
    const end = (reason: Refusal) =>
      take({ kind: "outcome", correlation, room: roomName(room), outcome: { kind: "refused", reason } });
    return { correlation, end, take };
  };
  const kinds = () => rows.map(({ kind }) => kind);
  const sums = () => rows.filter(({ kind }) => kind === "refusals");
  return { clock, rows, refusals, ask, take, kinds, sums };
}

const WHOLE = ["press", "action", "outcome"];

test("the first refused press is written whole, and the next ones are a row a minute with their number", async () => {
  const { clock, ask, kinds, sums, rows } = createSetting();
  for (let second = 0; second < 150; second++) {
    // Another port costs a flooder nothing.
    for (let count = 0; count < 10; count++)
      ask({ from: `udp:10.0.0.7:${9000 + second}` }).end("not-permitted");
    await clock.advance(1000);
  }
  expect(kinds()).toEqual([...WHOLE, "refusals", "refusals"]);
  expect(sums()[0]).toMatchObject({ device: "desk", author: "10.0.0.7", room: ROOM });
  expect(sums()[0]?.body).toMatchObject({
    action: "start",
    reason: "not-permitted",
    sinceWallMs: rows[0]?.wallMs,
  });
  // The first, and those of the last half minute, which are not told yet.
  expect(sums().map(({ body }) => body.number)).toEqual([599, 600]);
});

test("a press of which nobody hears more is written after a second and a quarter at the latest", async () => {
  const { clock, ask, kinds } = createSetting();
  await clock.advance(10);
  ask();
  await clock.advance(990);
  expect(kinds()).toEqual([]);
  await clock.advance(250);
  expect(kinds()).toEqual(["press", "action"]);
});

test("after a minute without any, the next one is written whole again", async () => {
  const { clock, ask, kinds } = createSetting();
  for (let count = 0; count < 3; count++) ask().end("not-permitted");
  await clock.advance(130_000);
  ask().end("not-permitted");
  expect(kinds()).toEqual([...WHOLE, "refusals", ...WHOLE]);
});

test.each<[what: string, other: Parameters<ReturnType<typeof createSetting>["ask"]>[0], reason: Refusal]>([
  ["another address", { from: "udp:10.0.0.8:9000" }, "not-permitted"],
  ["another room", { room: "interview-2" }, "not-permitted"],
  ["another device", { device: "rack" }, "not-permitted"],
  ["another reason", {}, "room-locked"],
])("a press of %s is another sort", (_, other, reason) => {
  const { ask, kinds } = createSetting();
  ask().end("not-permitted");
  ask(other).end(reason);
  expect(kinds()).toEqual([...WHOLE, ...WHOLE]);
});

test("of very many sorts those of a device and reason are one", async () => {
  const { clock, ask, kinds, sums } = createSetting();
  for (let room = 0; room < 5000; room++) ask({ room: `room-${room}` }).end("not-permitted");
  await clock.advance(61_000);
  expect(kinds().filter((kind) => kind === "press")).toHaveLength(101);
  expect(sums()).toHaveLength(1);
  expect(sums()[0]).toMatchObject({ device: "desk", body: { number: 4899, reason: "not-permitted" } });
  expect(sums()[0]?.room).toBeUndefined();
});

test("a press that does something is written whole, before what it does, however many were refused", () => {
  const { ask, rows } = createSetting();
  for (let count = 0; count < 10; count++) ask().end("not-permitted");
  const before = rows.length;
  const { correlation, take } = ask();
  expect(rows).toHaveLength(before);
  take({ kind: "request", correlation, command: "start", room: ROOM });
  take({ kind: "outcome", correlation, room: ROOM, outcome: { kind: "done" } });
  expect(rows.slice(before).map(({ kind }) => kind)).toEqual(["press", "action", "request", "outcome"]);
  expect(rows.slice(before).every((row) => row.correlation === correlation)).toBe(true);
});

test("a press of which a part is refused and another done is written whole", async () => {
  const { clock, ask, rows, sums } = createSetting();
  ask().end("not-permitted");
  const { correlation, end, take } = ask();
  end("not-permitted");
  take({ kind: "mark", correlation, room: ROOM, result: "delivered", text: "x" });
  await clock.advance(61_000);
  expect(rows.filter((row) => row.correlation === correlation).map(({ kind }) => kind)).toEqual([
    ...WHOLE,
    "mark",
  ]);
  expect(sums()).toEqual([]);
});

test("a press of which nothing becomes known is written after a second", async () => {
  const { clock, ask, kinds } = createSetting();
  ask();
  await clock.advance(900);
  expect(kinds()).toEqual([]);
  await clock.advance(400);
  expect(kinds()).toEqual(["press", "action"]);
});

test("what was counted and what waits is written at the end", () => {
  const { ask, refusals, kinds, sums } = createSetting();
  for (let count = 0; count < 3; count++) ask().end("not-permitted");
  ask();
  refusals.close();
  expect(kinds()).toEqual([...WHOLE, "press", "action", "refusals"]);
  expect(sums()[0]?.body.number).toBe(2);
});

test("at the end nothing more is told of what was refused once, and no timer is left", () => {
  const { clock, ask, refusals, kinds } = createSetting();
  ask().end("not-permitted");
  refusals.close();
  expect(kinds()).toEqual(WHOLE);
  expect(clock.timerCount()).toBe(0);
});

test("a single press that was counted is told of too", () => {
  const { ask, refusals, sums } = createSetting();
  for (let count = 0; count < 2; count++) ask().end("not-permitted");
  refusals.close();
  expect(sums()[0]?.body.number).toBe(1);
});

test("a press that is refused in two rooms counts once", () => {
  const { ask, refusals, sums } = createSetting();
  ask().end("not-permitted");
  const { end } = ask();
  end("not-permitted");
  end("not-permitted");
  refusals.close();
  expect(sums()[0]?.body.number).toBe(1);
});

test("a second press that does something, or is in vain, is written whole like the first", () => {
  const { ask, take, kinds } = createSetting();
  for (let count = 0; count < 2; count++) {
    const { correlation } = ask();
    take({ kind: "request", correlation, command: "start", room: ROOM });
  }
  for (let count = 0; count < 2; count++) {
    const { correlation } = ask();
    take({ kind: "outcome", correlation, room: ROOM, outcome: { kind: "already-so" } });
  }
  const asked = ["press", "action", "request"];
  expect(kinds()).toEqual([...asked, ...asked, ...WHOLE, ...WHOLE]);
});

test("what only goes along with a press tells nothing of what becomes of it", () => {
  const { ask, take, kinds } = createSetting();
  const { correlation } = ask();
  take({
    kind: "shown",
    device: deviceId("desk"),
    control: KEY,
    frame: { kind: "text", text: "x" },
    correlation,
  });
  expect(kinds()).toEqual(["shown"]);
});

test("a press that was counted is forgotten after a second, and not written by what comes later", async () => {
  const { clock, ask, take, kinds } = createSetting();
  ask().end("not-permitted");
  const { correlation, end } = ask();
  end("not-permitted");
  await clock.advance(1500);
  take({ kind: "request", correlation, command: "start", room: ROOM });
  expect(kinds()).toEqual([...WHOLE, "request"]);
});

test("a press waits for its second at any time, also before it is known what it asks for", async () => {
  const { clock, take, kinds } = createSetting();
  await clock.advance(10_000);
  take({ kind: "press", cause: { ...cause, correlation: correlate() } });
  await clock.advance(750);
  expect(kinds()).toEqual([]);
  await clock.advance(250);
  expect(kinds()).toEqual(["press"]);
});

test("of two thousand presses that wait the oldest is written when another one comes", () => {
  const { ask, kinds } = createSetting();
  for (let count = 0; count < 2000; count++) ask();
  expect(kinds()).toEqual([]);
  ask();
  expect(kinds()).toEqual(["press", "action"]);
});

test("a peer that has no address is known by its name", () => {
  const { ask, refusals, sums } = createSetting();
  for (let count = 0; count < 2; count++) ask({ from: "console" }).end("not-permitted");
  refusals.close();
  expect(sums()[0]?.author).toBe("console");
});
