import { expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { start } from "./start.ts";

const NOW_SECONDS = Date.UTC(2026, 0, 15, 9) / 1000;

test("a schedule begins and ends its recording, then is gone", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  const wanted = { name: "Supervision", room: 2, start_at: NOW_SECONDS + 60, duration: 120 };
  expect((await ask("POST", "schedule", wanted)).body).toEqual([1]);
  expect((await ask("GET", "schedule/1")).body).toMatchObject({
    data: { rooms: [{ id: 2, name: "Interview 2" }], stop_at: NOW_SECONDS + 180, status: "pending" },
  });
  await clock.advance(61_000);
  expect((await ask("GET", "rooms/2/status")).body).toMatchObject({ data: { status: "recording" } });
  expect(simulator.world.room(2)?.recordingName).toBe("Supervision");
  await clock.advance(120_000);
  expect(simulator.world.room(2)?.status).toBe("available");
  expect((await ask("GET", "schedule")).body).toEqual({
    data: { schedules: [], blocked_schedules: [], conflict_schedules: [], total_count: 0 },
  });
});

test("a schedule leaves a recording alone that it has not started", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  await ask("POST", "schedule", { name: "x", room: 1, start_at: NOW_SECONDS + 60, duration: 60 });
  simulator.somebodyElse(1, "start");
  await clock.advance(300_000);
  expect((await ask("GET", "rooms/1/status")).body).toMatchObject({ data: { status: "recording" } });
  expect(simulator.world.room(1)?.recordingName).toBe("Started at the web page");
});

test("a schedule whose recording was stopped early does not end the next one", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  await ask("POST", "schedule", { name: "x", room: 1, start_at: NOW_SECONDS + 60, duration: 60 });
  await clock.advance(70_000);
  await ask("POST", "rooms/1/record/stop", {});
  await ask("POST", "rooms/1/record/start", { name: "Another" });
  await clock.advance(300_000);
  expect(simulator.world.room(1)).toMatchObject({ status: "recording", recordingName: "Another" });
});

test("schedules are created in the future only, moved on when they recur, stopped when they run", async () => {
  const clock = createFakeClock();
  const { ask } = await start({ clock, valt: "5.9" });
  const weekly = {
    name: "x",
    room: 1,
    start_at: NOW_SECONDS + 60,
    duration: 60,
    recurrence: { type: "weekly" },
  };
  expect((await ask("POST", "schedule", { ...weekly, start_at: NOW_SECONDS })).status).toBe(400);
  await ask("POST", "schedule", weekly);
  expect(await ask("POST", "schedule/1/stop", {})).toEqual({
    status: 404,
    body: { data: { message: "Schedule recording not found" }, code: 404 },
  });
  await clock.advance(70_000);
  expect(await ask("POST", "schedule/1/stop", {})).toEqual({ status: 200, body: { data: null } });
  expect((await ask("GET", "schedule/1")).body).toMatchObject({
    data: { room: { id: 1 }, start_at: NOW_SECONDS + 60 + 604_800, status: "pending" },
  });
  await ask("POST", "schedule/1/delete_next", {});
  await ask("POST", "schedule/1/edit", { name: "y" });
  expect((await ask("GET", "schedule/1")).body).toMatchObject({
    data: { name: "y", start_at: NOW_SECONDS + 60 + 2 * 604_800 },
  });
});

test("schedules of one room that cover each other are told as blocked or in conflict", async () => {
  const { ask } = await start({ clock: createFakeClock() });
  const add = (start_at: number, duration: number, room = 1) =>
    ask("POST", "schedule", { name: "x", room, start_at: NOW_SECONDS + start_at, duration });
  await add(100, 100);
  await add(120, 50);
  await add(190, 100);
  await add(100, 100, 2);
  expect((await ask("GET", "schedule")).body).toMatchObject({
    data: { blocked_schedules: [2], conflict_schedules: [1, 3], total_count: 4 },
  });
});

test("a card finds its user from 6.5 on; older servers list everybody", async () => {
  for (const valt of ["6.3", "6.5"] as const) {
    const { ask } = await start({ valt });
    const { data } = (await ask("GET", "admin/users?cardNumber=482913")).body as { data: { id: number }[] };
    expect(data.map((user) => user.id)).toEqual(valt === "6.5" ? [4] : [1, 2, 3, 4]);
  }
});

test("users can be added, log in, and be removed; passwords are never told", async () => {
  const { ask } = await start();
  const added = await ask("POST", "admin/users", { name: "lee", password: "pw", card_number: "77" });
  expect(added.body).toEqual({ data: { id: 5 } });
  expect(JSON.stringify((await ask("GET", "admin/users")).body)).not.toContain("pw");
  expect((await ask("POST", "login", { username: "lee", password: "pw" })).status).toBe(200);
  await ask("POST", "admin/users/5/edit", { display_name: "Dr. Lee" });
  expect((await ask("GET", "admin/users/5")).body).toMatchObject({
    data: { name: "lee", display_name: "Dr. Lee", card_number: "77", user_group: { name: "Administrators" } },
  });
  await ask("POST", "admin/users/5/delete", {});
  expect((await ask("GET", "admin/users/5")).status).toBe(404);
});

