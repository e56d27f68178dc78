import { afterEach, describe, expect, test } from "vitest";
import { createFakeClock, settle } from "../../support/fake-clock.ts";
import {
  cleanUp,
  createNotingHost,
  failureOf,
  farPort,
  hasSocat,
  open,
  ptyPair,
  tcpServer,
  tryOpen,
  until,
} from "./bench.ts";

afterEach(cleanUp);

test("a device server that sends old presses as soon as it accepts is not believed", async () => {
  const server = await tcpServer((socket) => socket.write("REC START 1\rREC STOP 2\r"));
  const host = createNotingHost();
  const opening = open({ address: `tcp://127.0.0.1:${server.port}`, settleMs: 300 }, host);
  await until(() => expect(host.traces).toHaveLength(1));
  expect(host.joins).toEqual([]);
  await opening;
  expect(host.joins).toHaveLength(1);
  server.connections[0]?.write("PING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
  expect(host.drops).toEqual(["came before the line had settled"]);
});

test("the tail of what began in the first moment is no message either", async () => {
  const server = await tcpServer((socket) => socket.write("REC START 1\rMARK 1 Now REC "));
  const host = createNotingHost();
  await open({ address: `tcp://127.0.0.1:${server.port}`, settleMs: 50 }, host);
  server.connections[0]?.write("START 2\rPING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
});

test("the moment is a setting: with 0 everything is believed, and usually it lasts 250 ms", async () => {
  const server = await tcpServer((socket) => socket.write("REC STOP 1\r"));
  const host = createNotingHost();
  await open({ address: `tcp://127.0.0.1:${server.port}`, settleMs: 0 }, host);
  await until(() => expect(host.texts()).toEqual(["REC STOP 1"]));

  const clock = createFakeClock();
  const usual = createNotingHost({ clock });
  let isOpen = false;
  const opening = tryOpen({ address: `tcp://127.0.0.1:${server.port}`, settleMs: undefined }, usual);
  void opening.then(() => {
    isOpen = true;
  });
  await until(() => expect(usual.traces).toHaveLength(1));
  await clock.advance(249);
  await settle();
  expect(isOpen).toBe(false);
  await clock.advance(1);
  await opening;
  expect(usual.texts()).toEqual([]);
});

test("a line that ends in its first moment has not been opened, and what it said is told", async () => {
  const server = await tcpServer((socket) => socket.end("\xff\xfb\x03Port already in use\r\n", "latin1"));
  expect(await failureOf({ address: `tcp://127.0.0.1:${server.port}`, settleMs: 2000 })).toEqual({
    reason: "in-use",
    message: `tcp://127.0.0.1:${server.port}: the other side closed the connection, and said "Port already in use"; end the other connection, or let the server take several.`,
  });
});

test("whoever listens believes at once", async () => {
  const host = createNotingHost();
  const device = await open({ listen: "tcp://127.0.0.1:0", settleMs: 5000 }, host);
  const { tcpClient } = await import("./bench.ts");
  const client = await tcpClient(Number(device.productName.split(":").at(-1)));
  client.write("PING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
});

describe.skipIf(!hasSocat)("a port of this machine (skipped where socat is not installed)", () => {
  test("is not believed in its first moment", async () => {
    const { near, far } = await ptyPair();
    const control = await farPort(far);
    const host = createNotingHost();
    const opening = open({ path: near, settleMs: 500 }, host);
    const sending = setInterval(() => control.write("REC START 1\r"), 20);
    await until(() => expect(host.traces.length).toBeGreaterThan(0));
    clearInterval(sending);
    await opening;
    control.write("\rPING\r");
    await until(() => expect(host.texts()).toContain("PING"));
    expect(host.texts()).toEqual(["PING"]);
  });
});
