import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { cleanUp, createNotingHost, open, udpProgram, until } from "./bench.ts";
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
      socket.send(Buffer.from(packet), () => { if (--left === 0) socket.close(); });
    }
  });
`;

function sendBurst(port: number, count: number): Promise<void> {
  const hex = message("/valt/room/interview-1/marker", "i", int32(0)).toString("hex");
  const worker = new Worker(SENDER, { eval: true, workerData: { port, count, hex } });
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
