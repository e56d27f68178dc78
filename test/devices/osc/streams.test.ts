import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { wrapPacket } from "../../../devices/osc/framing.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aMoment,
  cleanUp,
  createNotingHost,
  type NotingHost,
  open,
  type TcpProgram,
  tcpClient,
  tcpServer,
  until,
} from "./bench.ts";
import { bytes, float32, message } from "./bytes.ts";

const LISTEN = { listen: "tcp://127.0.0.1:0" };
const PING = message("/valt/ping");
const PONG = message("/valt/pong", "f", float32(0.5));

afterEach(cleanUp);

/** A host that answers every request at once. */
async function openAnswering(settings: Record<string, unknown> = LISTEN) {
  const host: NotingHost = createNotingHost({
    onRequest: (_message, from) => device.link!.send({ text: "/valt/pong", values: [0.5] }, from.id),
  });
  const device = await open(settings, host);
  return { device, host, port: device.ports[0]! };
}

describe("streams", () => {
  it.each([
    ["address over 255 characters", message(`/${"a".repeat(255)}`)],
    ["text over 1024 characters", bytes(`/valt/note "${"a".repeat(1025)}"\r`)],
    ["more than 64 arguments", message("/valt/note", "T".repeat(65))],
  ])("drops what nobody means: %s", async (reason, sent) => {
    const { host, port } = await openAnswering();
    const client = await tcpClient(port);
    const isLine = sent.at(-1) === 0x0d;
    client.socket.write(isLine ? sent : Buffer.from(wrapPacket(sent, "slip")));
    await until(() => host.drops.length === 1);
    expect(host.drops[0]).toMatchObject({ reason });
    client.socket.write(isLine ? bytes("/valt/ping\r") : Buffer.from(wrapPacket(PING, "slip")));
    await until(() => host.requests.length === 1);
  });

  it.each([
    ["SLIP", Buffer.from(wrapPacket(PING, "slip")), Buffer.from(wrapPacket(PONG, "slip"))],
    ["SLIP with one END", bytes(PING, [0xc0]), Buffer.from(wrapPacket(PONG, "slip"))],
    [
      "length prefixes",
      Buffer.from(wrapPacket(PING, "length-prefix")),
      Buffer.from(wrapPacket(PONG, "length-prefix")),
    ],
    ["lines of text", bytes("/valt/ping\r"), bytes("/valt/pong 0.5\r\n")],
  ])("answers %s in kind", async (_name, question, answer) => {
    const { host, port } = await openAnswering();
    const client = await tcpClient(port);
    client.socket.write(question);
    await until(() => client.received().length === answer.length);
    expect(client.received().toString("hex")).toBe(answer.toString("hex"));
    const id = `tcp:127.0.0.1:${client.socket.localPort}`;
    expect(host.requests[0]!.from).toEqual({
      id,
      address: "127.0.0.1",
      reach: "same-machine",
      delivery: "stream",
    });
    expect(host.traces.map(({ direction, channel }) => [direction, channel])).toEqual([
      ["in", id],
      ["out", id],
    ]);
  });

  it("keeps to the framing that the settings name", async () => {
    const { host, port } = await openAnswering({ ...LISTEN, framing: "lines" });
    const client = await tcpClient(port);
    client.socket.write(bytes([0xc0], "\r\n/valt/ping\r\n"));
    await until(() => host.requests.length === 1);
    expect(host.drops.map(({ reason }) => reason)).toEqual(["unreadable line"]);
  });

  it("takes a dated bundle, empty lines and noise in its stride", async () => {
    const { host, port } = await openAnswering();
    const client = await tcpClient(port);
    client.socket.write(bytes("\r\n\r\nhello\r\n  \r\n/valt/ping\r\n"));
    await until(() => host.requests.length === 1);
    expect(host.drops.map(({ reason }) => reason)).toEqual(["unreadable line"]);
    expect(client.socket.destroyed).toBe(false);
  });

  it("says when a peer has gone, and sends it nothing more", async () => {
    const { device, host, port } = await openAnswering();
    const client = await tcpClient(port);
    client.socket.write(bytes("/valt/ping\r"));
    await until(() => host.requests.length === 1);
    client.socket.destroy();
    await until(() => host.partings.length === 1);
    expect(host.partings).toEqual([host.requests[0]!.from.id]);
    device.link!.send({ text: "/late", values: [] }, host.requests[0]!.from.id);
    expect(host.losses).toEqual([]);
  });

  it("closes a connection whose framing is beyond repair, and no other", async () => {
    const { host, port } = await openAnswering();
    const [good, bad] = [await tcpClient(port), await tcpClient(port)];
    bad.socket.write(bytes([0, 0, 0, 7, 1, 2, 3]));
    await once(bad.socket, "close");
    expect(host.drops[0]).toMatchObject({ reason: "unknown framing", from: { delivery: "stream" } });
    good.socket.write(bytes("/valt/ping\r"));
    await until(() => good.received().length > 0);
  });

  it("survives a reset in the middle of a packet", async () => {
    const { host, port } = await openAnswering();
    const [good, bad] = [await tcpClient(port), await tcpClient(port)];
    bad.socket.write(Buffer.from(wrapPacket(PING, "slip")).subarray(0, 7));
    await until(() => host.traces.length === 1);
    bad.socket.resetAndDestroy();
    await until(() => host.partings.length === 1);
    good.socket.write(bytes("/valt/ping\r"));
    await until(() => host.requests.length === 1);
  });

  it("closes connections from those who are not admitted", async () => {
    const host = createNotingHost({ admits: () => false });
    const device = await open(LISTEN, host);
    const client = await tcpClient(device.ports[0]!);
    client.socket.write(bytes("/valt/room/4/start\r"));
    await once(client.socket, "close");
    expect(host.requests).toEqual([]);
    expect(host.drops).toMatchObject([{ reason: "not admitted" }]);
  });

  it("takes 32 connections and closes the next one", async () => {
    const { host, port } = await openAnswering();
    const clients = [];
    for (let count = 0; count < 32; count++) clients.push(await tcpClient(port));
    for (const client of clients) client.socket.write(bytes("/valt/ping\r"));
    await until(() => host.requests.length === 32);
    const extra = await tcpClient(port);
    await once(extra.socket, "close");
    expect(host.drops).toMatchObject([{ reason: "too many connections" }]);
    clients[0]!.socket.destroy();
    await until(() => host.partings.length === 1);
    const next = await tcpClient(port);
    next.socket.write(bytes("/valt/ping\r"));
    await until(() => next.received().length > 0);
  });

  it("gives the place of the oldest that says nothing to the next one", async () => {
    const { host, port } = await openAnswering();
    const clients: TcpProgram[] = [];
    for (let count = 0; count < 32; count++) clients.push(await tcpClient(port));
    clients[0]!.socket.write(bytes("/valt/ping\r"));
    await until(() => host.requests.length === 1);
    const next = await tcpClient(port);
    next.socket.write(bytes("/valt/ping\r"));
    await until(() => next.received().length > 0);
    await until(() => clients[1]!.socket.destroyed);
    expect(host.drops).toMatchObject([{ reason: "gave its place to a newcomer" }]);
    expect(clients[0]!.socket.destroyed).toBe(false);
  });

  it("cuts off who does not give the passcode in time", async () => {
    const clock = createFakeClock();
    const host = createNotingHost({ clock, knows: () => false });
    const device = await open(LISTEN, host);
    const client = await tcpClient(device.ports[0]!);
    client.socket.write(bytes("/valt/ping\r"));
    await until(() => host.requests.length === 1);
    await clock.advance(15_000);
    await until(() => client.socket.destroyed);
    expect(host.drops).toMatchObject([{ reason: "no passcode given in time" }]);
  });

  it("cuts off a peer that reads nothing", async () => {
    const { device, host, port } = await openAnswering();
    const client = await tcpClient(port);
    client.socket.write(bytes("/valt/ping\r"));
    await until(() => host.requests.length === 1);
    client.socket.pause();
    const values = ["x".repeat(60_000)];
    for (let count = 0; count < 400 && host.drops.length === 0; count++) {
      device.link!.send({ text: "/push", values }, host.requests[0]!.from.id);
    }
    expect(host.drops).toMatchObject([{ reason: "does not read what it is sent" }]);
    await until(() => host.partings.length === 1);
  });

  it("lets go of every connection and of the port when it is closed", async () => {
    const { device, host, port } = await openAnswering();
    const client = await tcpClient(port);
    const closed = once(client.socket, "close");
    await device.close();
    await closed;
    await open({ listen: `tcp://127.0.0.1:${port}` });
    expect(host.losses).toEqual([]);
  });
});

