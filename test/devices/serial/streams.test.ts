import { afterEach, expect, test } from "vitest";
import type { OpenLink, Peer } from "../../../src/driver/contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { cleanUp, createNotingHost, failureOf, open, send, tcpClient, tcpServer, until } from "./bench.ts";

afterEach(cleanUp);

const LISTEN = { listen: "tcp://127.0.0.1:0" };
const portOf = ({ productName }: { readonly productName: string }) => Number(productName.split(":").at(-1));

test("control systems connect, ask in lines, and are answered each for itself", async () => {
  const host = createNotingHost();
  const device = await open(LISTEN, host);
  const [first, second] = [await tcpClient(portOf(device)), await tcpClient(portOf(device))];
  first.write("REC? 4\r");
  await until(() => expect(host.texts()).toEqual(["REC? 4"]));
  second.write("PI");
  second.write("NG\r\n");
  await until(() => expect(host.texts()).toEqual(["REC? 4", "PING"]));
  for (const { text, from } of host.requests)
    device.link?.send({ text: `you said ${text}\r\n`, values: [] }, from.id);
  await until(() => {
    expect(first.received()).toBe("you said REC? 4\r\n");
    expect(second.received()).toBe("you said PING\r\n");
  });
  expect(host.requests[0]?.from).toMatchObject({
    address: "127.0.0.1",
    reach: "same-machine",
    delivery: "stream",
  });
});

test("a peer is greeted before its first request and missed after its last", async () => {
  const host = createNotingHost();
  const device = await open(LISTEN, host);
  const client = await tcpClient(portOf(device));
  await until(() => expect(host.joins).toHaveLength(1));
  expect(host.requests).toEqual([]);
  client.socket.destroy();
  await until(() => expect(host.partings).toEqual([host.joins[0]?.id]));
  expect(host.losses).toEqual([]);
});

test("the ninth connection is told that there are too many, and the eight stay", async () => {
  const host = createNotingHost();
  const device = await open(LISTEN, host);
  const clients = await Promise.all(Array.from({ length: 8 }, () => tcpClient(portOf(device))));
  for (const client of clients) client.write("PING\r");
  await until(() => expect(host.texts()).toHaveLength(8));
  const ninth = await tcpClient(portOf(device));
  await until(() => expect(ninth.received()).toBe("ERR 26 FULL\r\n"));
  await until(() => expect(ninth.socket.readableEnded).toBe(true));
  expect(host.joins).toHaveLength(8);
  for (const client of clients) client.write("PING\r");
  await until(() => expect(host.texts()).toHaveLength(16));
  clients[0]?.socket.destroy();
  await until(() => expect(host.partings).toHaveLength(1));
  const tenth = await tcpClient(portOf(device));
  tenth.write("PING\r");
  await until(() => expect(host.texts()).toHaveLength(17));
});

test("connections that say nothing keep nobody out: the oldest has parted before a newcomer joins", async () => {
  const told: string[] = [];
  const noting = createNotingHost();
  const host = {
    ...noting,
    joined: ({ id }: Peer) => told.push(`${id} came`),
    parted: (id: string) => told.push(`${id} went`),
  };
  const device = await open(LISTEN, host);
  const silent: Awaited<ReturnType<typeof tcpClient>>[] = [];
  for (let count = 0; count < 8; count++) {
    silent.push(await tcpClient(portOf(device)));
    await until(() => expect(told).toHaveLength(count + 1));
  }
  const honest = await tcpClient(portOf(device));
  honest.write("PING\r");
  await until(() => expect(noting.texts()).toEqual(["PING"]));
  const newcomer = `tcp:127.0.0.1:${honest.socket.localPort}`;
  expect(told.slice(8)).toEqual([told[0]?.replace("came", "went"), `${newcomer} came`]);
  await until(() => expect(silent.map(({ socket }) => socket.readableEnded).indexOf(false)).toBe(1));
  expect(told).toHaveLength(10);
});

test("who does not give the passcode in time is cut off", async () => {
  const clock = createFakeClock();
  const host = createNotingHost({ clock, knows: () => false });
  const device = await open(LISTEN, host);
  await clock.advance(0);
  const client = await tcpClient(portOf(device));
  await until(() => expect(host.joins).toHaveLength(1));
  client.write("PING\r");
  await until(() => expect(host.texts()).toEqual(["PING"]));
  await clock.advance(15_000);
  await until(() => expect(client.socket.readableEnded).toBe(true));
  expect(host.drops).toEqual(["no passcode given in time"]);
  expect(host.partings).toHaveLength(1);
});

