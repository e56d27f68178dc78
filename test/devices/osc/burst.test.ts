import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { cleanUp, createNotingHost, type NotingHost, open, udpProgram, until } from "./bench.ts";
import { int32, message } from "./bytes.ts";

afterEach(cleanUp);

/** Sends numbered packets in one go from a thread of its own, so that nothing makes it wait. */
const SENDER = `
  const { workerData } = require("node:worker_threads");
  const socket = require("node:dgram").createSocket("udp4");
  const packet = Buffer.from(workerData.hex, "hex");
  socket.connect(workerData.port, "127.0.0.1", () => {
    let left = workerData.count;
    for (let index = 0; index < workerData.count; index++) {
      packet.writeInt32BE(index, packet.length - 4);
      socket.send(Buffer.from(packet), () => {
        if (--left > 0) return;
        socket.close();
        Atomics.store(workerData.sent, 0, 1);
        Atomics.notify(workerData.sent, 0);
      });
    }
  });
`;

function sendBurst(
  port: number,
  count: number,
  sent = new Int32Array(new SharedArrayBuffer(4)),
): Promise<void> {
  const hex = message("/valt/room/interview-1/marker", "i", int32(0)).toString("hex");
  const worker = new Worker(SENDER, { eval: true, workerData: { port, count, hex, sent } });
  return new Promise((resolve, reject) => {
    worker.on("exit", () => resolve());
    worker.on("error", reject);
  });
}

/** What the system gives a socket that asks for four megabytes: stock Linux gives 416 KiB. */
async function givenBufferBytes(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  try {
    socket.setRecvBufferSize(4_194_304);
  } catch {
    // Refused: the system's own size tells.
  }
  const size = socket.getRecvBufferSize();
  socket.close();
  return size;
}

/** A burst that is in the kernel before its first datagram is read. */
async function isReadInFewTurns(port: number, host: NotingHost): Promise<boolean> {
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const burst = sendBurst(port, 1000, sent);
  Atomics.wait(sent, 0, 0, 5000);
  host.drops.length = 0;
  let turns = 0;
  for (; host.drops.length < 1000 && turns < 100; turns++) await setImmediate();
  await burst;
  return turns < 10;
}

/** Whether another program that shares addresses could bind this port, and have what is sent to it. */
async function isFreeForOthers(port: number): Promise<boolean> {
  const other = createSocket({ type: "udp4", reuseAddr: true }).bind(port, "127.0.0.1");
  const isBound = await once(other, "listening").then(
    () => true,
    () => false,
  );
  other.close();
  return isBound;
}

const hasRoom = (await givenBufferBytes()) >= 1_048_576;

describe("a burst", () => {
  it("of two hundred datagrams is read whole on any system", async () => {
    const host = createNotingHost();
    const device = await open({ listen: "udp://127.0.0.1:0" }, host);
    await sendBurst(device.ports[0]!, 200);
    await until(() => host.requests.length === 200);
  });

  it.runIf(hasRoom)("of a thousand datagrams is read whole and in order", async () => {
    const host = createNotingHost();
    const device = await open({ listen: "udp://127.0.0.1:0" }, host);
    for (let round = 0; round < 3; round++) {
      host.requests.length = 0;
      await sendBurst(device.ports[0]!, 1000);
      await until(() => host.requests.length === 1000);
      const numbers = host.requests.map(({ message: { values } }) => values[0]);
      expect(numbers).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    }
    expect(host.drops).toEqual([]);
  });

  it.runIf(hasRoom)("is taken from the kernel in few turns of a busy program", async () => {
    const host = createNotingHost();
    // What is not admitted is counted as it comes.
    host.admits = () => false;
    const device = await open({ listen: "udp://127.0.0.1:0" }, host);
    // It begins when it sees that much comes.
    for (let round = 0; !(await isReadInFewTurns(device.ports[0]!, host)); round++)
      expect(round).toBeLessThan(10);
    expect(await isFreeForOthers(device.ports[0]!)).toBe(false);
    await device.close();
    expect(await isFreeForOthers(device.ports[0]!)).toBe(true);
  });

  it("leaves a lone datagram its speed", async () => {
    const host = createNotingHost();
    const device = await open({ listen: "udp://127.0.0.1:0" }, host);
    const program = await udpProgram();
    const packet = message("/panel/record");
    const tookMs: number[] = [];
    for (let round = 0; round < 200; round++) {
      const startMs = performance.now();
      await new Promise<void>((resolve) => {
        host.request = () => resolve();
        void program.send(packet, device.ports[0]!);
      });
      tookMs.push(performance.now() - startMs);
    }
    const median = tookMs.sort((left, right) => left - right)[100]!;
    expect(median).toBeLessThan(2);
  });
});
