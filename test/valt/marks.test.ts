import { describe, expect, onTestFinished, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { MARK_COLORS, type NewMark } from "../../src/valt/client.ts";
import type { Reply } from "./support/scripted-server.ts";
import { answering, connectTo, failureIn, prepare, ROOM, valueIn } from "./support/setting.ts";

const UUID = "7b931a86-2142-4121-a6f8-2e3197d4c5bf";

const MARK: NewMark = {
  room: ROOM,
  recordingId: recordingId(616),
  timeSeconds: 127.9,
  text: "Confession",
  color: "purple",
};

const version = (value: unknown): Reply => [200, { data: { version: value, media_servers: [] } }];
const MARKER_ADDED: Reply = [200, { data: { marker_add: true, id: 31, message: "marker add" } }];
const COMMENT: Reply = [200, { id: 42, message: "Confession", recordTime: "127", color: "red", replies: [] }];

describe("a mark on VALT 5", () => {
  test.each([["5.9"], [641]])("is a marker on the recording itself (version %s)", async (value) => {
    const { client, server } = await prepare(
      answering({ "admin/general": version(value), "records/616/markers": MARKER_ADDED }),
    );
    expect(valueIn(await client.addMark(MARK))).toEqual({ id: "31" });
    expect(server.asked().at(-1)).toMatchObject({
      method: "POST",
      body: { event: "Confession", time: 127, color: "purple" },
    });
  });

  test.each(MARK_COLORS)("can be %s", async (color) => {
    const { client, server } = await prepare(answering({ "records/616/markers": MARKER_ADDED }), {
      serverVersion: "5.9",
    });
    valueIn(await client.addMark({ ...MARK, color }));
    expect(server.asked()[0]?.body).toMatchObject({ color });
  });

  test("asks for the version once, not for every mark", async () => {
    const { client, server } = await prepare(
      answering({ "admin/general": version("5.9"), "records/616/markers": MARKER_ADDED }),
    );
    for (let count = 0; count < 3; count++) valueIn(await client.addMark(MARK));
    expect(server.asked().filter(({ path }) => path === "admin/general")).toHaveLength(1);
  });

  test("fails when the server says marker_add false", async () => {
    const { client } = await prepare(
      answering({ "records/616/markers": [200, { data: { marker_add: false, message: "bad time" } }] }),
      { serverVersion: "5.9" },
    );
    expect(failureIn(await client.addMark(MARK))).toMatchObject({ kind: "refused", message: "bad time" });
  });
});

describe("the room form of a marker, when it is chosen", () => {
  const settings = { serverVersion: "5.9", markerForm: "room" } as const;
  const room = (id: number): Reply => [
    200,
    { data: { id: 4, name: "Exam 1", has_recording: true, recording: { id, time: 130 } } },
  ];

  test("is used while the room still records that recording", async () => {
    const { client, server } = await prepare(
      answering({ "rooms/info/4": room(616), "rooms/4/record/markers": MARKER_ADDED }),
      settings,
    );
    valueIn(await client.addMark(MARK));
    expect(server.asked().at(-1)?.path).toBe("rooms/4/record/markers");
  });

  test("gives way to the record form when another recording runs by now", async () => {
    const { client, server } = await prepare(
      answering({ "rooms/info/4": room(617), "records/616/markers": MARKER_ADDED }),
      settings,
    );
    valueIn(await client.addMark(MARK));
    expect(server.asked().at(-1)?.path).toBe("records/616/markers");
  });

  test("sends no mark when the room cannot be looked at", async () => {
    const { client } = await prepare(answering({ "rooms/info/4": [500, ""] }), settings);
    expect(failureIn(await client.addMark(MARK))).toMatchObject({ kind: "server-error", heard: "no" });
  });
});

describe("a mark on VALT 6 is a comment", () => {
  const place = { recordTime: 127, recordId: UUID };
  const template = { id: 1, data: [], name: "Confession" };
  const payloads = [
    ["6.0.2", { ...place, template }],
    ["6.4.9", { ...place, template }],
    ["6.5.1", { ...place, type: "simple", template }],
    ["6.6.0", { ...place, type: "simple", message: "Confession" }],
    ["6.10", { ...place, type: "simple", message: "Confession" }],
    ["7.0", { ...place, type: "simple", message: "Confession" }],
  ] as const;

  test.each(payloads)("in the shape of %s", async (value, body) => {
    const { client, server } = await prepare(
      answering({ "admin/general": version(value), comment: COMMENT }),
    );
    expect(valueIn(await client.addMark({ ...MARK, recordingId: recordingId(UUID) }))).toEqual({ id: "42" });
    expect(server.asked().at(-1)).toMatchObject({ method: "POST", path: "comment" });
    expect(server.asked().at(-1)?.body).toEqual(body);
  });

  test("whose shape can be set, which makes the version needless", async () => {
    const { client, server } = await prepare(answering({ comment: COMMENT }), {
      commentPayload: "6.5",
      commentTemplateId: 9,
    });
    valueIn(await client.addMark({ ...MARK, recordingId: recordingId(UUID) }));
    expect(server.asked()).toHaveLength(1);
    expect(server.asked()[0]?.body).toEqual({ ...place, type: "simple", template: { ...template, id: 9 } });
  });

  test("gives a numeric recording id back as the number it was", async () => {
    const { client, server } = await prepare(answering({ comment: COMMENT }), { serverVersion: "6.6" });
    valueIn(await client.addMark(MARK));
    expect(server.asked()[0]?.body).toMatchObject({ recordId: 616 });
  });

  test("fails when the server says comment_add false", async () => {
    const { client } = await prepare(answering({ comment: [200, { data: { comment_add: false } }] }), {
      serverVersion: "6.6",
    });
    expect(failureIn(await client.addMark(MARK)).kind).toBe("refused");
  });

  test("may have been taken when the server breaks over it", async () => {
    const { client, server } = await prepare(
      answering({ comment: [500, { error: { code: 500, message: "Internal Server Error" } }] }),
      { serverVersion: "6.6" },
    );
    expect(failureIn(await client.addMark(MARK))).toMatchObject({ kind: "server-error", heard: "maybe" });
    expect(server.asked()).toHaveLength(1);
  });
});

describe("a mark on the first VALT 6, which does not know later addresses", () => {
  const mark = { ...MARK, recordingId: recordingId(UUID) };
  const event = { event: "Confession", time: 127, color: "purple" };
  const added: Reply = [200, { data: { comment_add: true, message: "comment add", time: 127 } }];
  const running = (id: string): Reply => [
    200,
    { data: { id: 4, name: "Exam 1", has_recording: true, recording: { id, time: 130 } } },
  ];
  const paths = ["comment", `records/${UUID}/comments`, "rooms/info/4", "rooms/4/record/comments"];

  test("is tried as a comment, and then written to the recording", async () => {
    const { client, server } = await prepare(answering({ [`records/${UUID}/comments`]: added }), {
      serverVersion: "6.0.4",
    });
    expect(valueIn(await client.addMark(mark))).toEqual({});
    expect(server.asked().map(({ path }) => path)).toEqual(paths.slice(0, 2));
    expect(server.asked()[1]?.body).toEqual(event);
  });

  test.each([404, 405])("is written to the room where the recording takes none (%i)", async (status) => {
    const { client, server } = await prepare(
      ({ path }) => {
        if (path === "rooms/info/4") return running(UUID);
        return path === "rooms/4/record/comments" ? added : path === "login" ? undefined : [status, ""];
      },
      { serverVersion: "6.0.4" },
    );
    valueIn(await client.addMark(mark));
    expect(server.asked().map(({ path }) => path)).toEqual(paths);
    expect(server.asked()[3]?.body).toEqual(event);
  });

  test("is never written to a room that records something else by now", async () => {
    const { client, server } = await prepare(
      answering({ "rooms/info/4": running("another"), "rooms/4/record/comments": added }),
      { serverVersion: "6.0.4" },
    );
    expect(failureIn(await client.addMark(mark))).toMatchObject({ kind: "not-found", heard: "yes" });
    expect(server.asked().some(({ path }) => path === "rooms/4/record/comments")).toBe(false);
  });

  test("is not tried another way when the server broke over it: it may have been taken", async () => {
    const { client, server } = await prepare(answering({ comment: [500, ""] }), { serverVersion: "6.0.4" });
    expect(failureIn(await client.addMark(mark)).heard).toBe("maybe");
    expect(server.asked()).toHaveLength(1);
  });

  test("is not tried another way from 6.5 on", async () => {
    const { client, server } = await prepare(answering({}), { serverVersion: "6.5" });
    expect(failureIn(await client.addMark(mark)).kind).toBe("not-found");
    expect(server.asked()).toHaveLength(1);
  });

  test("is written at once in the way that is set", async () => {
    const { client, server } = await prepare(answering({ [`records/${UUID}/comments`]: added }), {
      commentPayload: "6.0",
    });
    valueIn(await client.addMark(mark));
    expect(server.asked()).toHaveLength(1);
  });

  test("is read back from the recording's description", async () => {
    const comments = [{ id: 7, event: "Confession", time: 127, color: "purple" }];
    const { client } = await prepare(answering({ [`records/${UUID}`]: [200, { data: { comments } }] }), {
      serverVersion: "6.0.4",
    });
    expect(valueIn(await client.marks(recordingId(UUID)))).toEqual([
      { id: "7", timeSeconds: 127, text: "Confession", color: "purple" },
    ]);
  });

  test("reaches the simulator's 6.0, and is found again there", async () => {
    const created = await createSimulator({ valt: "6.0", rooms: 4, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    const { client } = connectTo(created.value.url, { username: "panel-bridge", password: "simulator" });
    const { recordingId: running } = valueIn(await client.start(ROOM, { name: "x" }));
    if (running === undefined) throw new Error("no recording");
    valueIn(await client.addMark({ ...MARK, recordingId: running }));
    expect(valueIn(await client.marks(running))).toMatchObject([{ timeSeconds: 127, text: "Confession" }]);
    expect(created.value.world.room(4)?.marks).toMatchObject([{ text: "Confession", color: "purple" }]);
  });
});

describe("when the version cannot be read", () => {
  test("no mark is sent, and the failure says so", async () => {
    const { client, server } = await prepare(answering({ "admin/general": [403, ""] }));
    expect(failureIn(await client.addMark(MARK))).toMatchObject({ kind: "refused", heard: "no" });
    expect(server.asked()).toHaveLength(1);
  });

  test("the next mark asks again", async () => {
    let isUp = false;
    const { client } = await prepare(({ path }) => {
      if (path === "admin/general") return isUp ? version("6.6") : [502, "<html></html>"];
      return path === "comment" ? COMMENT : undefined;
    });
    expect(failureIn(await client.addMark(MARK)).heard).toBe("no");
    isUp = true;
    valueIn(await client.addMark(MARK));
  });
});

describe("the marks of a recording", () => {
  test("are its markers on VALT 5", async () => {
    const markers = [{ id: 21, event: "Test", time: 24, color: "red", hex_color: "#ff0000", template: [] }];
    const { client } = await prepare(answering({ "records/616/markers": [200, { data: { markers } }] }), {
      serverVersion: "5.9",
    });
    expect(valueIn(await client.marks(recordingId(616)))).toEqual([
      { id: "21", timeSeconds: 24, text: "Test", color: "red" },
    ]);
  });

  test("are its comments on VALT 6, whichever payload wrote them", async () => {
    const comments = [
      { id: 42, message: "Confession", recordTime: "61", color: "red", template: null },
      { id: 43, message: null, recordTime: 70, template: { id: 1, name: "Silence", data: [] } },
      { id: 44, message: "Long", startTime: 80, endTime: 90 },
    ];
    const { client } = await prepare(answering({ [`comment/record/${UUID}`]: [200, comments] }), {
      serverVersion: "6.6",
    });
    expect(valueIn(await client.marks(recordingId(UUID)))).toEqual([
      { id: "42", timeSeconds: 61, text: "Confession", color: "red" },
      { id: "43", timeSeconds: 70, text: "Silence" },
      { id: "44", timeSeconds: 80, text: "Long" },
    ]);
  });
});
