import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { http, startRawServer } from "./support/raw-server.ts";
import { connectTo, failureIn, ROOM, valueIn } from "./support/setting.ts";

/** A client for a server that answers each path with this JSON text. */
async function connectToAnswers(answers: Readonly<Record<string, string>>) {
  const server = await startRawServer(({ path }) => {
    const text = answers[path];
    return text === undefined ? undefined : http(text);
  });
  return connectTo(server.url, { serverVersion: "5.9" }).client;
}

describe("a boolean is read", () => {
  test.each(["true", "1", '"1"', '"true"', '"True"', '"t"', '"yes"'])("from %s as true", async (flag) => {
    const client = await connectToAnswers({
      "rooms/4/status": `{"data":{"status":"recording","record":${flag},"record_id":616,"record_access":${flag}}}`,
      "rooms/info/4": `{"data":{"name":"Exam","has_recording":${flag},"recording":{"id":616,"time":"61"}}}`,
      "rooms/info": `{"data":{"rooms":[{"id":4,"name":"Exam","has_recording":${flag}}]}}`,
      "rooms/4/record/stop": `{"data":{"id":616,"status":${flag}}}`,
    });
    const status = { status: "recording", recordingId: "616", recordingAccess: true };
    expect(valueIn(await client.roomStatus(ROOM))).toEqual(status);
    expect(valueIn(await client.roomInfo(ROOM))).toMatchObject({
      hasRecording: true,
      recording: { id: "616", timeSeconds: 61 },
    });
    expect(valueIn(await client.rooms())).toEqual([{ id: 4, name: "Exam", hasRecording: true }]);
    valueIn(await client.stop(ROOM));
  });

  test.each(["false", "0", '"0"', '"false"', '"FALSE"', '"f"', '"no"'])("from %s as false", async (flag) => {
    const client = await connectToAnswers({
      "rooms/4/status": `{"data":{"status":"available","record":${flag},"record_id":615}}`,
      "rooms/info/4": `{"data":{"name":"Exam","has_recording":${flag}},"error":${flag}}`,
      "rooms/4/record/start": `{"data":{"message":"The room is locked","start":${flag}}}`,
      "rooms/4/record/stop": `{"data":{"message":"Not recording","status":${flag}}}`,
      "records/616/markers": `{"data":{"message":"bad time","marker_add":${flag}}}`,
      "rooms/4/lock": `{"success":${flag},"message":"not yours"}`,
    });
    expect(valueIn(await client.roomStatus(ROOM))).toEqual({ status: "available" });
    expect(valueIn(await client.roomInfo(ROOM)).hasRecording).toBe(false);
    const mark = {
      room: ROOM,
      recordingId: recordingId(616),
      timeSeconds: 1,
      text: "x",
      color: "red",
    } as const;
    expect(failureIn(await client.start(ROOM, { name: "x" })).message).toBe("The room is locked");
    expect(failureIn(await client.stop(ROOM)).message).toBe("Not recording");
    expect(failureIn(await client.addMark(mark)).message).toBe("bad time");
    expect(failureIn(await client.lock(ROOM)).message).toBe("not yours");
  });

  test("never from anything else", async () => {
    const client = await connectToAnswers({
      "rooms/info/4": '{"data":{"name":"Exam","has_recording":"perhaps"}}',
    });
    expect(failureIn(await client.roomInfo(ROOM)).kind).toBe("malformed-answer");
  });
});

test.each(['"404"', "404", '"404 "'])("a failure under HTTP 200 is read from the code %s", async (code) => {
  const client = await connectToAnswers({
    "rooms/4/record/stop": `{"data":{"message":"Recording in room not found"},"code":${code}}`,
  });
  expect(failureIn(await client.stop(ROOM)).kind).toBe("not-found");
});

test("an empty list of errors is no error, and a list with one is", async () => {
  const client = await connectToAnswers({
    "rooms/4/status": '{"data":{"status":"Available"},"error":[]}',
    "rooms/4/record/stop": '{"data":{"id":1},"error":["no"]}',
  });
  expect(valueIn(await client.roomStatus(ROOM)).status).toBe("available");
  expect(failureIn(await client.stop(ROOM)).kind).toBe("refused");
});

describe("a list that PHP wrote as an object", () => {
  const room = (id: number) => `{"id":${id},"name":"Room ${id}"}`;
  const ids = [4, 5, 9];
  const expected = ids.map((id) => ({ id, name: `Room ${id}` }));

  test.each([
    ["by its numbers", `{"data":{"rooms":{${ids.map((id, index) => `"${index + 1}":${room(id)}`)}}}}`],
    ["by its ids", `{"data":{"rooms":{${ids.map((id) => `"${id}":${room(id)}`)}}}}`],
    ["without a name of its own", `{"data":{${ids.map((id) => `"${id}":${room(id)}`)}}}`],
    ["as a bare list", `[${ids.map(room)}]`],
  ])("is read: %s", async (_form, text) => {
    const client = await connectToAnswers({ "rooms/info": text });
    expect(valueIn(await client.rooms())).toEqual(expected);
  });

  test("is read when nothing is in it", async () => {
    expect(
      valueIn(await (await connectToAnswers({ "rooms/info": '{"data":{"rooms":{}}}' })).rooms()),
    ).toEqual([]);
  });

  test("is read when it is long", async () => {
    const users = Array.from({ length: 3000 }, (_, index) => {
      const id = index * 2 + 1;
      return `"${id}":{"id":${id},"name":"user ${id}","card_number":"${100_000 + id}"}`;
    });
    const client = await connectToAnswers({ "admin/users": `{"data":{${users}}}` });
    expect(valueIn(await client.userByCardNumber("105999"))).toEqual({ id: 5999, name: "user 5999" });
  });

  test("is read in marks, cameras, presets, schedules and rights", async () => {
    const client = await connectToAnswers({
      "records/616/markers": '{"data":{"markers":{"3":{"id":3,"event":"x","time":"7"}}}}',
      "admin/rooms/4/cameras": '{"data":{"cameras":{"63":{"id":"63","name":"Door"}}}}',
      "presets/63": '{"14":{"id":14,"name":"Wide"}}',
      schedule: '{"data":{"schedules":{"2":{"id":2,"start_at":"10","duration":"5","rooms":{"4":{"id":4}}}}}}',
      "admin/users": '{"data":{"7":{"id":7,"name":"panel","user_group":{"id":"3"}}}}',
      "admin/user_groups/3": '{"data":{"rights":{"1":{"name":"x","sub_rights":{"4":"x--y"}}}}}',
    });
    expect(valueIn(await client.marks(recordingId(616)))).toMatchObject([{ text: "x", timeSeconds: 7 }]);
    expect(valueIn(await client.cameras(ROOM))).toMatchObject([{ id: 63, name: "Door" }]);
    expect(valueIn(await client.presets(63))).toEqual([{ id: 14, name: "Wide" }]);
    expect(valueIn(await client.schedules(ROOM))).toMatchObject([{ id: 2, rooms: [4] }]);
    expect(valueIn(await client.rightsOf("panel"))).toEqual(new Set(["x--y"]));
  });

  test("is not made of an object that is none", async () => {
    const client = await connectToAnswers({ "rooms/info": '{"data":{"4":{"id":4,"name":"x"},"total":1}}' });
    expect(failureIn(await client.rooms()).kind).toBe("malformed-answer");
  });
});
