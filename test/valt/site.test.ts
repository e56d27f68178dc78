import { describe, expect, test } from "vitest";
import { answering, failureIn, prepare, ROOM, valueIn } from "./support/setting.ts";

describe("the version", () => {
  test.each([
    ["6.5.1", { form: "dotted", text: "6.5.1", major: 6, minor: 5 }],
    ["5.9", { form: "dotted", text: "5.9", major: 5, minor: 9 }],
    [641, { form: "build", text: "641", build: 641 }],
    ["641", { form: "build", text: "641", build: 641 }],
  ])("%j is understood", async (said, version) => {
    const { client } = await prepare(answering({ "admin/general": [200, { data: { version: said } }] }));
    expect(valueIn(await client.version())).toEqual(version);
  });

  test("is asked once for all callers and remembered", async () => {
    const { client, server } = await prepare(
      answering({ "admin/general": [200, { data: { version: "6.5.1" } }] }),
    );
    await Promise.all([client.version(), client.version()]);
    await client.version();
    expect(server.asked()).toHaveLength(1);
  });

  test("that makes no sense is malformed, with the way out", async () => {
    const { client } = await prepare(answering({ "admin/general": [200, { data: { version: "nightly" } }] }));
    expect(failureIn(await client.version())).toMatchObject({
      kind: "malformed-answer",
      message: "The server does not say which version it is: set serverVersion.",
    });
  });
});

describe("cameras", () => {
  const camera = {
    id: 63,
    name: "P5635-E Mk II",
    type: "camera",
    device_type: "camera",
    ip: "10.0.0.5",
    http_port: 80,
    rtsp_port: 554,
    username: "camera-user",
    password: "camera-secret",
    brand: "Axis",
    model: "Axis-1",
    wowza: { id: 1, name: "localhost" },
  };

  test("come without their credentials", async () => {
    const { client, logged } = await prepare(
      answering({ "admin/rooms/4/cameras": [200, { data: { cameras: [camera] } }] }),
    );
    const cameras = valueIn(await client.cameras(ROOM));
    expect(cameras).toEqual([
      {
        id: 63,
        name: "P5635-E Mk II",
        type: "camera",
        address: "10.0.0.5",
        httpPort: 80,
        rtspPort: 554,
        brand: "Axis",
        model: "Axis-1",
      },
    ]);
    expect(JSON.stringify([cameras, logged, client.health()])).not.toMatch(/camera-(user|secret)/);
  });

  test("do not show credentials when the answer is damaged", async () => {
    const damaged = JSON.stringify({ data: { cameras: [camera] } }).slice(0, -4);
    const { client, logged } = await prepare(answering({ "admin/rooms/4/cameras": [200, damaged] }));
    const failure = failureIn(await client.cameras(ROOM));
    expect(failure.kind).toBe("malformed-answer");
    expect(JSON.stringify([failure, logged, client.health()])).not.toMatch(/camera-(user|secret)/);
  });
});

describe("presets", () => {
  test("are listed, whatever their ids look like", async () => {
    const { client } = await prepare(
      answering({
        "presets/63": [
          200,
          [
            { id: 14, name: "Door", camera: 63 },
            { id: "a-uuid", name: "Desk" },
          ],
        ],
      }),
    );
    expect(valueIn(await client.presets(63))).toEqual([
      { id: 14, name: "Door" },
      { id: "a-uuid", name: "Desk" },
    ]);
  });

  test.each([14, "a-uuid"])("are applied with the id as it was listed (%j)", async (preset) => {
    const { client, server } = await prepare(
      answering({ "presets/63/apply": [200, { id: "14", message: "Preset applied" }] }),
    );
    valueIn(await client.applyPreset({ camera: 63, preset }));
    expect(server.asked()).toMatchObject([{ method: "POST", body: { preset } }]);
  });
});

describe("schedules", () => {
  const schedule = (id: number, startAt: number, where: object) => ({
    id,
    name: `Session ${id}`,
    author: { id: 1, name: "admin" },
    start_at: startAt,
    stop_at: startAt + 600,
    duration: 600,
    status: "pending",
    ...where,
  });

  test("of one room come sorted by start, from both shapes of the answer", async () => {
    const schedules = [
      schedule(1, 3000, { room: { id: 4, name: "Exam 1" } }),
      schedule(2, 1000, { rooms: [{ id: 9 }, { id: 4 }] }),
      schedule(3, 2000, { room: { id: 5, name: "Exam 2" } }),
      schedule(4, 2000, { rooms: [{ id: 4 }] }),
      { id: 5, name: "no start" },
    ];
    const { client } = await prepare(answering({ schedule: [200, { data: { schedules, total_count: 5 } }] }));
    const found = valueIn(await client.schedules(ROOM));
    expect(found.map(({ id }) => id)).toEqual([2, 4, 1]);
    expect(found[0]).toEqual({
      id: 2,
      name: "Session 2",
      startsAtMs: 1_000_000,
      stopsAtMs: 1_600_000,
      rooms: [9, 4],
      authorName: "admin",
      status: "pending",
    });
  });
});

