import { describe, expect, test } from "vitest";
import { answering, connectTo, failureIn, prepare, ROOM, valueIn } from "./support/setting.ts";

const status = (data: unknown) => answering({ "rooms/4/status": [200, { data }] });
const info = (data: unknown) => answering({ "rooms/info/4": [200, { data }] });

const IDLE = { id: 4, name: "Exam 1", has_recording: false };
const BUSY = { id: 4, name: "Exam 1", has_recording: true, recording: { id: 4242, time: 61 } };

describe("the status of a room", () => {
  test.each([
    ["available", 1],
    ["recording", 2],
    ["paused", 3],
    ["locked", 4],
    ["prepared", 5],
  ])("%s has the code %i", async (word, code) => {
    const { client } = await prepare(status({ status: word, record: false }));
    expect(valueIn(await client.roomStatus(ROOM))).toEqual({ status: word });
    expect(await client.roomStatusCode(ROOM)).toBe(code);
  });

  test("names the recording and the access to it while there is one", async () => {
    const { client } = await prepare(
      status({ status: "recording", record: true, record_id: 616, record_access: true }),
    );
    expect(valueIn(await client.roomStatus(ROOM))).toEqual({
      status: "recording",
      recordingId: "616",
      recordingAccess: true,
    });
  });

  test("takes the recording ids of VALT 6 as they are", async () => {
    const id = "7b931a86-2142-4121-a6f8-2e3197d4c5bf";
    const { client } = await prepare(status({ status: "paused", record: true, record_id: id }));
    expect(valueIn(await client.roomStatus(ROOM))).toEqual({ status: "paused", recordingId: id });
  });

  test("is malformed, and 0 as a code, when the word is unknown", async () => {
    const { client } = await prepare(status({ status: "melting", record: false }));
    expect(failureIn(await client.roomStatus(ROOM))).toMatchObject({
      kind: "malformed-answer",
      message: 'The server names a room status that is not known here: "melting".',
    });
    expect(await client.roomStatusCode(ROOM)).toBe(0);
  });

  test("is 0 as a code when the room does not exist", async () => {
    const { client } = await prepare(answering({}));
    expect(await client.roomStatusCode(ROOM)).toBe(0);
    expect(failureIn(await client.roomStatus(ROOM))).toMatchObject({ kind: "not-found", httpStatus: 404 });
  });

  test("answers whether the room is paused or locked", async () => {
    const paused = await prepare(status({ status: "paused", record: true, record_id: 1 }));
    expect(valueIn(await paused.client.isPaused(ROOM))).toBe(true);
    expect(valueIn(await paused.client.isLocked(ROOM))).toBe(false);
    const locked = await prepare(status({ status: "locked", record: false }));
    expect(valueIn(await locked.client.isPaused(ROOM))).toBe(false);
    expect(valueIn(await locked.client.isLocked(ROOM))).toBe(true);
  });
});

describe("the description of a room", () => {
  test("has no recording while nothing is recorded", async () => {
    const { client } = await prepare(info(IDLE));
    expect(valueIn(await client.roomInfo(ROOM))).toEqual({ id: 4, name: "Exam 1", hasRecording: false });
    expect(valueIn(await client.isRecording(ROOM))).toBe(false);
    expect(valueIn(await client.recordingId(ROOM))).toBeUndefined();
    expect(valueIn(await client.recordingTime(ROOM))).toBeUndefined();
    expect(valueIn(await client.roomName(ROOM))).toBe("Exam 1");
  });

  test("has the recording's id and time while there is one", async () => {
    const { client, server } = await prepare(info(BUSY));
    expect(valueIn(await client.roomInfo(ROOM))).toEqual({
      id: 4,
      name: "Exam 1",
      hasRecording: true,
      recording: { id: "4242", timeSeconds: 61 },
    });
    expect(valueIn(await client.isRecording(ROOM))).toBe(true);
    expect(valueIn(await client.recordingId(ROOM))).toBe("4242");
    expect(valueIn(await client.recordingTime(ROOM))).toBe(61);
    expect(server.asked().every(({ method }) => method === "GET")).toBe(true);
  });

  test("is malformed without a name or without word of a recording", async () => {
    const { client } = await prepare(info({ id: 4, name: "Exam 1" }));
    expect(failureIn(await client.isRecording(ROOM))).toMatchObject({ kind: "malformed-answer" });
  });
});

describe("the list of rooms", () => {
  test("carries what the server sends for each, and no more", async () => {
    const rooms = [{ id: 3, name: "Exam 3" }, IDLE, { ...BUSY, id: 5 }];
    const { client } = await prepare(answering({ "rooms/info": [200, { data: { rooms } }] }));
    expect(valueIn(await client.rooms())).toEqual([
      { id: 3, name: "Exam 3" },
      { id: 4, name: "Exam 1", hasRecording: false },
      { id: 5, name: "Exam 1", hasRecording: true, recordingId: "4242" },
    ]);
  });

  test("may be empty", async () => {
    const { client } = await prepare(answering({ "rooms/info": [200, { data: { rooms: [] } }] }));
    expect(valueIn(await client.rooms())).toEqual([]);
  });
});

describe("the address", () => {
  test("may have a prefix and a trailing slash", async () => {
    const { server } = await prepare(() => undefined);
    await connectTo(`${server.url}/valt/`).client.roomStatus(ROOM);
    expect(server.asked()[0]?.url).toBe("/valt/api/v3/rooms/4/status?access_token=token-1");
  });

  test("without a scheme means https: the password is not sent in clear text", async () => {
    const { server } = await prepare(() => undefined);
    const failure = failureIn(await connectTo(server.url.replace("http://", "")).client.authenticate());
    expect(failure.message).toContain("does not speak TLS");
    expect(server.logins()).toHaveLength(0);
  });

  test.each([
    "http://valt.example.com",
    "HTTP://10.0.0.9:8000/valt",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://[::ffff:a00:9]",
    "http://0.0.0.0",
  ])("in clear text beyond this machine is refused unless it is spelled out: %s", (url) => {
    expect(() => connectTo(url)).toThrow(/clear text/);
    expect(() => connectTo(url, { tls: { verify: "insecure" } })).toThrow(/clear text/);
    expect(() => connectTo(url, { tls: { verify: "none" } })).not.toThrow();
  });

  test.each([
    "http://127.0.0.1:1",
    "http://127.8.9.1",
    "http://localhost",
    "http://valt.localhost",
    "http://[::1]:8000",
    "http://[::ffff:127.0.0.1]",
    "http://2130706433",
  ])("in clear text on this machine needs no words: %s", (url) => {
    expect(() => connectTo(url)).not.toThrow();
  });

  test("with TLS is not said to have none", () => {
    expect(() => connectTo("valt.example.com", { tls: { verify: "none" } })).toThrow(/http:\/\//);
  });

  test("that is none is refused before anything is opened", () => {
    expect(() => connectTo("http://")).toThrow(TypeError);
    expect(() => connectTo("ftp://valt.example.com")).toThrow(TypeError);
  });
});
