import { describe, expect, test } from "vitest";
import type { ValtClient } from "../../src/valt/client.ts";
import { answering, failureIn, prepare, ROOM, valueIn } from "./support/setting.ts";

describe("starting a recording", () => {
  const started = answering({
    "rooms/4/record/start": [200, { data: { message: "The recording is started", id: 616, start: true } }],
  });

  test("sends the name and gives the recording's id", async () => {
    const { client, server } = await prepare(started);
    expect(valueIn(await client.start(ROOM, { name: "Interview 1" }))).toEqual({ recordingId: "616" });
    expect(server.asked()).toMatchObject([{ method: "POST", body: { name: "Interview 1" } }]);
    expect(server.asked()[0]?.headers["content-type"]).toBe("application/json");
  });

  test("sends author, template and share when they are given", async () => {
    const { client, server } = await prepare(started);
    const request = {
      name: "A",
      author: 7,
      template: { "3": "blue" },
      share: { users: [1], groups: [2, 3] },
    };
    valueIn(await client.start(ROOM, request));
    expect(server.asked()[0]?.body).toEqual(request);
  });

  test("is refused with the server's own words", async () => {
    const { client } = await prepare(
      answering({
        "rooms/4/record/start": [400, { data: { message: "Room is locked", start: false }, code: 400 }],
      }),
    );
    expect(failureIn(await client.start(ROOM, { name: "A" }))).toEqual({
      kind: "refused",
      message: "Room is locked",
      heard: "yes",
      again: "never",
      httpStatus: 400,
    });
  });
});

describe.each(["stop", "pause", "resume"] as const)("%s", (verb) => {
  const path = `rooms/4/record/${verb}`;

  test("posts a JSON object and gives the recording's id", async () => {
    const { client, server } = await prepare(
      answering({ [path]: [200, { data: { id: 616, status: true } }] }),
    );
    expect(valueIn(await client[verb](ROOM))).toEqual({ recordingId: "616" });
    expect(server.asked()).toMatchObject([{ method: "POST", path, body: { nothing: "nothing" } }]);
  });

  test("is not found when nothing is recorded, and was heard", async () => {
    const body = { data: { message: "Recording in room not found", status: false }, code: 404 };
    const { client } = await prepare(answering({ [path]: [404, body] }));
    expect(failureIn(await client[verb](ROOM))).toMatchObject({
      kind: "not-found",
      message: "Recording in room not found",
      heard: "yes",
    });
  });

  test("fails when a 200 says that it failed", async () => {
    const body = { data: { message: "Recording in room not found", status: false }, code: 404 };
    const { client } = await prepare(answering({ [path]: [200, body] }));
    expect(failureIn(await client[verb](ROOM)).kind).toBe("not-found");
  });
});

describe.each([
  ["lock", "This room is already locked.", 1],
  ["unlock", "This room is not locked.", null],
] as const)("%s", (verb, complaint, lockedBy) => {
  test("succeeds", async () => {
    const { client, server } = await prepare(
      answering({ [`rooms/4/${verb}`]: [200, { data: { id: 59, locked_by: lockedBy } }] }),
    );
    valueIn(await client[verb](ROOM));
    expect(server.asked()).toMatchObject([{ method: "POST", body: { nothing: "nothing" } }]);
  });

  test("is refused with the server's own words", async () => {
    const { client } = await prepare(
      answering({ [`rooms/4/${verb}`]: [400, { data: { message: complaint }, code: 400 }] }),
    );
    expect(failureIn(await client[verb](ROOM))).toMatchObject({ kind: "refused", message: complaint });
  });
});

describe("a command whose answer cannot be understood may have been obeyed", () => {
  test.each([
    ["an empty answer", ""],
    ["a web page", "<html>hello</html>"],
    ["damaged JSON", '{"data":{"id":6'],
    ["a bare word", '"ok"'],
  ])("%s", async (_what, text) => {
    const { client, server } = await prepare(answering({ "rooms/4/record/stop": [200, text] }));
    expect(failureIn(await client.stop(ROOM))).toMatchObject({ kind: "malformed-answer", heard: "maybe" });
    expect(server.asked()).toHaveLength(1);
  });
});

test("no command is repeated when the connection breaks before the answer", async () => {
  const commands: ((client: ValtClient) => Promise<unknown>)[] = [
    (client) => client.start(ROOM, { name: "A" }),
    (client) => client.stop(ROOM),
    (client) => client.lock(ROOM),
  ];
  for (const command of commands) {
    const { client, server } = await prepare(({ path }) =>
      path === "login" ? undefined : (response) => response.socket?.destroy(),
    );
    expect(await command(client)).toMatchObject({
      ok: false,
      failure: { kind: "unreachable", heard: "maybe", again: "now" },
    });
    expect(server.asked()).toHaveLength(1);
  }
});