describe("creating a group", () => {
  const created = answering({ "admin/user_groups": [200, { data: { id: 8 } }] });
  const group = {
    name: "Interviewers",
    markTemplate: 71,
    informationTemplate: 30,
    rights: ["general--home"],
    maxRecordingMinutes: 90,
    rooms: [ROOM],
    videoAccess: { users: [1], groups: [2] },
    retention: { type: "days", count: 30 },
  } as const;

  test.each([
    ["5.9", "marker"],
    ["6.6", "comment"],
  ])("on %s names the template for marks as %s", async (serverVersion, key) => {
    const { client, server } = await prepare(created, { serverVersion });
    expect(valueIn(await client.createGroup(group))).toEqual({ id: 8 });
    expect(server.asked()).toMatchObject([{ method: "POST", path: "admin/user_groups" }]);
    expect(server.asked()[0]?.body).toEqual({
      name: "Interviewers",
      template: { [key]: 71, information: 30 },
      rights: ["general--home"],
      max_record_duration: 90,
      rooms: [4],
      video_access: { users: [1], user_groups: [2] },
      retention: { type: "days", for: 30 },
    });
  });

  test("leaves out what is not given, and takes the key that is set", async () => {
    const { client, server } = await prepare(created, { groupTemplateKey: "comment" });
    valueIn(await client.createGroup({ name: "A", markTemplate: 1, informationTemplate: 2 }));
    expect(server.asked().map(({ body }) => body)).toEqual([
      { name: "A", template: { comment: 1, information: 2 } },
    ]);
  });

  test.each([
    [{ type: "infinitely" } as const, { type: "infinitely" }],
    [{ type: "until", date: "12-31-2030" } as const, { type: "until", until: "12-31-2030" }],
    [{ type: "hours", count: 4 } as const, { type: "hours", for: 4 }],
  ])("writes the retention %j", async (retention, wire) => {
    const { client, server } = await prepare(created, { serverVersion: "6.6" });
    valueIn(await client.createGroup({ ...group, retention }));
    expect(server.asked()[0]?.body).toMatchObject({ retention: wire });
  });

  test("is malformed without the new id", async () => {
    const { client } = await prepare(answering({ "admin/user_groups": [200, { data: {} }] }), {
      serverVersion: "6.6",
    });
    expect(failureIn(await client.createGroup(group))).toMatchObject({
      kind: "malformed-answer",
      heard: "maybe",
    });
  });
});

describe("the user with a card number", () => {
  const users = [
    { id: 1, name: "admin", display_name: null, card_number: "326577" },
    { id: 2, name: "kim", display_name: "Kim", card_number: "0042" },
    { id: 3, name: "lee", card_number: null },
  ];

  test.each([
    ["6.5", "0042"],
    ["6.10", "0042"],
    ["6.4", null],
    ["5.9", null],
  ])("is found on %s with the filter %j", async (serverVersion, filter) => {
    const { client, server } = await prepare(answering({ "admin/users": [200, { data: users }] }), {
      serverVersion,
    });
    expect(valueIn(await client.userByCardNumber("0042"))).toEqual({
      id: 2,
      name: "kim",
      displayName: "Kim",
    });
    expect(server.asked()[0]?.query.get("cardNumber")).toBe(filter);
    expect(server.asked()[0]?.query.get("access_token")).toBe("token-1");
  });

  test("is nobody when no number is the same, digit by digit", async () => {
    const { client } = await prepare(answering({ "admin/users": [200, { data: users }] }), {
      serverVersion: "6.5",
    });
    expect(valueIn(await client.userByCardNumber("42"))).toBeUndefined();
    expect(valueIn(await client.userByCardNumber(""))).toBeUndefined();
  });

  test("is nobody certain when two have the number", async () => {
    const twins = [...users, { id: 9, name: "twin", card_number: "0042" }];
    const { client } = await prepare(answering({ "admin/users": [200, { data: twins }] }));
    const found = await client.userByCardNumber("0042");
    expect(found.ok ? "" : found.failure.message).toBe("2 users of the server have this card.");
  });

  test("is found by reading the whole list when the version is unknown", async () => {
    const { client } = await prepare(answering({ "admin/users": [200, { data: users }] }));
    expect(valueIn(await client.userByCardNumber("326577"))).toEqual({ id: 1, name: "admin" });
  });
});
