import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { encodeOsc, rest } from "../support/rig.ts";
import { startAttackedConsole, TOKENS } from "./console.ts";
import { tellDelays } from "./support.ts";

const MIB = 1_048_576;
/** For so long questions are sent as fast as they are taken, and no answer is read. */
const FLOOD_MS = 800;
const PEERS = 4;
/** The first flood also grows the heap to the size that it works with; what is kept for nobody has no end. */
const MOST_MIB_MORE = 80;

const LIMITLESS = { limit: { perSecond: 1e6, burst: 1e6 } };
const DEVICES = {
  stream: { kind: "osc", listen: "tcp://127.0.0.1:0", ...LIMITLESS },
  line: { kind: "serial", listen: "tcp://127.0.0.1:0", ...LIMITLESS },
  smp: { kind: "serial", listen: "tcp://127.0.0.1:0", dialect: "smp", room: "interview-1", ...LIMITLESS },
  panopto: {
    kind: "serial",
    listen: "tcp://127.0.0.1:0",
    dialect: "panopto",
    room: "interview-1",
    ...LIMITLESS,
  },
};

const PING = encodeOsc("/valt/ping", []);
const size = Buffer.alloc(4);
size.writeInt32BE(PING.length);

/** By the device that is asked: what has the longest answer for each byte. */
const QUESTIONS: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  stream: ["/valt/status\r", "/valt/rooms\r", Buffer.concat([size, PING])],
  line: ["STATUS?\r", "HELP\r", "PING\r", Buffer.from([0xff, 0xfd, 0x07])],
  smp: ["Q", "I", "\u001bYRCDR\r"],
  panopto: ["STATUS\r\n"],
};

test("who asks without end and reads no answer fills no memory", { timeout: 180_000 }, async () => {
  const attacked = await startAttackedConsole({ devices: DEVICES });
  const { product, url, beginAttack, delays } = attacked;
  const attack = async (name: string, pour: () => Promise<() => void>) => {
    await beginAttack();
    const { rssMiB: before } = await delays();
    const ends = await Promise.all(Array.from({ length: PEERS }, pour));
    await rest(FLOOD_MS);
    const measured = await delays();
    for (const end of ends) end();
    const grownMiB = measured.rssMiB - before;
    console.info(`${tellDelays(name, measured)}, ${grownMiB.toFixed(0)} MiB more`);
    expect.soft(grownMiB, name).toBeLessThan(MOST_MIB_MORE);
  };
  for (const [device, questions] of Object.entries(QUESTIONS)) {
    const port = await product.port(device);
    for (const question of questions)
      await attack(`${device}: ${JSON.stringify(question.toString("latin1"))}`, () => ask(port, question));
  }
  const { host, port } = new URL(url);
  await attack("the console: GET /page/main.js", () =>
    ask(Number(port), `GET /page/main.js HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  );
  await attack("the console: pings of a page", () => ping(url));
  await product.stop();
});

async function ask(port: number, question: string | Buffer): Promise<() => void> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.pause();
  const bytes = Buffer.from(question);
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / bytes.length) }, () => bytes));
  const send = () => {
    while (!socket.destroyed && socket.write(many));
  };
  socket.on("drain", send);
  send();
  return () => void socket.destroy();
}

async function ping(url: string): Promise<() => void> {
  const headers = { authorization: `Bearer ${TOKENS.view}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { origin: url, headers });
  onTestFinished(() => socket.terminate());
  socket.on("error", () => undefined);
  await once(socket, "open");
  socket.pause();
  const payload = Buffer.alloc(125);
  const turn = setInterval(() => {
    while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < MIB) socket.ping(payload);
  }, 1);
  onTestFinished(() => clearInterval(turn));
  return () => {
    clearInterval(turn);
    socket.terminate();
  };
}
