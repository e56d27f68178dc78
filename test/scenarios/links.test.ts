import { expect, onTestFinished, test } from "vitest";
import { openSurface, rest, type Surface, startRig, until } from "../support/rig.ts";

const ROOM = "/valt/room/interview-1";

test("where a passcode is needed nothing is answered but denied until the right one is given", async () => {
  const { simulator, surface, ports } = await startRig({
    device: { passcodeFrom: "DESK_PASSCODE" },
    secrets: { DESK_PASSCODE: "open sesame" },
  });
  for (const address of ["/valt/ping", "/valt/status", `${ROOM}/start`]) {
    surface.send(address);
    await until("denied", () => surface.last("/valt/error")?.[2] === address);
  }
  surface.send("/valt/connect", "open says me");
  await until("the refusal", () => surface.last("/valt/error")?.[2] === "/valt/connect");
  expect(new Set(surface.told.map(({ values }) => values[0]))).toEqual(new Set([24]));
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(0);

  surface.send("/valt/connect", "open sesame");
  await until("the welcome", () => surface.last("/valt/ok")?.[0] === "/valt/connect");
  surface.send(`${ROOM}/start`);
  await until("recording", () => simulator.world.room(1)?.status === "recording");

  const stranger = await another(ports.udp);
  stranger.send(`${ROOM}/stop`);
  await until("denied", () => stranger.last("/valt/error")?.[0] === 24);
  expect(simulator.world.room(1)?.status).toBe("recording");
});

test("keys do nothing either before the passcode was given", async () => {
  const { simulator, surface, bridge } = await startRig({
    device: {
      passcodeFrom: "DESK_PASSCODE",
      room: "interview-1",
      controls: { "/page/key": { press: "start" } },
    },
    secrets: { DESK_PASSCODE: "open sesame" },
  });
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  surface.send("/page/key");
  await until("the drop", () => bridge.status().devices[0]?.dropped["no passcode given"] === 1);
  surface.send("/valt/connect", "open sesame");
  surface.send("/page/key");
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
});

test("who floods is heard forty times and twenty a second, and nobody else notices", async () => {
  const { surface, bridge, ports } = await startRig();
  const neighbour = await another(ports.udp);
  for (let sent = 0; sent < 300; sent++) {
    surface.send("/valt/ping");
    if (sent % 50 === 49) await rest(1);
  }
  neighbour.send("/valt/ping");
  await until("the neighbour's pong", () => neighbour.last("/valt/pong") !== undefined);
  await until("the drops", () => (dropped(bridge.status()) ?? 0) > 200);
  const heard = surface.all("/valt/pong").length;
  expect(heard).toBeGreaterThanOrEqual(40);
  expect(heard).toBeLessThan(60);
  await rest(500);
  surface.send("/valt/ping");
  await until("the next pong", () => surface.all("/valt/pong").length === heard + 1);
});

test("wildcards ask about rooms and never command them", async () => {
  const { simulator, surface, bridge } = await startRig();
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  for (const pattern of ["*", "interview-?", "interview-[12]"]) {
    surface.told.length = 0;
    surface.send(`/valt/room/${pattern}/state`);
    await until(
      "both rooms",
      () => surface.last("/valt/room/interview-2/state") && surface.last(`${ROOM}/state`),
    );
    const asked = `/valt/room/${pattern}/start`;
    surface.send(asked);
    await until("the refusal", () => surface.last("/valt/error")?.[2] === asked);
    expect(surface.last("/valt/error")?.[0]).toBe(24);
  }
  expect(simulator.requests.all().filter(({ path }) => path.includes("record"))).toEqual([]);
});

test("rooms and addresses that do not exist are told apart; rooms are found by number and in any case", async () => {
  const { surface } = await startRig();
  for (const [asked, code] of [
    ["/valt/room/cellar/start", 12],
    ["/valt/room/cellar/state", 12],
    [`${ROOM}/explode`, 10],
    ["/valt/teapot", 10],
    ["/elsewhere", 10],
  ] as const) {
    surface.send(asked);
    await until(asked, () => surface.last("/valt/error")?.[2] === asked);
    expect(surface.last("/valt/error")?.[0]).toBe(code);
  }
  for (const room of ["1", "INTERVIEW-1"]) {
    surface.told.length = 0;
    surface.send(`/VALT/Room/${room}/State/`);
    await until("the room", () => surface.last(`${ROOM}/state`) !== undefined);
  }
});

