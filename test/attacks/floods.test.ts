import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { encodeOsc, rest } from "../support/rig.ts";
import { startAttacked, tellDelays } from "./support.ts";

const LONGEST_MS = 100;
const FLOOD_MS = 700;
const KIB = 1024;

const DEVICES = {
  osc: { kind: "osc", listen: "udp://127.0.0.1:0", passcodeFrom: "OSC_PASSCODE" },
  stream: { kind: "osc", listen: "tcp://127.0.0.1:0" },
  line: { kind: "serial", listen: "tcp://127.0.0.1:0" },
  smp: { kind: "serial", listen: "tcp://127.0.0.1:0", dialect: "smp", room: "interview-1" },
};

/** OSC 1.0 over TCP: the size before each packet. */
function withSize(packet: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(packet.length);
  return Buffer.concat([size, packet]);
}

const many = (part: string | Buffer) => {
  const bytes = Buffer.from(part);
  return Buffer.concat(Array.from({ length: Math.ceil((256 * KIB) / bytes.length) }, () => bytes));
};
const arguments60k = encodeOsc(
  "/valt/note",
  Array.from({ length: 60_000 }, () => true),
);

/** By the device that is flooded: what makes most work for each byte. */
const FLOODS: readonly (readonly [name: string, device: string, bytes: Buffer])[] = [
  ["shortest lines", "stream", many("/a\r")],
  ["lines that ask for much", "stream", many("/valt/status\r")],
  ["lines that cannot be read", "stream", many('/a "\r')],
  ["packets of 60,000 arguments", "stream", many(withSize(arguments60k))],
  ["smallest packets", "stream", many(withSize(encodeOsc("/a", [])))],
  ["shortest lines", "line", many("A\r")],
  ["questions", "line", many("STATUS?\r")],
  ["marks", "line", many("MARK 1 x\r")],
  ["negotiations", "line", many(Buffer.from([0xff, 0xfd, 0x01]))],
  ["questions", "smp", many("Q")],
  ["commands", "smp", many("\u001bY1RCDR\r")],
];

test("no flood holds up the main thread", async () => {
  const attacked = await startAttacked({ devices: DEVICES, variables: { OSC_PASSCODE: "rack 4711" } });
  const { product, beginAttack, delays } = attacked;
  for (const [name, device, bytes] of FLOODS) {
    const port = await product.port(device);
    await beginAttack();
    const sockets = await Promise.all(Array.from({ length: 4 }, () => pour(port, bytes)));
    await rest(FLOOD_MS);
    const sent = sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0);
    for (const socket of sockets) socket.destroy();
    const measured = await delays();
    console.log(`${tellDelays(`${device}: ${name}`, measured)}, ${(sent / KIB / KIB).toFixed(1)} MiB`);
    expect.soft(measured.longestBusyMs, `${device}: ${name}`).toBeLessThan(LONGEST_MS);
  }
  const port = await product.port("osc", "udp");
  await beginAttack();
  const endMs = performance.now() + FLOOD_MS;
  const udp = createSocket("udp4");
  onTestFinished(() => void udp.close());
  const lines = many("/a\r").subarray(0, 1400);
  for (let count = 0; performance.now() < endMs; count++) {
    udp.send(lines, port, "127.0.0.1");
    if (count % 64 === 0) await rest(0);
  }
  const measured = await delays();
  console.log(tellDelays("osc: datagrams of many lines", measured));
  expect(measured.longestBusyMs).toBeLessThan(LONGEST_MS);
  await product.stop();
}, 120_000);

/** Sends the same again and again, as fast as it is taken. */
async function pour(port: number, bytes: Buffer): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.resume();
  const send = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on("drain", send);
  send();
  return socket;
}
