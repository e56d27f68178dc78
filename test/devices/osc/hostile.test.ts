import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { wrapPacket } from "../../../devices/osc/framing.ts";
import type { DeviceHost } from "../../../src/driver/contract.ts";
import { cleanUp, createNotingHost, open, tcpClient, type UdpProgram, udpProgram, until } from "./bench.ts";
import { bundle, bytes, float32, IMMEDIATELY, int32, message, padded } from "./bytes.ts";

afterEach(cleanUp);

const ORIGINALS = [
  message("/valt/room/interview-1/start", "f", float32(1)),
  message("/valt/room/interview-1/stop"),
  message("/valt/room/interview-1/marker", "s", padded("Second witness")),
  message("/panel/record", "T"),
  message("/all", "ifshdcTFNIrmb", int32(1), float32(2), padded("x"), Buffer.alloc(28), int32(4), int32(5)),
  bundle(IMMEDIATELY, message("/one"), bundle(IMMEDIATELY, message("/two", "i", int32(2)))),
  bytes("/panel/stripes", [0]),
  bytes("/valt/room/interview-1/start\r\n"),
  bytes('/valt/room/interview-1/marker "Second witness" 1.5\r'),
];
const ORIGINAL_ADDRESSES = new Set([
  "/valt/room/interview-1/start",
  "/valt/room/interview-1/stop",
  "/valt/room/interview-1/marker",
  "/panel/record",
  "/panel/stripes",
  "/all",
  "/one",
  "/two",
]);
const INTERESTING = [0x00, 0x2c, 0x2f, 0x23, 0xc0, 0xdb, 0x0d, 0x0a, 0x20, 0x7f, 0xff, 0x80];

