import { expect, test } from "vitest";
import { roomName } from "../../src/base/identifiers.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { logIn } from "../simulator/start.ts";
import { startDecks } from "../support/decks.ts";
import { rest, startRig, until } from "../support/rig.ts";

test("a site in order is ready, with every check said", async () => {
  const { bridge } = await startRig();
  const readiness = await until("readiness", () => {
    const { readiness: found } = bridge.status();
    return found.state === "ready" && found;
  });
  expect(readiness.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "login fine",
    "rooms fine",
    "rights fine",
    "clock fine",
    "certificate fine",
    "freshness fine",
  ]);
});

test("a room that is called otherwise on the server is not recorded, only stopped", async () => {
  const { bridge, simulator, surface, facts } = await startRig({
    rooms: { "interview-1": { id: 1, serverName: "Somewhere else" }, "interview-2": 2 },
  });
  await until("the check", () => bridge.status().readiness.state === "not-ready");
  expect(bridge.status().alarms).toMatchObject([{ kind: "wrong-room", room: "interview-1" }]);
  surface.send("/valt/room/interview-1/start");
  await until("the refusal", () => surface.last("/valt/error")?.[1] === "ROOM");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  surface.send("/valt/subscribe", 60);
  simulator.somebodyElse(1, "start", "web-ui");
  await until("recording", () => surface.last("/valt/room/interview-1/recording")?.[0] === 1);
  surface.send("/valt/room/interview-1/stop");
  await until("stopped", () => simulator.requests.count("POST rooms/{r}/record/stop") === 1);
  await rest(100);
  expect(facts.filter(({ kind }) => kind === "alarm").map((fact) => "state" in fact && fact.state)).toEqual([
    "raised",
  ]);
});

test("a rename is noticed with the next answer that carries the name, whatever it was asked for", async () => {
  const { bridge, simulator, surface } = await startRig({
    rooms: { "interview-1": { id: 1, serverName: "Interview 1" }, "interview-2": 2 },
  });
  await until("readiness", () => bridge.status().readiness.state === "ready");
  await rename(simulator, "Waiting room");
  surface.send("/valt/room/interview-1/start");
  await until("the alarm", () => bridge.status().alarms[0]?.kind === "wrong-room");
  await until("the check", () => bridge.status().readiness.state === "not-ready");
  surface.send("/valt/room/interview-1/marker");
  await until("the refusal", () => surface.last("/valt/error")?.[1] === "ROOM");
  await rest(300);
  expect(bridge.status().alarms).toMatchObject([{ kind: "wrong-room", room: "interview-1" }]);
});

test("a name that is not known yet is asked before a start or a mark, and a wrong one keeps it from being sent", async () => {
  const { bridge, simulator, surface } = await startRig({
    rooms: {
      "interview-1": { id: 1, serverName: "Somewhere else" },
      "interview-2": { id: 2, serverName: "Elsewhere" },
    },
    faults: [{ kind: "error", status: 500, path: "rooms/info", count: 1 }],
  });
  await until("the check", () => bridge.status().readiness.checks.some(({ state }) => state === "not-known"));
  expect(bridge.status().alarms).toEqual([]);
  for (const wish of ["interview-1/start", "interview-2/marker"]) {
    surface.send(`/valt/room/${wish}`);
    const refusal = () => surface.all("/valt/error").find(({ values }) => values[2] === `/valt/room/${wish}`);
    expect((await until("the refusal", refusal)).values[1]).toBe("ROOM");
  }
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);
  expect(bridge.status().alarms.map(({ kind, room }) => `${kind} ${room}`)).toEqual([
    "wrong-room interview-1",
    "wrong-room interview-2",
  ]);
});

test("a start does not die because the name cannot be had in time", async () => {
  const { simulator, surface } = await startRig({
    rooms: { "interview-1": { id: 1, serverName: "Interview 1" } },
    faults: [{ kind: "hang", path: "rooms/info" }],
  });
  await until("the room", () => simulator.requests.count("GET rooms/{r}/status") > 0);
  surface.send("/valt/room/interview-1/start");
  await until("recording", () => simulator.world.room(1)?.status === "recording");
});

test("the lamp, the status and the truth agree while the server is down, and ready is only what was checked since", async () => {
  const { deck, simulator, bridge } = await startDecks({
    desk: { controls: { "key-1": { look: "ready" } } },
  });
  await deck("desk").wait(1, /^green ready "READY"/);
  await simulator.down();
  await until("another lamp", () => !deck("desk").sees(1).startsWith("green"));
  expect(bridge.status()).toMatchObject({ readiness: { state: "not-ready" }, server: { state: "lost" } });
  expect(bridge.status().readiness.reason).toBe(bridge.status().server.why);
  const logins = simulator.requests.count("POST login");
  await simulator.up();
  await deck("desk").wait(1, /^green ready "READY"/);
  expect(simulator.requests.count("POST login")).toBeGreaterThan(logins);
});

test("a room that the server does not have, and a wrong password, are said with the remedy", async () => {
  const { bridge } = await startRig({ rooms: { cellar: 99 } });
  const failing = await until("the check", () =>
    bridge.status().readiness.checks.find(({ state }) => state === "failed"),
  );
  expect(failing).toMatchObject({ name: "rooms", text: 'the server shows no room 99 ("cellar")' });
  expect(failing.remedy).toContain("valt-bridge rooms");

  const locked = await startRig({ simulator: { password: "another" } });
  const login = await until("the check", () =>
    locked.bridge.status().readiness.checks.find(({ state }) => state === "failed"),
  );
  expect(login.name).toBe("login");
  expect(login.remedy).toContain("password");
});

test("a refused account is told on every room's key, and a person alone has it tried again", async () => {
  const { bridge, simulator } = await startRig({ simulator: { password: "another" } });
  const logins = () => simulator.requests.count("POST login");
  const why = /^VALT refuses the login/;
  await until("the reason", () => why.test(bridge.view(roomName("interview-2")).trouble ?? ""));
  expect(bridge.status().server).toMatchObject({ state: "lost", account: "at-fault" });
  expect(logins()).toBe(1);
  bridge.retryLogin();
  await until("another login", () => logins() === 2);
});

test("one lamp shows whether the site is ready", async () => {
  const ready = await startDecks({ desk: { controls: { "key-1": { look: "ready" } } } });
  await ready.deck("desk").wait(1, /^green ready "READY"/);
});

/** The administrator gives room 1 another name. */
async function rename(simulator: Simulator, name: string): Promise<void> {
  const token = await logIn(simulator);
  const address = `${simulator.url}/api/v3/admin/rooms/1/edit?access_token=${token}`;
  const headers = { "content-type": "application/json" };
  await fetch(address, { method: "POST", headers, body: JSON.stringify({ name }) });
}
