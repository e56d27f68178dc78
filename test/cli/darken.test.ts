import { spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { startFakeDock } from "../devices/stream-deck/fake-dock.ts";
import { decodeOsc, mappingText, rest, type Spoken, until } from "../support/rig.ts";
import { scratch, valtBridge } from "./valt-bridge.ts";

/** A machine whose lamps are set by datagrams, and stay as they are when nobody sends any. */
async function startLamps() {
  const socket: Socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  const told: Spoken[] = [];
  socket.on("message", (bytes) => told.push(decodeOsc(bytes)));
  const last = (address: string) => told.findLast((one) => one.address === address)?.values;
  return { port: socket.address().port, told, last };
}

async function startSite(devices: Readonly<Record<string, unknown>>) {
  const created = await createSimulator({ rooms: 1 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { folder, write } = scratch();
  const rooms = { "interview-1": 1 };
  const file = write("site.jsonc", mappingText(created.value.url, { rooms, extra: { devices } }));
  const environment = { XDG_RUNTIME_DIR: folder, STATE_DIRECTORY: folder };
  return { simulator: created.value, run: (...args: string[]) => valtBridge([...args, file], environment) };
}

const red = { controls: { "/door": { tap: "toggle", look: "tally" } } };
const lampsAt = (port: number) => ({
  kind: "osc",
  listen: "udp://127.0.0.1:0",
  targets: `udp://127.0.0.1:${port}`,
  room: "interview-1",
  ...red,
});

test("after a kill the lamp still says what it said, and darken makes it dark", async () => {
  const lamps = await startLamps();
  const { simulator, run } = await startSite({ door: lampsAt(lamps.port) });
  simulator.somebodyElse(1, "start");
  const bridge = run("run");
  await bridge.shows("device open");
  await until(
    "a lit lamp",
    () => lamps.last("/door/lamp")?.[0] !== undefined && lamps.last("/door/lamp")?.[0] !== 0,
  );

  const early = await run("darken").ended;
  expect(early.out).toContain("door: left alone: the running bridge has it (process ");
  expect(early.code).toBe(0);
  expect(lamps.last("/door/lamp")?.[0]).not.toBe(0);

  bridge.process.kill("SIGKILL");
  await bridge.ended;
  await rest(200);
  expect(lamps.last("/door/lamp")?.[0]).not.toBe(0);
  const { out, code } = await run("darken").ended;
  expect(out).toContain("door: dark (");
  expect(code).toBe(0);
  await until("a dark lamp", () => lamps.last("/door/lamp")?.[0] === 0);
  expect(lamps.last("/door/color")).toEqual([0, 0, 0]);
});

test("the picture that a killed bridge left on a deck is replaced", async () => {
  const dock = await startFakeDock({
    dialect: "cora",
    productId: 0xffff,
    serialNumber: "A00DA1234567X1",
    child: { productId: 0x006c, serialNumber: "CL00K1A00001" },
  });
  onTestFinished(() => dock.close());
  const address = `tcp://127.0.0.1:${dock.port}`;
  const { run } = await startSite({ desk: { kind: "stream-deck", address, room: "interview-1" } });
  const bridge = run("run");
  await bridge.shows("device open");
  await until("pictures", () => dock.deck.heard.length > 15);
  bridge.process.kill("SIGKILL");
  await bridge.ended;
  await until("nobody at the deck", () => dock.deck.connections() === 0);
  const before = dock.deck.heard.length;
  const picturesSince = () =>
    dock.deck.heard.slice(before).filter(({ payload }) => isPicture(payload)).length;
  const { out, code } = await run("darken").ended;
  expect([out, code]).toEqual([expect.stringContaining("desk: dark ("), 0]);
  expect(picturesSince()).toBeGreaterThanOrEqual(32);
});

test("a panel that another program has open is left alone", async () => {
  const user = spawn("sleep", ["60"], { stdio: [openSync("/dev/full", "r"), "ignore", "ignore"] });
  onTestFinished(() => void user.kill("SIGKILL"));
  const desk = { kind: "stream-deck", path: "/dev/full", room: "interview-1" };
  const { run } = await startSite({ desk });
  const { out, code } = await run("darken").ended;
  expect(out).toMatch(/^desk: left alone: \S+ has it open \(process \d+\)$/m);
  expect(code).toBe(0);
});

test("a panel that cannot be opened is named, and the others are dark all the same", async () => {
  const lamps = await startLamps();
  const { run } = await startSite({
    door: lampsAt(lamps.port),
    gone: { kind: "stream-deck", address: "tcp://127.0.0.1:9", room: "interview-1" },
    line: { kind: "osc", listen: "udp://127.0.0.1:0" },
  });
  const { out, err, code } = await run("darken").ended;
  expect(out).toContain("door: dark (");
  expect(err).toContain("gone: not dark: ");
  expect(`${out}${err}`).not.toContain("line: ");
  expect(code).toBe(1);
});

test("panels that never answer are given up within five seconds, all of them together", async () => {
  const silent = await startSilentListener();
  const silentDeck = { kind: "stream-deck", address: `tcp://127.0.0.1:${silent}`, room: "interview-1" };
  const { run } = await startSite({ one: silentDeck, two: silentDeck });
  const startMs = performance.now();
  const { err, code } = await run("darken").ended;
  expect(performance.now() - startMs).toBeLessThan(12_000);
  expect(err).toContain("one: not dark: ");
  expect(err).toContain("two: not dark: ");
  expect(code).toBe(1);
});

test("a mapping with errors is told, with the exit code for it", async () => {
  const { code, err } = await valtBridge(["darken", scratch().write("bad.jsonc", "{")]).ended;
  expect(code).toBe(3);
  expect(err).toContain("error");
});

/** A part of a picture for one key: report 02, command 07 (node-elgato-stream-deck, gen2). */
function isPicture(payload: Buffer): boolean {
  return payload[0] === 0x02 && payload[1] === 0x07;
}

async function startSilentListener(): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
