import { expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { start } from "./start.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

test("VALT 5 numbers its recordings one after the other", async () => {
  const { ask } = await start({ valt: "5.9" });
  const message = "The recording is started";
  expect(await ask("POST", "rooms/1/record/start", { name: "a" })).toEqual({
    status: 200,
    body: { data: { message, id: 601, start: true } },
  });
  expect((await ask("POST", "rooms/2/record/start", { name: "b" })).body).toEqual({
    data: { message, id: 602, start: true },
  });
});

test("a recording in VALT 6 has a UUID and is told by status and info until it stops", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  expect((await ask("GET", "rooms/1/status")).body).toEqual({ data: { status: "available", record: false } });
  expect((await ask("GET", "rooms/info/1")).body).toEqual({
    data: { id: 1, name: "Interview 1", has_recording: false },
  });
  await ask("POST", "rooms/1/record/start", { name: "First talk" });
  const id = simulator.world.room(1)?.recordingId;
  expect(id).toMatch(UUID);
  await clock.advance(61_500);
  expect((await ask("GET", "rooms/1/status")).body).toEqual({
    data: { status: "recording", record: true, record_id: id, record_access: true },
  });
  expect((await ask("GET", "rooms/info/1")).body).toEqual({
    data: { id: 1, name: "Interview 1", has_recording: true, recording: { id, time: 61 } },
  });
  expect((await ask("POST", "rooms/1/record/stop", {})).body).toEqual({ data: { id, status: true } });
  expect((await ask("GET", "rooms/1/status")).body).toEqual({ data: { status: "available", record: false } });
  expect((await ask("GET", `records/${id}`)).body).toMatchObject({
    data: { id, name: "First talk", duration: 61, room: { id: 1, name: "Interview 1" }, type: "record" },
  });
});

test("a pause is part of the recording but not of its time, unless the settings say otherwise", async () => {
  const clock = createFakeClock();
  const excluded = await start({ clock });
  const included = await start({ clock, elapsedExcludesPauses: false });
  for (const { ask } of [excluded, included]) await ask("POST", "rooms/1/record/start", { name: "x" });
  await clock.advance(10_000);
  for (const { ask } of [excluded, included]) await ask("POST", "rooms/1/record/pause", {});
  await clock.advance(10_000);
  expect((await excluded.ask("GET", "rooms/1/status")).body).toMatchObject({
    data: { status: "paused", record: true },
  });
  expect(excluded.simulator.world.room(1)?.elapsedSeconds).toBe(10);
  expect(included.simulator.world.room(1)?.elapsedSeconds).toBe(20);
  expect((await excluded.ask("POST", "rooms/1/record/resume", {})).status).toBe(200);
  await clock.advance(5000);
  expect((await excluded.ask("GET", "rooms/info/1")).body).toMatchObject({
    data: { recording: { time: 15 } },
  });
});

test("stop, pause and resume without a recording are refused with the documented words", async () => {
  const { ask } = await start();
  const refusal = (message: string) => ({
    status: 404,
    body: { data: { message, status: false }, code: 404 },
  });
  expect(await ask("POST", "rooms/1/record/stop", {})).toEqual(refusal("Recording in room not found"));
  const other = refusal("The recording in the room is not found");
  expect(await ask("POST", "rooms/1/record/pause", {})).toEqual(other);
  expect(await ask("POST", "rooms/1/record/resume", {})).toEqual(other);
});

test("a start is refused without a name, with an unknown author, in a busy room and in a locked one", async () => {
  const { simulator, ask } = await start();
  const refusals = [
    await ask("POST", "rooms/1/record/start", {}),
    await ask("POST", "rooms/1/record/start", { name: "x", author: 99 }),
  ];
  simulator.somebodyElse(1, "start");
  refusals.push(await ask("POST", "rooms/1/record/start", { name: "x" }));
  simulator.somebodyElse(2, "lock");
  refusals.push(await ask("POST", "rooms/2/record/start", { name: "x" }));
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ status: 400, body: { data: { start: false }, code: 400 } });
  }
  expect(simulator.world.recordings().map((recording) => recording.name)).toEqual([
    "Started at the web page",
  ]);
});

test("the author, the share and the template of a start are kept", async () => {
  const { simulator, ask } = await start();
  const share = { users: [3], groups: [1] };
  await ask("POST", "rooms/1/record/start", { name: "x", author: 4, share, template: { "1": "seen" } });
  expect(simulator.world.room(1)?.authorId).toBe(4);
  expect(simulator.world.recordings()[0]).toMatchObject({ share, template: { "1": "seen" } });
});

test("fields that the default information template requires must be filled in at the start", async () => {
  const { ask } = await start();
  await ask("POST", "admin/templates/1/fields/1/edit", { required: true });
  expect((await ask("POST", "rooms/1/record/start", { name: "x" })).status).toBe(400);
  expect((await ask("POST", "rooms/1/record/start", { name: "x", template: { "1": "y" } })).status).toBe(200);
});

test("lock and unlock tell who holds the key, and refuse a second time", async () => {
  const { ask } = await start();
  const refusal = (message: string) => ({ status: 400, body: { data: { message }, code: 400 } });
  expect((await ask("POST", "rooms/1/lock", {})).body).toEqual({ data: { id: 1, locked_by: 2 } });
  expect(await ask("POST", "rooms/1/lock", {})).toEqual(refusal("This room is already locked."));
  expect((await ask("POST", "rooms/1/unlock", {})).body).toEqual({ data: { id: 1, locked_by: null } });
  expect(await ask("POST", "rooms/1/unlock", {})).toEqual(refusal("This room is not locked."));
});

