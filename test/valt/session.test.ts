import { describe, expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import type { Script } from "./support/scripted-server.ts";
import { failureIn, PASSWORD, prepare, ROOM, valueIn } from "./support/setting.ts";

const AVAILABLE = { data: { status: "available", record: false } };
const NO_KEY = { error: { code: 401, message: "No API key provided" } };

/** Accepts only the tokens that `valid` names at the moment. */
function guarded(valid: Set<string>): Script {
  return ({ path, query }) => {
    if (path === "login") return undefined;
    return valid.has(query.get("access_token") ?? "") ? [200, AVAILABLE] : [401, NO_KEY];
  };
}

describe("logging in", () => {
  test("sends name and password once, however many callers wait", async () => {
    const { server, client } = await prepare(guarded(new Set(["token-1"])));
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.roomStatus(ROOM)));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.logins()).toHaveLength(1);
    expect(server.logins()[0]).toMatchObject({
      method: "POST",
      url: "/api/v3/login",
      body: { username: "panel", password: PASSWORD },
    });
  });

  test("happens again once for everybody when the token has expired", async () => {
    const valid = new Set(["token-1"]);
    const { server, client } = await prepare(guarded(valid));
    valueIn(await client.roomStatus(ROOM));
    valid.clear();
    valid.add("token-2");
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.roomStatus(ROOM)));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(server.logins()).toHaveLength(2);
  });

  test("replays a command that was refused with 401, once", async () => {
    const valid = new Set(["token-1"]);
    const { server, client } = await prepare((request) => {
      const reply = guarded(valid)(request);
      if (request.path !== "rooms/4/record/start" || !valid.has(request.query.get("access_token") ?? ""))
        return reply;
      return [200, { data: { message: "The recording is started", id: 616, start: true } }];
    });
    valueIn(await client.roomStatus(ROOM));
    valid.clear();
    valid.add("token-2");
    expect(valueIn(await client.start(ROOM, { name: "A" }))).toEqual({ recordingId: "616" });
    const starts = server.asked().filter(({ path }) => path === "rooms/4/record/start");
    expect(starts.map(({ query }) => query.get("access_token"))).toEqual(["token-1", "token-2"]);
  });

  test("counts as new even when the server gives the same token again", async () => {
    let refusals = 1;
    const { server, client } = await prepare(({ path }) => {
      if (path === "login") return [200, { data: { access_token: "always-the-same" } }];
      return refusals-- > 0 ? [401, NO_KEY] : [200, AVAILABLE];
    });
    valueIn(await client.roomStatus(ROOM));
    expect(server.logins()).toHaveLength(2);
  });

  test("is not repeated for a late 401 to a token that was replaced meanwhile", async () => {
    let answerSlowly: (() => void) | undefined;
    const { server, client } = await prepare(async ({ path, query }) => {
      if (path === "login") return undefined;
      if (query.get("access_token") === "token-2") return [200, AVAILABLE];
      if (path === "rooms/4/status" && answerSlowly === undefined) {
        await new Promise<void>((resolve) => {
          answerSlowly = resolve;
        });
      }
      return [401, NO_KEY];
    });
    valueIn(await client.authenticate());
    const slow = client.roomStatus(ROOM);
    await expect.poll(() => answerSlowly).toBeDefined();
    valueIn(await client.roomStatus(ROOM));
    expect(server.logins()).toHaveLength(2);
    answerSlowly?.();
    valueIn(await slow);
    expect(server.logins()).toHaveLength(2);
  });
});

describe("a 401 that a new login does not cure", () => {
  const refuseCameras: Script = ({ path }) => {
    if (path === "login") return undefined;
    return path === "rooms/4/status" ? [200, AVAILABLE] : [401, NO_KEY];
  };

  test("is unauthorized, after exactly one replay", async () => {
    const { server, client } = await prepare(refuseCameras);
    const failure = failureIn(await client.cameras(ROOM));
    expect(failure).toMatchObject({ kind: "unauthorized", heard: "no", message: "No API key provided" });
    expect(server.asked()).toHaveLength(2);
    expect(server.logins()).toHaveLength(2);
  });

  test("does not hammer the login, nor cost the others their token", async () => {
    const { server, client } = await prepare(refuseCameras);
    for (let round = 0; round < 20; round++) {
      expect(failureIn(await client.cameras(ROOM)).kind).toBe("unauthorized");
      valueIn(await client.roomStatus(ROOM));
    }
    expect(server.logins()).toHaveLength(2);
  });
});