test.for([
  ["5.9", "marker", 200],
  ["5.9", "comment", 400],
  ["6.6", "comment", 200],
  ["6.6", "marker", 400],
] as const)("VALT %s answers a group whose template names its %s: %i", async ([valt, key, status]) => {
  const { ask } = await start({ valt });
  const group = {
    name: "Students",
    template: { [key]: 2, information: 1 },
    rights: ["monitoring--lock-rooms"],
    rooms: [2],
    max_record_duration: 90,
    video_access: { users: [3], user_groups: [1] },
    retention: { type: "days", for: 30 },
  };
  expect((await ask("POST", "admin/user_groups", group)).status).toBe(status);
  if (status !== 200) return;
  expect((await ask("GET", "admin/user_groups/2")).body).toMatchObject({
    data: {
      name: "Students",
      marker: 2,
      information: 1,
      max_record_duration: 90,
      rooms: [{ id: 2, name: "Interview 2" }],
      video_access: { users: [3], user_groups: [1] },
      retention: { type: "days", for: 30 },
      rights: expect.arrayContaining([{ name: "monitoring", "sub-rights": ["monitoring--lock-rooms"] }]),
    },
  });
  await ask("POST", "admin/user_groups/2/delete", {});
  expect((await ask("GET", "admin/user_groups/2")).status).toBe(404);
});

test("presets are listed, added, applied and deleted, in VALT 6 only", async () => {
  const { simulator, ask } = await start({ rooms: 1 });
  expect((await ask("GET", "presets/5001")).body).toEqual([
    { id: 1, name: "Wide", data: "pan=0&tilt=0&zoom=1", camera: 5001 },
    { id: 2, name: "Close", data: "pan=0&tilt=0&zoom=1", camera: 5001 },
  ]);
  expect((await ask("POST", "presets/5001/add", { name: "Door" })).body).toEqual({
    id: 3,
    message: "Preset added",
  });
  expect((await ask("POST", "presets/5001/apply", { preset: 3 })).body).toEqual({
    id: "3",
    message: "Preset applied",
  });
  expect(simulator.world.appliedPreset(5001)).toBe("3");
  expect((await ask("DELETE", "cameras/5001/presets/3")).status).toBe(204);
  expect(await ask("DELETE", "cameras/5001/presets/3")).toEqual({
    status: 404,
    body: { title: "An error occurred", status: 404, detail: "Not Found" },
  });
  expect((await ask("POST", "presets/5001/apply", { preset: 3 })).status).toBe(500);
  const five = await start({ valt: "5.9" });
  expect((await five.ask("GET", "presets/5001")).status).toBe(404);
});

test("rooms and cameras can be administered", async () => {
  const { ask } = await start({ rooms: 1 });
  expect((await ask("POST", "admin/rooms", { name: "Annex" })).body).toEqual({ data: { id: 2 } });
  expect((await ask("GET", "admin/rooms/2")).body).toEqual({
    data: {
      id: 2,
      name: "Annex",
      is_io: false,
      cameras: [{ id: 5002, name: "Annex camera", type: "camera" }],
    },
  });
  expect((await ask("GET", "admin/rooms/2/cameras")).body).toMatchObject({
    data: { cameras: [{ id: 5002, brand: "Axis", colo_hex: "#ffffff" }] },
  });
  await ask("POST", "admin/rooms/2/edit", { name: "Attic" });
  expect((await ask("GET", "rooms/info/2")).body).toMatchObject({ data: { name: "Attic" } });
  await ask("POST", "admin/rooms/2/delete", {});
  expect((await ask("GET", "rooms/2/status")).status).toBe(404);
});

test("templates are listed by kind in VALT 6 and can be made", async () => {
  const { ask } = await start();
  expect((await ask("GET", "template?type=comment")).body).toMatchObject({
    templates: [{ type: "comment" }],
    default: 3,
  });
  expect((await ask("GET", "templates")).body).toMatchObject({ data: { info_template: { type: "info" } } });
  const made = await ask("POST", "admin/templates", {
    name: "New",
    type: "info",
    fields: [{ name: "Case" }],
  });
  expect(made.body).toEqual({ data: { id: 4 } });
  expect((await ask("GET", "admin/templates/4/fields")).body).toMatchObject({ data: [{ name: "Case" }] });
  expect((await ask("GET", "rights/monitoring")).body).toMatchObject({ data: { name: "monitoring" } });
  expect((await ask("GET", "rights/none")).status).toBe(404);
});