test("a recorder's commands need no terminator, but its passcode is a line", async () => {
  const host = createNotingHost();
  const device = await open({ ...LISTEN, dialect: "smp" }, host);
  const client = await tcpClient(portOf(device));
  await until(() => expect(host.joins).toHaveLength(1));
  const link = device.link as OpenLink & { listenFor(peer: string, what: "passcode" | "commands"): void };
  link.listenFor(host.joins[0]?.id ?? "", "passcode");
  client.write("Q1I\r");
  await until(() => expect(host.texts()).toEqual(["Q1I"]));
  link.listenFor(host.joins[0]?.id ?? "", "commands");
  client.write("33I35I");
  await until(() => expect(host.texts()).toEqual(["Q1I", "33I", "35I"]));
});

test("a dialect without a word for it just closes the ninth", async () => {
  const host = createNotingHost();
  const device = await open({ ...LISTEN, dialect: "panopto" }, host);
  const clients = await Promise.all(Array.from({ length: 8 }, () => tcpClient(portOf(device))));
  for (const client of clients) client.write("STATUS\n");
  await until(() => expect(host.texts()).toHaveLength(8));
  const ninth = await tcpClient(portOf(device));
  await until(() => expect(ninth.socket.readableEnded).toBe(true));
  expect(ninth.received()).toBe("");
});

test("who is not on the allow-list is closed without a word", async () => {
  const host = createNotingHost({ admits: () => false });
  const device = await open(LISTEN, host);
  const client = await tcpClient(portOf(device));
  await until(() => expect(client.socket.destroyed || client.socket.readableEnded).toBe(true));
  expect(host.joins).toEqual([]);
  expect(host.drops).toEqual(["not on the allow-list"]);
});

test("a peer that does not read is cut off, and the others are not held up", async () => {
  const host = createNotingHost();
  const device = await open(LISTEN, host);
  const [deaf, well] = [await tcpClient(portOf(device)), await tcpClient(portOf(device))];
  deaf.socket.pause();
  deaf.write("SUB *\r");
  await until(() => expect(host.requests).toHaveLength(1));
  const peer = host.requests[0]?.from.id ?? "targets";
  for (let push = 0; push < 20_000 && host.drops.length === 0; push++) {
    device.link?.send({ text: `${"x".repeat(1000)}\r\n`, values: [] }, peer);
    if (push % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(host.drops).toEqual(["does not read what it is sent"]);
  await until(() => expect(host.partings).toEqual([peer]));
  well.write("PING\r");
  await until(() => expect(host.texts()).toContain("PING"));
});

test("random bytes from eight peers are dropped and break nothing", async () => {
  const host = createNotingHost();
  const device = await open(LISTEN, host);
  const clients = await Promise.all(Array.from({ length: 8 }, () => tcpClient(portOf(device))));
  let seed = 1;
  for (const client of clients) {
    for (let chunk = 0; chunk < 20; chunk++) {
      client.write(
        Uint8Array.from({ length: 1000 }, () => {
          seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
          return (seed >>> 16) & 0xff;
        }),
      );
    }
  }
  clients[3]?.write("\r\nPING\r\n");
  await until(() => expect(host.texts()).toContain("PING"));
  expect(host.losses).toEqual([]);
});

test("a taken port is named", async () => {
  const device = await open(LISTEN);
  const failure = await failureOf({ listen: `tcp://127.0.0.1:${portOf(device)}` });
  expect(failure).toMatchObject({ reason: "in-use" });
});

test("a device server is connected to, spoken with, and lost once when it closes", async () => {
  const server = await tcpServer();
  const host = createNotingHost();
  const address = `tcp://127.0.0.1:${server.port}`;
  const device = await open({ address }, host);
  await until(() => expect(server.connections).toHaveLength(1));
  const [far] = server.connections;
  far?.write("REC STA");
  far?.write("RT 4\r");
  await until(() => expect(host.texts()).toEqual(["REC START 4"]));
  // Whom the settings name is as trusted as a wire.
  expect(host.requests[0]?.from).toMatchObject({ address, reach: "wire" });
  send(device, "OK\r\n");
  await until(() => expect(far?.received()).toBe("OK\r\n"));
  far?.socket.destroy();
  await until(() => expect(host.losses).toHaveLength(1));
  expect(host.losses[0]).toContain(address);
});

test("what a device server sent before the device was whole is not lost", async () => {
  const server = await tcpServer((socket) => socket.write("PING\r"));
  const host = createNotingHost();
  await open({ address: `tcp://127.0.0.1:${server.port}` }, host);
  await until(() => expect(host.texts()).toEqual(["PING"]));
});

test("a device server that is not there is named with what may be the matter", async () => {
  expect(await failureOf({ address: "tcp://127.0.0.1:1" })).toMatchObject({
    reason: "not-found",
    message: expect.stringContaining("nothing listens there"),
  });
});