describe("a connection that the device makes", () => {
  it("is pushed to in SLIP until the other side speaks, then as that does", async () => {
    const server = await tcpServer();
    const { device, host } = await openAnswering({ connect: `tcp://127.0.0.1:${server.port}` });
    const other = await server.next();
    device.link!.send({ text: "/valt/pong", values: [0.5] }, "targets");
    await until(() => other.received().equals(Buffer.from(wrapPacket(PONG, "slip"))));
    other.socket.write(bytes("/valt/ping\r\n"));
    await until(() => other.received().toString("latin1").endsWith("/valt/pong 0.5\r\n"));
    const url = `tcp://127.0.0.1:${server.port}`;
    expect(host.requests.map(({ from }) => [from.reach, from.address])).toEqual([["wire", url]]);
    expect(device.productName).toBe(url);
  });

  it("is lost, once, when the far end closes", async () => {
    const server = await tcpServer();
    const { device, host } = await openAnswering({ connect: `tcp://127.0.0.1:${server.port}` });
    const other = await server.next();
    other.socket.destroy();
    await until(() => host.losses.length === 1);
    expect(host.losses[0]).toContain(`tcp://127.0.0.1:${server.port}`);
    device.link!.send({ text: "/late", values: [] }, "targets");
    await device.close();
    await aMoment();
    expect(host.losses).toHaveLength(1);
  });

  it("has its lamps darkened before it is closed", async () => {
    const server = await tcpServer();
    const host = createNotingHost();
    const device = await open({ connect: `tcp://127.0.0.1:${server.port}`, framing: "lines" }, host, ["/k"]);
    const other = await server.next();
    await device.close();
    await until(() => other.received().toString() === "/k/lamp 0\r\n/k/color 0 0 0\r\n");
  });
});
