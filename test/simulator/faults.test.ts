import { expect, test } from "vitest";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { call, logIn, start } from "./start.ts";

const START = ["POST", "rooms/1/record/start", { name: "x" }] as const;

test("latency keeps an answer back for its time, before or after the server acts", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  simulator.fault({ kind: "latency", ms: 800, count: 1 });
  const arrived = new Promise((resolve) => simulator.requests.onRequest(resolve));
  let status: number | undefined;
  const answered = ask(...START).then((reply) => {
    status = reply.status;
  });
  await arrived;
  await clock.advance(799);
  expect(simulator.world.room(1)?.status).toBe("available");
  expect(status).toBeUndefined();
  await clock.advance(1);
  await answered;
  expect(status).toBe(200);
  simulator.fault({ kind: "latency", ms: [500, 600], when: "after-acting" });
  const stopArrived = new Promise((resolve) => simulator.requests.onRequest(resolve));
  const stopped = ask("POST", "rooms/1/record/stop", {});
  await stopArrived;
  await settle();
  expect(simulator.world.room(1)?.status).toBe("available");
  await clock.advance(600);
  expect((await stopped).status).toBe(200);
});

test.for(["before-acting", "after-acting"] as const)("a dropped connection, %s", async (when) => {
  const { simulator, ask } = await start();
  simulator.fault({ kind: "drop", when });
  await expect(ask(...START)).rejects.toThrow();
  expect(simulator.world.room(1)?.status).toBe(when === "after-acting" ? "recording" : "available");
  expect(simulator.requests.of("POST rooms/{r}/record/start")[0]?.answerStatus).toBe("none");
});

test.for(["before-acting", "after-acting"] as const)("a request that is never answered, %s", async (when) => {
  const { simulator, ask } = await start();
  simulator.fault({ kind: "hang", when });
  const settled = new Promise((resolve) => simulator.requests.onAnswer(resolve));
  const request = ask(...START);
  request.catch(() => undefined);
  expect(await settled).toMatchObject({ answerStatus: "none" });
  expect(simulator.world.room(1)?.status).toBe(when === "after-acting" ? "recording" : "available");
  await simulator.close();
  await expect(request).rejects.toThrow();
});

test.for(["before-acting", "after-acting"] as const)("a 500, %s", async (when) => {
  const { simulator, ask } = await start();
  simulator.fault({ kind: "error", status: 500, when });
  expect(await ask(...START)).toEqual({
    status: 500,
    body: { error: { code: 500, message: "Internal Server Error" } },
  });
  expect(simulator.world.room(1)?.status).toBe(when === "after-acting" ? "recording" : "available");
});

test("a 502 is a page", async () => {
  const { simulator, ask } = await start();
  simulator.fault({ kind: "error", status: 502 });
  const reply = await ask("GET", "rooms/1/status");
  expect(reply.status).toBe(502);
  expect(reply.body).toContain("<h1>502 Bad Gateway</h1>");
});

