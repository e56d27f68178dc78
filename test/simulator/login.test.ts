import { expect, test } from "vitest";
import { call, logIn, start } from "./start.ts";

test("the right password gives a token of 32 hexadecimal digits, always the same until it expires", async () => {
  const { simulator } = await start();
  const first = await logIn(simulator);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(await logIn(simulator)).toBe(first);
  simulator.expireTokens();
  expect(await logIn(simulator)).not.toBe(first);
});

test("a wrong password is refused with a text in data", async () => {
  const { simulator } = await start();
  const reply = await call(`${simulator.url}/api/v3/login`, "POST", {
    username: "panel-bridge",
    password: "no",
  });
  expect(reply).toEqual({ status: 401, body: { data: "Invalid username or password" } });
});

test("no token and an expired token are told apart by their message only", async () => {
  const { simulator, ask } = await start();
  const none = await call(`${simulator.url}/api/v3/rooms/info`, "GET");
  expect(none).toEqual({ status: 401, body: { error: { code: 401, message: "No API key provided" } } });
  simulator.expireTokens();
  expect(await ask("GET", "rooms/info")).toEqual({
    status: 401,
    body: { error: { code: 401, message: "Invalid API key provided" } },
  });
});

test("malformed JSON, no body and a list instead of an object answer 500", async () => {
  const { ask } = await start();
  const failure = { status: 500, body: { error: { code: 500, message: "Internal Server Error" } } };
  expect(await ask("POST", "rooms/1/record/start", '{"name":')).toEqual(failure);
  expect(await ask("POST", "rooms/1/record/stop", "")).toEqual(failure);
  expect(await ask("POST", "rooms/1/lock", [])).toEqual(failure);
});

test("unknown paths answer 404, known ones with another method 405, other addresses with a page", async () => {
  const { simulator, ask } = await start();
  expect(await ask("GET", "nothing/here")).toEqual({ status: 404, body: { error: { code: 404 } } });
  expect((await ask("DELETE", "rooms/1/status")).status).toBe(405);
  expect((await call(`${simulator.url}/`, "GET")).body).toContain("<h1>404 Not Found</h1>");
});

test("a doubled slash after the host, as the vendor's client makes it, is taken for one", async () => {
  const { simulator } = await start();
  const token = await logIn(simulator);
  const reply = await call(`${simulator.url}//api/v3/rooms/1/status?access_token=${token}`, "GET");
  expect(reply.status).toBe(200);
});

test("the same seed gives the same tokens and ids, another seed others", async () => {
  const [one, same, other] = await Promise.all([start({ seed: 7 }), start({ seed: 7 }), start({ seed: 8 })]);
  const firstAnswers = await Promise.all(
    [one, same, other].map(async ({ simulator, ask }) => ({
      token: await logIn(simulator),
      started: await ask("POST", "rooms/1/record/start", { name: "x" }),
    })),
  );
  expect(firstAnswers[0]).toEqual(firstAnswers[1]);
  expect(firstAnswers[0]).not.toEqual(firstAnswers[2]);
});

test.for([
  ["5.9", "5.9.2"],
  ["6.3", "6.3.1"],
  ["6.5", "6.5.1"],
  ["6.6", "6.6.0"],
] as const)("VALT %s calls itself %s", async ([valt, version]) => {
  const { ask } = await start({ valt });
  expect((await ask("GET", "admin/general")).body).toMatchObject({ data: { version } });
});

test("requests are counted by template, logged without token and password, and told when they arrive", async () => {
  const { simulator, ask } = await start({ rooms: 2 });
  const told: string[] = [];
  simulator.requests.onRequest((request) => told.push(`${request.path} ${request.answerStatus}`));
  await ask("GET", "rooms/1/status");
  await ask("GET", "rooms/2/status");
  await ask("GET", "admin/users?cardNumber=1");
  expect(simulator.requests.count("GET rooms/{r}/status")).toBe(2);
  expect(simulator.requests.of("POST login")[0]?.body).toEqual({
    username: "panel-bridge",
    password: "***",
  });
  expect(simulator.requests.all().map((request) => request.path)).toEqual([
    "login",
    "rooms/1/status",
    "rooms/2/status",
    "admin/users?cardNumber=1",
  ]);
  expect(simulator.requests.all().every((request) => request.answerStatus === 200)).toBe(true);
  expect(told[0]).toBe("rooms/1/status undefined");
  simulator.requests.clear();
  expect(simulator.requests.all()).toEqual([]);
  expect(simulator.requests.counts.size).toBe(0);
});

test("two simulators cannot have the same port, and the second one says so", async () => {
  const { simulator } = await start();
  const port = Number(new URL(simulator.url).port);
  await expect(start({ port })).rejects.toThrow("EADDRINUSE");
  await expect(start({ controlPort: port })).rejects.toThrow("control API");
});