describe("a failed login", () => {
  const refuseLogin: Script = () => [401, { data: "Invalid username or password" }];

  test("says what to check, and that nothing else was sent", async () => {
    const { server, client } = await prepare(refuseLogin);
    expect(failureIn(await client.stop(ROOM))).toEqual({
      kind: "unauthorized",
      message: "VALT refuses the login (Invalid username or password): check user name and password.",
      heard: "no",
      again: "later",
      httpStatus: 401,
    });
    expect(server.asked()).toHaveLength(0);
  });

  test("is recognized under HTTP 200 as well", async () => {
    const { client } = await prepare(() => [200, { data: "Invalid username or password" }]);
    expect(failureIn(await client.authenticate())).toMatchObject({ kind: "unauthorized" });
  });

  test("is shared by all who wait, and followed by a pause that grows", async () => {
    const clock = createFakeClock();
    const { server, client } = await prepare(refuseLogin, { clock });
    await Promise.all(Array.from({ length: 1000 }, () => client.roomStatus(ROOM)));
    for (let poll = 0; poll < 1000; poll++) await client.roomStatus(ROOM);
    expect(server.logins()).toHaveLength(1);
    await clock.advance(1000);
    await client.roomStatus(ROOM);
    expect(server.logins()).toHaveLength(2);
    await clock.advance(1000);
    await client.roomStatus(ROOM);
    expect(server.logins()).toHaveLength(2);
    await clock.advance(1000);
    await client.roomStatus(ROOM);
    expect(server.logins()).toHaveLength(3);
  });

  test("asked for by several at once is tried once", async () => {
    const { server, client } = await prepare(refuseLogin);
    await Promise.all([client.authenticate(), client.authenticate(), client.roomStatus(ROOM)]);
    expect(server.logins()).toHaveLength(1);
  });

  test("does not keep a person from trying again at once", async () => {
    let isRight = false;
    const { client } = await prepare((request) => (isRight ? undefined : refuseLogin(request)));
    expect(failureIn(await client.authenticate()).kind).toBe("unauthorized");
    isRight = true;
    valueIn(await client.authenticate());
  });

  test("is logged once while it lasts", async () => {
    const clock = createFakeClock();
    const { client, logged } = await prepare(refuseLogin, { clock });
    for (let round = 0; round < 5; round++) {
      await client.roomStatus(ROOM);
      await clock.advance(60_000);
    }
    expect(logged.filter((line) => line.includes("login to VALT failed"))).toHaveLength(1);
  });

  test("without a token in the answer is malformed", async () => {
    const { client } = await prepare(() => [200, { data: {} }]);
    expect(failureIn(await client.roomStatus(ROOM))).toMatchObject({ kind: "malformed-answer", heard: "no" });
  });
});

test.each([400, 404, 500, 502])("a %i on a request keeps the session", async (status) => {
  const { server, client } = await prepare(({ path }) =>
    path === "rooms/4/record/stop"
      ? [status, { error: { code: status } }]
      : path === "login"
        ? undefined
        : [200, AVAILABLE],
  );
  expect(failureIn(await client.stop(ROOM)).httpStatus).toBe(status);
  valueIn(await client.roomStatus(ROOM));
  expect(server.logins()).toHaveLength(1);
});

describe("secrets", () => {
  test("the token travels in the query string and nowhere else", async () => {
    const { server, client } = await prepare(() => undefined);
    await client.stop(ROOM);
    const [stop] = server.asked();
    expect(stop?.url).toBe("/api/v3/rooms/4/record/stop?access_token=token-1");
    expect(JSON.stringify([stop?.body, stop?.headers])).not.toContain("token-1");
  });

  test("neither token nor password shows in failures, health or log, even if the server repeats them", async () => {
    const { client, logged } = await prepare(({ path, query }) => {
      if (path === "login") return undefined;
      const token = query.get("access_token");
      return [400, { error: { code: 400, message: `key ${token} of ${PASSWORD}: ?access_token=${token}` } }];
    });
    const failure = failureIn(await client.stop(ROOM));
    expect(failure.message).toBe("key *** of ***: ?access_token=***");
    const everything = JSON.stringify([failure, client.health(), logged]);
    expect(everything).not.toContain("token-1");
    expect(everything).not.toContain(PASSWORD);
  });
});