test("a prepared room can be started; a locked one has lost its preparation", async () => {
  const { simulator, ask } = await start();
  simulator.somebodyElse(1, "prepare");
  expect((await ask("GET", "rooms/1/status")).body).toEqual({ data: { status: "prepared", record: false } });
  expect((await ask("POST", "rooms/1/record/start", { name: "x" })).status).toBe(200);
  simulator.somebodyElse(2, "prepare");
  await ask("POST", "rooms/2/lock", {});
  await ask("POST", "rooms/2/unlock", {});
  expect(simulator.world.room(2)?.status).toBe("available");
});

test("an unknown room is 404 everywhere", async () => {
  const { ask } = await start({ rooms: 2 });
  const replies = await Promise.all([
    ask("GET", "rooms/3/status"),
    ask("GET", "rooms/info/3"),
    ask("GET", "rooms/info/x"),
    ask("POST", "rooms/3/record/start", { name: "x" }),
    ask("POST", "rooms/3/record/stop", {}),
    ask("POST", "rooms/3/lock", {}),
    ask("GET", "admin/rooms/3/cameras"),
  ]);
  expect(replies.map((reply) => reply.status)).toEqual(Array(7).fill(404));
});

test("a recording ends by itself at the longest duration, counted without pauses", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock, maximumRecordingMs: 60_000 });
  await ask("POST", "rooms/1/record/start", { name: "x" });
  await clock.advance(30_000);
  await ask("POST", "rooms/1/record/pause", {});
  await clock.advance(600_000);
  await ask("POST", "rooms/1/record/resume", {});
  await clock.advance(29_000);
  expect(simulator.world.room(1)?.status).toBe("recording");
  await clock.advance(5000);
  expect((await ask("GET", "rooms/1/status")).body).toEqual({ data: { status: "available", record: false } });
  expect(simulator.world.recordings()[0]).toMatchObject({ running: false, durationSeconds: 60 });
});

test("with a lag, status, info and list trail the truth while commands meet it", async () => {
  const clock = createFakeClock();
  const { ask } = await start({ clock, lagMs: 2000 });
  await clock.advance(10_000);
  await ask("POST", "rooms/1/record/start", { name: "x" });
  await clock.advance(1900);
  expect((await ask("GET", "rooms/1/status")).body).toMatchObject({ data: { status: "available" } });
  expect((await ask("GET", "rooms/info")).body).toMatchObject({
    data: { rooms: expect.arrayContaining([{ id: 1, name: "Interview 1", has_recording: false }]) },
  });
  expect((await ask("POST", "rooms/1/record/start", { name: "x" })).status).toBe(400);
  await clock.advance(1200);
  expect((await ask("GET", "rooms/1/status")).body).toMatchObject({ data: { status: "recording" } });
  expect((await ask("GET", "rooms/info/1")).body).toMatchObject({ data: { recording: { time: 1 } } });
});

test("the list of rooms tells each room's recording, or names only", async () => {
  const full = await start({ rooms: [{ id: 39, name: "Dome" }] });
  const names = await start({ rooms: [{ id: 39, name: "Dome" }], bulkDetail: "names" });
  full.simulator.somebodyElse(39, "start");
  names.simulator.somebodyElse(39, "start");
  expect((await full.ask("GET", "rooms/info")).body).toMatchObject({
    data: { rooms: [{ id: 39, name: "Dome", has_recording: true, recording: { time: 0 } }] },
  });
  expect((await names.ask("GET", "rooms/info")).body).toEqual({
    data: { rooms: [{ id: 39, name: "Dome" }] },
  });
});

test("recordings are found by name, newest first; VALT 5 wraps the list", async () => {
  for (const valt of ["5.9", "6.6"] as const) {
    const { ask } = await start({ valt });
    await ask("POST", "rooms/1/record/start", { name: "Talk one" });
    await ask("POST", "rooms/2/record/start", { name: "Lecture" });
    await ask("POST", "rooms/3/record/start", { name: "talk two" });
    const { data } = (await ask("POST", "records", { search: "TALK" })).body as { data: unknown };
    const list = valt === "5.9" ? (data as { records: unknown }).records : data;
    expect(list).toMatchObject([{ name: "talk two" }, { name: "Talk one" }]);
  }
});

test.for([
  [{ start_date: "01-15-2026" }, 1],
  [{ start_date: "01-16-2026" }, 0],
  [{ end_date: "01-15-2026" }, 1],
  [{ end_date: "01-14-2026" }, 0],
  [{ start_date: "02-29-2024", end_date: "03-01-2026" }, 1],
  [{ start_date: "soon" }, 1],
  [{ offset: 1 }, 0],
  [{ limit: 0 }, 0],
] as const)("of a recording of 15 January 2026, the search %o finds %i", async ([criteria, count]) => {
  const { simulator, ask } = await start({ clock: createFakeClock() });
  simulator.somebodyElse(1, "start");
  expect((await ask("POST", "records", criteria)).body).toMatchObject({ data: { length: count } });
});