test("two subscribers see what the other one does, until one of them has had enough", async () => {
  const { surface, ports } = await startRig();
  const other = await another(ports.udp);
  for (const one of [surface, other]) {
    one.send("/valt/subscribe", 60);
    await until("the room", () => one.last(`${ROOM}/state`)?.[0] === "available");
  }
  surface.send(`${ROOM}/start`);
  await until("the other's red", () => other.last(`${ROOM}/recording`)?.[0] === 1);
  other.send(`${ROOM}/stop`);
  await until("the end", () => surface.last(`${ROOM}/recording`)?.[0] === 0);
  expect(other.all("/valt/ok").map(({ values }) => values[0])).toEqual(["/valt/subscribe", `${ROOM}/stop`]);

  other.send("/valt/unsubscribe");
  await rest(60);
  const before = other.told.length;
  surface.send(`${ROOM}/start`);
  await until("red", () => surface.last(`${ROOM}/recording`)?.[0] === 1);
  await rest(100);
  expect(other.told.length).toBe(before);
});

test("who subscribes to a site of 500 rooms is told about every one of them", async () => {
  const rooms = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`room-${index + 1}`, index + 1]),
  );
  const { surface, bridge } = await startRig({
    simulator: { rooms: 500 },
    rooms,
    timing: { idlePollMs: 60_000, freshMs: 180_000, requestsPerSecond: 10_000 },
  });
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  surface.send("/valt/subscribe", 60);
  const ofRooms = () => surface.told.filter(({ address }) => address.startsWith("/valt/room/"));
  await until("all rooms", () => new Set(ofRooms().map(({ address }) => address)).size === 5 * 500);
});

test("a lamp blinks within 50 ms of the press although the server takes a second, and is red only then", async () => {
  const target = await another(0);
  const { simulator, surface, bridge } = await startRig({
    deadlineMs: 3000,
    device: {
      room: "interview-1",
      targets: `udp://127.0.0.1:${target.port}`,
      controls: { "/page/record": { press: "toggle", look: "tally" } },
    },
    timing: { toggleRepeatMs: 0 },
  });
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  const tookMs: number[] = [];
  for (let press = 0; press < 5; press++) {
    await until("a steady lamp", () => target.last("/page/record/lamp")?.[0] === STEADY);
    await rest(60);
    simulator.fault({ kind: "latency", ms: press === 0 ? 1000 : 250, path: "rooms/1/record" });
    const pressedMs = performance.now();
    surface.send("/page/record", 1);
    surface.send("/page/record", 0);
    await until("the blinking", () => target.last("/page/record/lamp")?.[0] === FAST, 900);
    tookMs.push((target.all("/page/record/lamp").at(-1)?.atMs ?? Infinity) - pressedMs);
    expect(target.last("/page/record/color")).not.toEqual(RED);
    await until("the end", () => target.last("/page/record/lamp")?.[0] === STEADY);
    expect(target.last("/page/record/color")).toEqual(press % 2 === 0 ? RED : GREEN);
    simulator.clearFaults();
  }
  const medianMs = tookMs.toSorted((one, two) => one - two)[2] ?? Infinity;
  process.stdout.write(`press to pending lamp, median of 5: ${medianMs.toFixed(1)} ms\n`);
  expect(Math.max(...tookMs)).toBeLessThan(150);
});

const STEADY = 1;
const FAST = 3;
const RED = [255, 0, 0];
const GREEN = [0, 180, 60];

/** Somebody else on this machine, with a port of their own. */
async function another(bridgePort: number): Promise<Surface> {
  const surface = await openSurface(bridgePort);
  onTestFinished(() => surface.close());
  return surface;
}

function dropped(status: {
  devices: readonly { dropped: Readonly<Record<string, number>> }[];
}): number | undefined {
  return status.devices[0]?.dropped["too many messages"];
}