/** The same packets in every run: a small linear congruential generator. */
function createChance(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Chance = (below: number) => number;

function random(chance: Chance): Buffer {
  const packet = Buffer.from(Array.from({ length: chance(120) }, () => chance(256)));
  if (packet.length > 0 && chance(2) === 0) packet[0] = 0x2f;
  return packet;
}

function truncated(chance: Chance): Buffer {
  const original = ORIGINALS[chance(ORIGINALS.length)]!;
  return original.subarray(0, chance(original.length));
}

function mutated(chance: Chance): Buffer {
  const packet = Buffer.from(ORIGINALS[chance(ORIGINALS.length)]!);
  for (let count = 1 + chance(4); count > 0; count--) {
    packet[chance(packet.length)] = chance(2) === 0 ? chance(256) : INTERESTING[chance(INTERESTING.length)]!;
  }
  return packet;
}

/** Counts and remembers addresses only, so that the heap is the driver's. */
function createCountingHost() {
  const addresses = new Set<string>();
  const counts = { requests: 0, drops: 0 };
  const host: DeviceHost = {
    ...createNotingHost(),
    request: ({ text }) => {
      addresses.add(text);
      counts.requests++;
    },
    dropped: () => {
      counts.drops++;
    },
    traced: () => undefined,
    joined: () => undefined,
    parted: () => undefined,
  };
  return { host, addresses, counts };
}

type Counting = ReturnType<typeof createCountingHost>;

/** An address that was reported must stand in what was sent, with its end. */
function expectSent(addresses: ReadonlySet<string>, sent: Buffer): void {
  for (const address of addresses) {
    const isThere = ["\0", "\r", "\n", " ", "\t"].some((end) => sent.includes(address + end, 0, "latin1"));
    expect(isThere, `${JSON.stringify(address)} was never sent`).toBe(true);
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
}

describe("hostile datagrams", () => {
  const WINDOW = 400;

  async function sendAll(
    make: (chance: Chance) => Buffer,
    bench: { counting: Counting; program: UdpProgram; port: number },
  ) {
    const { counting, program, port } = bench;
    const chance = createChance(7);
    for (let round = 0; round < 42; round++) {
      const packets = Array.from({ length: WINDOW }, () => make(chance));
      const sentinel = `/sentinel/${round}`;
      for (const packet of packets) void program.send(packet, port);
      await program.send(message(sentinel), port);
      await until(() => counting.addresses.has(sentinel), 5000);
      counting.addresses.delete(sentinel);
      if (make === truncated)
        for (const address of counting.addresses) expect(ORIGINAL_ADDRESSES).toContain(address);
      expectSent(counting.addresses, Buffer.concat(packets.flatMap((packet) => [packet, Buffer.from([10])])));
      counting.addresses.clear();
    }
    expect(counting.counts.requests + counting.counts.drops).toBeGreaterThanOrEqual(42 * WINDOW * 0.9);
  }

  it("fifty thousand of them cause nothing that was not sent, and cost no memory", async () => {
    const counting = createCountingHost();
    const device = await open({ listen: "udp://127.0.0.1:0" }, counting.host);
    const bench = { counting, program: await udpProgram(), port: device.ports[0]! };
    await sendAll(mutated, bench);
    const before = heapMegabytes();
    await sendAll(random, bench);
    await sendAll(truncated, bench);
    expect(heapMegabytes() - before).toBeLessThan(20);
  });

  it("forged addresses by the thousand do not fill the memory", async () => {
    const counting = createCountingHost();
    const device = await open({ listen: "udp://127.0.0.1:0" }, counting.host);
    const before = heapMegabytes();
    for (let round = 0; round < 30; round++) {
      const programs = await Promise.all(Array.from({ length: 50 }, () => udpProgram()));
      await Promise.all(programs.map((program) => program.send(message("/x"), device.ports[0]!)));
      const wanted = (round + 1) * 50;
      await until(() => counting.counts.requests === wanted);
      for (const program of programs) program.close();
    }
    expect(heapMegabytes() - before).toBeLessThan(20);
  });
});

describe("hostile streams", () => {
  const FRAMES = 17_000;

  it.each([
    ["slip", (packet: Buffer) => wrapPacket(packet, "slip")],
    [
      "length-prefix",
      (packet: Buffer) => wrapPacket(packet.length === 0 ? Buffer.from([0]) : packet, "length-prefix"),
    ],
    ["lines", (packet: Buffer) => Buffer.concat([packet, Buffer.from("\r\n")])],
  ])("of %s cause nothing that was not sent, and cost no memory", async (framing, wrap) => {
    const counting = createCountingHost();
    const device = await open({ listen: "tcp://127.0.0.1:0", framing }, counting.host);
    const client = await tcpClient(device.ports[0]!);
    const chance = createChance(11);
    const makers = [random, truncated, mutated];
    const stream = Buffer.concat(
      Array.from({ length: FRAMES }, (_, index) => wrap(makers[index % 3]!(chance))),
    );
    const before = heapMegabytes();
    for (let at = 0; at < stream.length; ) {
      const size = 1 + chance(3000);
      if (!client.socket.write(stream.subarray(at, at + size))) await once(client.socket, "drain");
      at += size;
    }
    client.socket.write(wrap(framing === "lines" ? bytes("/sentinel") : message("/sentinel")));
    await until(() => counting.addresses.has("/sentinel"), 5000);
    counting.addresses.delete("/sentinel");
    expectSent(counting.addresses, stream);
    expect(counting.counts.requests).toBeGreaterThan(500);
    expect(heapMegabytes() - before).toBeLessThan(20);
  });

  it("that are damaged anywhere never take the listener down", async () => {
    const counting = createCountingHost();
    const device = await open({ listen: "tcp://127.0.0.1:0" }, counting.host);
    const chance = createChance(13);
    for (let round = 0; round < 150; round++) {
      const client = await tcpClient(device.ports[0]!);
      const framing = chance(2) === 0 ? "slip" : "length-prefix";
      const stream = Buffer.concat(Array.from({ length: 20 }, () => wrapPacket(mutated(chance), framing)));
      for (let count = 0; count < 5; count++) stream[chance(stream.length)] = chance(256);
      const closed = once(client.socket, "close");
      client.socket.end(stream);
      await closed;
      expectSent(counting.addresses, stream);
      counting.addresses.clear();
    }
    const client = await tcpClient(device.ports[0]!);
    client.socket.write(bytes("/alive\r"));
    await until(() => counting.addresses.has("/alive"));
  });
});
