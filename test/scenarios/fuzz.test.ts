import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { encodeOsc, type Rig, rest, startRig, until } from "../support/rig.ts";

const PACKETS = 20_000;
const OVER_TCP = 4000;
const PACKETS_PER_CONNECTION = 100;
const MOST_GROWTH_BYTES = 16 * 1024 * 1024;

test("20,000 random, cut and damaged packets over UDP and TCP do nothing, and the bridge still answers", async () => {
  const rig = await startRig({
    facts: "dropped",
    device: {
      listen: ["udp://127.0.0.1:0", "tcp://127.0.0.1:0"],
      limit: { perSecond: 1_000_000, burst: 1_000_000 },
      room: "interview-1",
      controls: { "/page/key": { press: "start" } },
    },
  });
  const { simulator, surface, bridge, ports } = rig;
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  const chance = createChance(20_260_131);
  await sendDatagrams(rig, chance, 500);
  const beforeBytes = heapBytes();
  await sendDatagrams(rig, chance, PACKETS - OVER_TCP);
  for (let sent = 0; sent < OVER_TCP; sent += PACKETS_PER_CONNECTION) await sendStream(ports.tcp, chance);
  surface.told.length = 0;
  const growthBytes = heapBytes() - beforeBytes;

  surface.send("/valt/ping");
  await until("the pong", () => surface.last("/valt/pong") !== undefined);
  const posted = simulator.requests
    .all()
    .filter(({ method, key }) => method === "POST" && key !== "POST login");
  expect(posted).toEqual([]);
  expect(simulator.world.recordings()).toEqual([]);
  const [device] = bridge.status().devices;
  expect(device?.status.kind).toBe("open");
  expect(device?.dropped["unreadable packet"]).toBeGreaterThan(PACKETS / 10);
  expect(growthBytes).toBeLessThan(MOST_GROWTH_BYTES);
});

test("the same key and commands do act when their packets are whole", async () => {
  const { simulator, surface, bridge } = await startRig({
    device: { room: "interview-1", controls: { "/page/key": { press: "start" } } },
  });
  await until("the room", () => bridge.status().rooms[0]?.status === "available");
  for (const bytes of COMMANDS) if (isWholeCommand(bytes)) surface.sendBytes(bytes);
  await until("a command", () => simulator.world.recordings().length > 0);
});

const ROOM = "/valt/room/interview-1";
const COMMANDS: readonly Buffer[] = [
  encodeOsc(`${ROOM}/start`, []),
  encodeOsc(`${ROOM}/record`, [1]),
  encodeOsc(`${ROOM}/stop`, [true]),
  encodeOsc(`${ROOM}/marker`, ["She hesitates"]),
  encodeOsc("/valt/room/2/toggle", [0.75]),
  encodeOsc("/page/key", [1]),
  Buffer.from(`${ROOM}/start\r\n`),
  inBundle([encodeOsc(`${ROOM}/start`, [1]), encodeOsc(`${ROOM}/record`, [1])]),
];

type Chance = (below: number) => number;

/** Noise; or a command that was cut, damaged, lengthened, or torn and joined with another one. */
function damage(chance: Chance): Buffer {
  const command = Buffer.from(COMMANDS[chance(COMMANDS.length)] ?? "");
  switch (chance(6)) {
    case 0:
      return noise(chance, 1 + chance(200));
    case 1:
      return command.subarray(0, chance(command.length));
    case 2:
      return Buffer.concat([Buffer.from("/"), noise(chance, chance(64))]);
    case 3:
      return Buffer.concat([command.subarray(chance(command.length)), noise(chance, chance(16))]);
    case 4:
      return Buffer.concat([command.subarray(0, chance(command.length)), noise(chance, chance(32))]);
    default:
      for (let hits = 1 + chance(6); hits > 0; hits--) command[chance(command.length)] = chance(256);
      return command;
  }
}

/** Damage may miss: a packet in which a command still stands to its end may act, and is not sent. */
function isWholeCommand(bytes: Buffer): boolean {
  const leaf = "start|stop|toggle|pause|resume|lock|unlock|record|marker|set";
  const command = `/valt/+room/+(?:interview-[12]|[12])/+(?:(?:${leaf})/*)+(?![a-z])|/page/key/*(?![a-z])`;
  return new RegExp(command, "i").test(bytes.toString("latin1"));
}

function nextHarmless(chance: Chance): Buffer {
  for (;;) {
    const bytes = damage(chance);
    if (!isWholeCommand(bytes)) return bytes;
  }
}

async function sendDatagrams({ surface }: Rig, chance: Chance, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    surface.sendBytes(nextHarmless(chance));
    // A receive buffer holds only so much, and the answers must be read as well.
    if (sent % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
    if (surface.told.length > 1000) surface.told.length = 0;
  }
  await rest(100);
}

/** One connection, in one of the framings, its bytes split anywhere; the bridge may hang up on it. */
async function sendStream(port: number, chance: Chance): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).resume();
  const framing = chance(4);
  for (let sent = 0; sent < PACKETS_PER_CONNECTION; sent++) {
    const bytes = wrap(nextHarmless(chance), framing);
    const cut = chance(bytes.length + 1);
    write(socket, bytes.subarray(0, cut));
    if (chance(4) === 0) await new Promise((resolve) => setImmediate(resolve));
    write(socket, bytes.subarray(cut));
  }
  socket.end();
  await Promise.race([new Promise((resolve) => socket.once("close", resolve)), rest(300)]);
  socket.destroy();
}

function write(socket: Socket, bytes: Uint8Array): void {
  if (socket.writable && bytes.length > 0) socket.write(bytes);
}

function wrap(bytes: Buffer, framing: number): Buffer {
  const end = Buffer.from([0xc0]);
  if (framing === 0) return Buffer.concat([end, bytes, end]);
  if (framing === 1) return Buffer.concat([bytes, Buffer.from("\r\n")]);
  if (framing === 2) return bytes;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function inBundle(packets: readonly Buffer[]): Buffer {
  const elements = packets.flatMap((packet) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(packet.length);
    return [size, packet];
  });
  return Buffer.concat([Buffer.from("#bundle\0\0\0\0\0\0\0\0\x01", "latin1"), ...elements]);
}

function noise(chance: Chance, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => chance(256)));
}

/** The same packets every time: a small linear congruential generator. */
function createChance(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  return process.memoryUsage().heapUsed;
}
