import { describe, expect, test } from "vitest";
import { fail, succeed } from "../../src/base/result.ts";
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

  test("is shared by all who wait, and not repeated before a lock of the account would have ended", async () => {
    const clock = createFakeClock();
    const { server, client } = await prepare(refuseLogin, { clock });
    await Promise.all(Array.from({ length: 1000 }, () => client.roomStatus(ROOM)));
    for (let poll = 0; poll < 1000; poll++) await client.roomStatus(ROOM);
    expect(server.logins()).toHaveLength(1);
    const triedAtMinutes: number[] = [];
    for (let minute = 1; minute <= 120; minute++) {
      await clock.advance(60_000);
      const before = server.logins().length;
      await client.roomStatus(ROOM);
      await client.authenticate("program");
      if (server.logins().length > before) triedAtMinutes.push(minute);
    }
    expect(triedAtMinutes).toEqual([5, 40, 75, 110]);
  });

  test.each([403, 423])("is one with a %i too: the server has seen name and password", async (status) => {
    const { server, client } = await prepare(() => [status, { error: { code: status } }]);
    for (let round = 0; round < 10; round++) await client.authenticate("program");
    expect(server.logins()).toHaveLength(1);
  });

  test("is tried at once with another password, wherever that comes from", async () => {
    let password = "of yesterday";
    const { server, client } = await prepare(
      ({ path, body }) => {
        if (path !== "login") return [200, AVAILABLE];
        const isRight = JSON.stringify(body).includes("of today");
        return isRight ? undefined : [401, { data: "Invalid username or password" }];
      },
      { password: () => succeed(password) },
    );
    for (let round = 0; round < 5; round++) failureIn(await client.roomStatus(ROOM));
    expect(server.logins()).toHaveLength(1);
    password = "of today";
    valueIn(await client.roomStatus(ROOM));
  });

  test("begins its waiting anew with every other password", async () => {
    const clock = createFakeClock();
    let password = "one";
    const { server, client } = await prepare(refuseLogin, { clock, password: () => succeed(password) });
    for (const another of ["one", "two", "three"]) {
      password = another;
      for (const minutes of [0, 5, 5]) {
        await clock.advance(minutes * 60_000);
        await client.roomStatus(ROOM);
      }
    }
    expect(server.logins()).toHaveLength(6);
  });

  test("asked for by several at once is tried once", async () => {
    const { server, client } = await prepare(refuseLogin);
    await Promise.all([client.authenticate(), client.authenticate(), client.roomStatus(ROOM)]);
    expect(server.logins()).toHaveLength(1);
  });

  test("does not keep a person from trying again at once, as often as they like", async () => {
    let isRight = false;
    const { server, client } = await prepare((request) => (isRight ? undefined : refuseLogin(request)));
    for (let round = 0; round < 2; round++)
      expect(failureIn(await client.authenticate()).kind).toBe("unauthorized");
    expect(failureIn(await client.authenticate("program")).kind).toBe("unauthorized");
    expect(server.logins()).toHaveLength(2);
    isRight = true;
    valueIn(await client.authenticate("person"));
    valueIn(await client.authenticate("program"));
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

describe("without a password", () => {
  test.each([
    ["an empty one", "", "No password was given."],
    ["what finds it", () => fail("No password: /etc/pw is not there."), "No password: /etc/pw is not there."],
  ])("nothing is sent: %s", async (_, password, message) => {
    const { server, client, logged } = await prepare(() => undefined, { password });
    const failure = { kind: "no-password", message, heard: "no", again: "later" };
    for (const asker of ["person", "program"] as const)
      expect(failureIn(await client.authenticate(asker))).toEqual(failure);
    expect(failureIn(await client.start(ROOM, { name: "A" }))).toEqual(failure);
    expect(server.logins()).toHaveLength(0);
    expect(server.asked()).toHaveLength(0);
    expect(logged.filter((line) => line.includes(message))).toHaveLength(1);
  });
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
