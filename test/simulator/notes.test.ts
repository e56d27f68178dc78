import { expect, test } from "vitest";
import type { ValtVersion } from "../../src/simulator/server.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { start } from "./start.ts";

const FAILURE = { status: 500, body: { error: { code: 500, message: "Internal Server Error" } } };

test("VALT 5 takes a marker by room and by recording, and lists them", async () => {
  const { ask } = await start({ valt: "5.9" });
  await ask("POST", "rooms/1/record/start", { name: "x" });
  expect(await ask("POST", "rooms/1/record/markers", { event: "One", time: 3, color: "blue" })).toEqual({
    status: 200,
    body: { data: { marker_add: true, id: 1, message: "marker add" } },
  });
  await ask("POST", "records/601/markers", { event: "Two", time: 5 });
  expect((await ask("GET", "records/601/markers")).body).toEqual({
    data: {
      markers: [
        { id: 1, event: "One", time: 3, color: "blue", hex_color: "#0000ff", template: [] },
        { id: 2, event: "Two", time: 5, color: "red", hex_color: "#ff0000", template: [] },
      ],
    },
  });
});

test("a marker needs a text, a whole time, one of nine colours and a recording", async () => {
  const { ask } = await start({ valt: "5.9" });
  const add = (body: unknown) => ask("POST", "rooms/1/record/markers", body);
  expect((await add({ event: "x", time: 1, color: "red" })).status).toBe(404);
  await ask("POST", "rooms/1/record/start", { name: "x" });
  expect(await add({ time: 1 })).toEqual(FAILURE);
  expect(await add({ event: "x", time: -1 })).toEqual(FAILURE);
  expect(await add({ event: "x", time: 1.5 })).toEqual(FAILURE);
  expect(await add({ event: "x", time: 1, color: "pink" })).toEqual(FAILURE);
});

const TYPED = { type: "simple", recordTime: 61, message: "Confession" };
const TEMPLATED = { recordTime: 61, template: { id: 1, data: [], name: "Confession" } };
const BOTH = { ...TEMPLATED, type: "simple" };

test.for<readonly [ValtVersion, string, object, number]>([
  ["6.3", "template without type", TEMPLATED, 200],
  ["6.3", "template with type", BOTH, 200],
  ["6.3", "message", TYPED, 500],
  ["6.5", "template without type", TEMPLATED, 500],
  ["6.5", "template with type", BOTH, 200],
  ["6.5", "message", TYPED, 200],
  ["6.6", "template without type", TEMPLATED, 500],
  ["6.6", "template with type", BOTH, 200],
  ["6.6", "message", TYPED, 200],
  ["5.9", "message", TYPED, 404],
])("VALT %s answers a comment with %s: %o %i", async ([valt, , payload, status]) => {
  const { simulator, ask } = await start({ valt });
  simulator.somebodyElse(1, "start");
  const recordId = simulator.world.room(1)?.recordingId;
  const reply = await ask("POST", "comment", { ...payload, recordId });
  expect(reply.status).toBe(status);
  const texts = simulator.world.room(1)?.marks.map((mark) => mark.text);
  expect(texts).toEqual(status === 200 ? ["Confession"] : []);
});

test("a comment is answered bare, with its time as text, and can be read, changed and deleted", async () => {
  const { simulator, ask } = await start({ clock: createFakeClock() });
  simulator.somebodyElse(1, "start");
  const recordId = simulator.world.room(1)?.recordingId;
  const created = await ask("POST", "comment", { ...TYPED, recordId });
  expect(created.body).toMatchObject({
    id: 1,
    message: "Confession",
    recordId,
    recordTime: "61",
    createdAt: Date.UTC(2026, 0, 15, 9) / 1000,
    author: { id: 2, username: "panel-bridge" },
    color: "red",
  });
  expect((await ask("GET", "comment/1")).body).toEqual(created.body);
  expect((await ask("GET", `comment/record/${recordId}`)).body).toEqual([created.body]);
  const changed = await ask("POST", "comment/update/1", { ...TYPED, recordId, message: "Denial" });
  expect(changed.body).toMatchObject({ id: 1, message: "Denial", updatedBy: 2 });
  expect(await ask("DELETE", "comment/1")).toEqual({ status: 200, body: { id: 1 } });
  expect((await ask("GET", "comment/1")).status).toBe(404);
});

test("a comment without its recording or its time is a 500", async () => {
  const { simulator, ask } = await start();
  simulator.somebodyElse(1, "start");
  const recordId = simulator.world.room(1)?.recordingId;
  expect(await ask("POST", "comment", { type: "simple", recordTime: 1 })).toEqual(FAILURE);
  expect(await ask("POST", "comment", { type: "simple", recordId })).toEqual(FAILURE);
  expect(await ask("POST", "comment", { type: "duration", recordId, startTime: 1 })).toEqual(FAILURE);
  expect(await ask("POST", "comment", { type: "simple", recordTime: 1, recordId: "unknown" })).toEqual(
    FAILURE,
  );
  const range = { type: "duration", recordId, startTime: 1, endTime: 9 };
  expect((await ask("POST", "comment", range)).body).toMatchObject({ startTime: "1", endTime: "9" });
});

test("the first VALT 6 takes a comment by room, with its colour, and does not know later addresses", async () => {
  const { simulator, ask } = await start({ valt: "6.0" });
  const add = (body: unknown) => ask("POST", "rooms/1/record/comments", body);
  expect((await add({ event: "Early", time: 3 })).status).toBe(404);
  simulator.somebodyElse(1, "start");
  expect(await add({ event: "One", time: 3, color: "blue" })).toEqual({
    status: 200,
    body: { data: { comment_add: true, message: "comment add", time: 3 } },
  });
  expect(await add({ time: 3 })).toEqual(FAILURE);
  expect(simulator.world.room(1)?.marks).toMatchObject([{ text: "One", color: "blue", timeSeconds: 3 }]);
  const recordId = simulator.world.room(1)?.recordingId;
  expect((await ask("POST", "comment", { ...TEMPLATED, recordId })).status).toBe(404);
  expect((await ask("GET", `comment/record/${recordId}`)).status).toBe(404);
  for (const valt of ["5.9", "6.3", "6.6"] as const) {
    const other = await start({ valt });
    other.simulator.somebodyElse(1, "start");
    expect((await other.ask("POST", "rooms/1/record/comments", { event: "x", time: 1 })).status).toBe(404);
  }
});

test("early VALT 6 takes a comment by recording; the latest does not know the path", async () => {
  for (const valt of ["6.0", "6.3", "6.6"] as const) {
    const { simulator, ask } = await start({ valt });
    simulator.somebodyElse(1, "start");
    const path = `records/${simulator.world.room(1)?.recordingId}/comments`;
    const reply = await ask("POST", path, { event: "text", time: 30 });
    if (valt === "6.6") expect(reply.status).toBe(404);
    else expect(reply.body).toEqual({ data: { comment_add: true, message: "comment add", time: 30 } });
  }
});

test("marks are accepted on a paused and on a finished recording", async () => {
  const { simulator, ask } = await start();
  simulator.somebodyElse(1, "start");
  const recordId = simulator.world.room(1)?.recordingId ?? "";
  simulator.somebodyElse(1, "pause");
  expect((await ask("POST", "comment", { ...TYPED, recordId })).status).toBe(200);
  simulator.somebodyElse(1, "stop");
  expect((await ask("POST", "comment", { ...TYPED, recordId })).status).toBe(200);
  expect(simulator.world.recording(recordId)?.marks).toHaveLength(2);
});
