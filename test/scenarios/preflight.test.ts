import { expect, test } from "vitest";
import { startDecks } from "../support/decks.ts";
import { startRig, until } from "../support/rig.ts";

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
  ]);
});

test("a room that is called otherwise on the server is not recorded, only stopped", async () => {
  const { bridge, simulator, surface } = await startRig({
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

test("one lamp shows whether the site is ready", async () => {
  const ready = await startDecks({ desk: { controls: { "key-1": { look: "ready" } } } });
  await ready.deck("desk").wait(1, /^green ready "READY"/);
});
