import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import {
  mappingText,
  openSurface,
  parse,
  portsOf,
  type RigSettings,
  rest,
  startRig,
  until,
} from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";
const KEY = "/page/key";

test("a key gets another meaning while the port stays open and subscribers stay subscribed", async () => {
  const { simulator, surface, bridge, ports } = await startRig(keyed({ tap: "start" }));
  surface.send("/valt/subscribe", 60);
  await until("the room", () => surface.last(`${ROOM}/state`)?.[0] === "available");
  tap(surface);
  await until("recording", () => surface.last(`${ROOM}/state`)?.[0] === "recording");
  await bridge.adopt(parse(mappingText(simulator.url, keyed({ tap: "stop" }))));
  expect(portsOf(bridge, "surface")).toEqual(ports);
  tap(surface);
  await until("stopped", () => surface.last(`${ROOM}/state`)?.[0] === "available");
  surface.send("/valt/ping");
  await until("the pong", () => surface.last("/valt/pong") !== undefined);
});

test("a room that is taken out is no longer known, one that is added is served at once", async () => {
  const { simulator, surface, bridge } = await startRig();
  surface.send("/valt/subscribe", 60);
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  const rooms = { "interview-1": 1, "interview-3": 3 };
  await bridge.adopt(parse(mappingText(simulator.url, { rooms })));
  surface.send("/valt/room/interview-2/start");
  await until("the objection", () => surface.last("/valt/error")?.[1] === "ROOM");
  surface.send("/valt/room/interview-3/start");
  await until("recording", () => surface.last("/valt/room/interview-3/state")?.[0] === "recording");
  expect(simulator.world.room(2)?.status).toBe("available");
  expect(bridge.status().rooms.map(({ name }) => name)).toEqual(["interview-1", "interview-3"]);
});

test("a room that is taken out the moment it changes does not bring the bridge down", async () => {
  const { simulator, surface, bridge } = await startRig();
  surface.send("/valt/subscribe", 60);
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  // The second of two changes within 50 ms waits for its turn.
  await rest(60);
  surface.send("/valt/room/interview-2/start");
  await until("the start", () => bridge.status().rooms[1]?.status === "recording");
  await bridge.adopt(parse(mappingText(simulator.url, { rooms: { "interview-1": 1 } })));
  await rest(200);
  surface.send("/valt/ping");
  await until("the pong", () => surface.last("/valt/pong") !== undefined);
});

test("a device that listens elsewhere is opened anew, and the old port is free", async () => {
  const { simulator, surface, bridge, ports } = await startRig();
  const port = await freePort();
  const device = { listen: `udp://127.0.0.1:${port}` };
  await bridge.adopt(parse(mappingText(simulator.url, { device })));
  const moved = await until("the new port", () => portsOf(bridge, "surface"));
  expect(moved.udp).toBe(port);
  const other = await openSurface(port);
  onTestFinished(() => other.close());
  other.send("/valt/ping");
  await until("the pong", () => other.last("/valt/pong") !== undefined);
  surface.send("/valt/ping");
  await rest(100);
  expect(surface.last("/valt/pong")).toBeUndefined();
  expect(ports.udp).not.toBe(port);
});

test("a key that is being held does what it meant when it went down", async () => {
  const { simulator, surface, bridge } = await startRig(keyed({ hold: "start", holdMs: 300 }));
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  surface.send(KEY, 1);
  await rest(100);
  await bridge.adopt(parse(mappingText(simulator.url, keyed({ hold: "lock", holdMs: 300 }))));
  await until("recording", () => bridge.status().rooms[0]?.status === "recording");
  surface.send(KEY, 0);
  simulator.somebodyElse(1, "stop");
  await until("stopped", () => bridge.status().rooms[0]?.status === "available");
  surface.send(KEY, 1);
  await until("locked", () => simulator.world.room(1)?.status === "locked");
});

test("another server's address moves looks and commands there", async () => {
  const { simulator, surface, bridge } = await startRig();
  const created = await createSimulator({ rooms: 4 });
  if (!created.ok) throw new Error(created.failure.message);
  const other = created.value;
  onTestFinished(() => other.close());
  other.somebodyElse(1, "lock");
  surface.send("/valt/subscribe", 60);
  await until("the room", () => surface.last(`${ROOM}/state`)?.[0] === "available");
  await bridge.adopt(parse(mappingText(other.url)));
  await until("locked there", () => surface.last(`${ROOM}/state`)?.[0] === "locked");
  simulator.requests.clear();
  surface.send("/valt/room/interview-2/start");
  await until("recording there", () => other.world.room(2)?.status === "recording");
  expect(simulator.requests.all()).toEqual([]);
});

function keyed(binding: Readonly<Record<string, unknown>>): RigSettings {
  return { device: { room: "interview-1", controls: { [KEY]: { ...binding, look: "tally" } } } };
}

function tap(surface: { send(address: string, value: number): void }): void {
  surface.send(KEY, 1);
  surface.send(KEY, 0);
}

async function freePort(): Promise<number> {
  const surface = await openSurface(0);
  const { port } = surface;
  surface.close();
  return port;
}