test("answers can be spoilt after the server has acted", async () => {
  const { simulator, ask } = await start();
  simulator.fault({ kind: "spoil", how: "malformed", count: 1 });
  const malformed = await ask(...START);
  expect(malformed.body).toEqual(expect.stringMatching(/^\{"data":\{/));
  expect(simulator.world.room(1)?.status).toBe("recording");
  simulator.fault({ kind: "spoil", how: "empty", count: 1 });
  expect(await ask("GET", "rooms/1/status")).toEqual({ status: 200, body: "" });
  simulator.fault({ kind: "spoil", how: "html", count: 1 });
  expect((await ask("GET", "rooms/1/status")).body).toContain("<!doctype html>");
  simulator.fault({ kind: "spoil", how: "truncated", count: 1 });
  await expect(ask("GET", "rooms/1/status")).rejects.toThrow();
  expect((await ask("GET", "rooms/1/status")).status).toBe(200);
});

test("a fault strikes only the method, the path and the number of requests that it names", async () => {
  const { simulator, ask } = await start({ rooms: 12 });
  simulator.fault({ kind: "error", status: 500, method: "GET", path: "rooms/1", count: 2 });
  const statuses = [
    (await ask("GET", "rooms/12/status")).status,
    (await ask("POST", "rooms/1/lock", {})).status,
    (await ask("GET", "rooms/1/status")).status,
    (await ask("GET", "rooms/1/status")).status,
    (await ask("GET", "rooms/1/status")).status,
  ];
  expect(statuses).toEqual([200, 200, 500, 500, 200]);
});

test("the probability of a fault is met, and the same seed strikes the same requests", async () => {
  const strikes = async () => {
    const { simulator, ask } = await start({ seed: 3 });
    simulator.fault({ kind: "error", status: 500, probability: 0.3 });
    let pattern = "";
    for (let request = 0; request < 200; request++) {
      pattern += (await ask("GET", "rooms/1/status")).status === 500 ? "x" : ".";
    }
    return pattern;
  };
  const first = await strikes();
  expect(await strikes()).toBe(first);
  expect(first.split("x").length - 1).toBeGreaterThan(40);
  expect(first.split("x").length - 1).toBeLessThan(80);
});

test("a refused token is a 401 that never acts, and a login does not help until the fault is gone", async () => {
  const { simulator, ask } = await start();
  simulator.fault({ kind: "refuse-token", path: "rooms" });
  expect((await ask(...START)).status).toBe(401);
  expect(await logIn(simulator)).toHaveLength(32);
  expect((await ask(...START)).status).toBe(401);
  expect(simulator.world.room(1)?.status).toBe("available");
  simulator.clearFaults();
  expect((await ask(...START)).status).toBe(200);
});

test("a lag can be set while the server runs, and ends with the faults", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  await clock.advance(5000);
  simulator.fault({ kind: "status-lag", lagMs: 3000 });
  simulator.somebodyElse(1, "start");
  expect((await ask("GET", "rooms/1/status")).body).toMatchObject({ data: { status: "available" } });
  simulator.clearFaults();
  expect((await ask("GET", "rooms/1/status")).body).toMatchObject({ data: { status: "recording" } });
});

test("a server that is down refuses connections, and comes back on its port with what it knew", async () => {
  const { simulator, ask } = await start();
  await ask(...START);
  simulator.fault({ kind: "down" });
  expect(simulator.isUp()).toBe(false);
  // The connection that was kept open is cut, and a new one is refused.
  await expect(ask("GET", "rooms/1/status")).rejects.toThrow();
  await expect(ask("GET", "rooms/1/status")).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  expect(await simulator.up()).toEqual({ ok: true, value: undefined });
  expect((await ask("GET", "rooms/1/status")).body).toMatchObject({ data: { status: "recording" } });
});

test("going down forgets requests that were being delayed: they are not acted on", async () => {
  const clock = createFakeClock();
  const { simulator, ask } = await start({ clock });
  simulator.fault({ kind: "latency", ms: 1000 });
  const arrived = new Promise((resolve) => simulator.requests.onRequest(resolve));
  const lost = ask(...START);
  lost.catch(() => undefined);
  await arrived;
  await simulator.down();
  await expect(lost).rejects.toThrow();
  await clock.advance(2000);
  expect(simulator.world.room(1)?.status).toBe("available");
});

test("the control API shows and changes the world, and puts the server down and up", async () => {
  const { simulator, ask } = await start({ rooms: 2 });
  const control = (method: string, path: string, body?: unknown) =>
    call(`${simulator.controlUrl}${path}`, method, body);
  expect(
    (await control("POST", "/rooms/1/somebody-else", { what: "start", who: "card-reader" })).body,
  ).toMatchObject({ id: 1, status: "recording", authorId: 4 });
  expect((await control("POST", "/rooms/1/somebody-else", { what: "start" })).status).toBe(409);
  expect((await control("POST", "/rooms/1/somebody-else", { what: "explode" })).status).toBe(400);
  await control("POST", "/faults", { kind: "error", status: 500 });
  expect((await control("POST", "/faults", { kind: "earthquake" })).status).toBe(400);
  expect((await ask("GET", "rooms/1/status")).status).toBe(500);
  expect((await control("GET", "/state")).body).toMatchObject({
    up: true,
    valt: "6.6",
    faults: [{ kind: "error", status: 500 }],
    rooms: [{ id: 1, status: "recording" }, { id: 2 }],
  });
  expect((await control("DELETE", "/faults")).body).toEqual({ up: true });
  expect((await control("POST", "/down")).body).toEqual({ up: false });
  await expect(ask("GET", "rooms/1/status")).rejects.toThrow();
  expect((await control("POST", "/up")).body).toEqual({ up: true });
  expect((await ask("GET", "rooms/1/status")).status).toBe(200);
  await control("POST", "/expire-tokens");
  expect((await ask("GET", "rooms/1/status")).status).toBe(401);
  expect((await control("GET", "/requests")).body).toMatchObject({
    counts: { "GET rooms/{r}/status": 3, "POST login": 1 },
  });
  expect((await control("GET", "/elsewhere")).status).toBe(404);
});
