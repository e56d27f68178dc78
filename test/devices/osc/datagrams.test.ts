import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aMoment,
  cleanUp,
  createNotingHost,
  type NotingHost,
  open,
  type UdpProgram,
  udpProgram,
  until,
} from "./bench.ts";
import { bundle, bytes, float32, IMMEDIATELY, message, padded, timeTag } from "./bytes.ts";

const LISTEN = { listen: "udp://127.0.0.1:0" };
const PRESS = message("/panel/record", "f", float32(1));
const RELEASE = message("/panel/record", "f", float32(0));

afterEach(cleanUp);

async function openWithProgram(settings: Record<string, unknown> = LISTEN, host = createNotingHost()) {
  const device = await open(settings, host, ["/panel/record"]);
  const program = await udpProgram();
  return { device, host, program, port: device.ports[0]! };
}

const addresses = (host: NotingHost) => host.requests.map(({ message: { text } }) => text);

describe("datagrams", () => {
  it("reports a touch of a named control with its peer", async () => {
    const { host, program, port } = await openWithProgram();
    await program.send(PRESS, port);
    await program.send(RELEASE, port);
    await until(() => host.events.length === 2);
    const from = {
      id: `udp:127.0.0.1:${program.port}`,
      address: "127.0.0.1",
      reach: "same-machine",
      delivery: "datagram",
    };
    expect(host.events).toEqual([
      { event: { kind: "down", control: "/panel/record" }, from },
      { event: { kind: "up", control: "/panel/record" }, from },
    ]);
    expect(host.requests).toEqual([]);
    expect(host.events[0]!.from).toBe(host.events[1]!.from);
  });

  it("reports every other address as a request, with values and stroke", async () => {
    const { host, program, port } = await openWithProgram();
    await program.send(message("/valt/room/4/marker", "sTf", padded("Intake"), float32(0.5)), port);
    await until(() => host.requests.length === 1);
    expect(host.requests[0]).toMatchObject({
      message: { text: "/valt/room/4/marker", values: ["Intake", true, 0.5] },
      stroke: "unclear",
    });
  });

  it("answers from the port that was spoken to, to the port that spoke", async () => {
    const { device, host, program, port } = await openWithProgram();
    await program.send(message("/valt/ping"), port);
    await until(() => host.requests.length === 1);
    device.link!.send({ text: "/valt/pong", values: [1] }, host.requests[0]!.from.id);
    await until(() => program.received.length === 1);
    expect(program.received).toEqual([
      { hex: message("/valt/pong", "i", bytes([0, 0, 0, 1])).toString("hex"), fromPort: port },
    ]);
  });

  it("answers each of several listeners' peers through the listener that it used", async () => {
    const { device, host, program } = await openWithProgram({
      listen: ["udp://127.0.0.1:0", "udp://127.0.0.1:0"],
    });
    for (const port of device.ports) {
      await program.send(message("/valt/ping"), port);
      await until(() => host.requests.length > 0);
      device.link!.send({ text: "/valt/pong", values: [] }, host.requests.pop()!.from.id);
      await until(() => program.received.at(-1)?.fromPort === port);
    }
  });

  it("answers a program that speaks text in text", async () => {
    const { device, host, program, port } = await openWithProgram();
    await program.send(bytes("/valt/ping\r"), port);
    await until(() => host.requests.length === 1);
    device.link!.send({ text: "/valt/pong", values: ["two words", 3] }, host.requests[0]!.from.id);
    await until(() => program.received.length === 1);
    expect(Buffer.from(program.received[0]!.hex, "hex").toString()).toBe('/valt/pong "two words" 3\r\n');
  });

  it("answers to the port that the settings fix", async () => {
    const fixed = await udpProgram();
    const { device, host, program, port } = await openWithProgram({ ...LISTEN, replyPort: fixed.port });
    await program.send(message("/valt/ping"), port);
    await until(() => host.requests.length === 1);
    device.link!.send({ text: "/valt/pong", values: [] }, host.requests[0]!.from.id);
    await until(() => fixed.received.length === 1);
    expect(program.received).toEqual([]);
  });

  it("redirects a peer to the port that it asked for", async () => {
    const elsewhere = await udpProgram();
    const { device, host, program, port } = await openWithProgram();
    await program.send(message("/valt/subscribe"), port);
    await until(() => host.requests.length === 1);
    const { id } = host.requests[0]!.from;
    const other = device.link!.redirect!(id, elsewhere.port);
    expect(other).not.toBe(id);
    device.link!.send({ text: "/push", values: [] }, other);
    device.link!.send({ text: "/answer", values: [] }, id);
    await until(() => elsewhere.received.length === 1 && program.received.length === 1);
    for (const nonsense of [0, -1, 65_536, 1.5, Number.NaN])
      expect(device.link!.redirect!(id, nonsense)).toBe(id);
  });

  it("says nothing to peers that it does not know", async () => {
    const { device } = await openWithProgram();
    device.link!.send({ text: "/valt/pong", values: [] }, "udp:10.0.0.7:9" as never);
    device.link!.send({ text: "no address", values: [] }, "targets");
  });

  it("pushes to the targets from the port that is listened on", async () => {
    const target = await udpProgram();
    const { device, port } = await openWithProgram({
      ...LISTEN,
      targets: [`udp://127.0.0.1:${target.port}`],
    });
    device.link!.send({ text: "/valt/room/4/state", values: ["recording"] }, "targets");
    await until(() => target.received.length === 1);
    expect(target.received[0]).toEqual({
      hex: message("/valt/room/4/state", "s", padded("recording")).toString("hex"),
      fromPort: port,
    });
  });

  it("pushes without listening on anything", async () => {
    const target = await udpProgram();
    const host = createNotingHost();
    const device = await open({ targets: `udp://localhost:${target.port}` }, host);
    device.link!.send({ text: "/hello", values: [] }, "targets");
    await until(() => target.received.length === 1);
    await target.send(message("/valt/room/4/start"), target.received[0]!.fromPort);
    await aMoment();
    expect(host.requests).toEqual([]);
  });

  it("speaks to a connection and takes its answers", async () => {
    const other = await udpProgram();
    const host = createNotingHost();
    const device = await open({ connect: `udp://127.0.0.1:${other.port}` }, host);
    expect(device.productName).toBe(`udp://127.0.0.1:${other.port}`);
    device.link!.send({ text: "/hello", values: [] }, "targets");
    await until(() => other.received.length === 1);
    await other.send(message("/valt/room/4/start"), other.received[0]!.fromPort);
    await until(() => host.requests.length === 1);
  });

  it("listens on IPv6", async () => {
    const host = createNotingHost();
    const device = await open({ listen: "udp://[::1]:0" }, host);
    const program = await udpProgram("::1");
    await program.send(message("/a"), device.ports[0]!);
    await until(() => host.requests.length === 1);
    expect(host.requests[0]!.from).toMatchObject({ id: `udp:[::1]:${program.port}`, reach: "same-machine" });
  });

  it("serves nobody who is not admitted, and everybody as soon as that changes", async () => {
    let isAllowed = false;
    const asking = createNotingHost({ admits: () => isAllowed });
    const { host, program, port } = await openWithProgram(LISTEN, asking);
    await program.send(message("/a"), port);
    await until(() => host.drops.length === 1);
    expect(host.drops[0]).toMatchObject({ reason: "not admitted", from: { address: "127.0.0.1" } });
    expect([host.requests, host.traces]).toEqual([[], []]);
    isAllowed = true;
    await program.send(message("/b"), port);
    await until(() => host.requests.length === 1);
  });

  it("drops what is unreadable or longer than 1500 bytes, and goes on", async () => {
    const { host, program, port } = await openWithProgram();
    await program.send(bytes([1, 2, 3]), port);
    await program.send(message("/a", "s", padded("x".repeat(1600))), port);
    await program.send(message("/b"), port);
    await until(() => host.requests.length === 1);
    expect(host.drops.map(({ reason }) => reason).sort()).toEqual([
      "datagram over 1500 bytes",
      "unreadable packet",
    ]);
    expect(addresses(host)).toEqual(["/b"]);
  });

  it("traces what comes and goes, by peer", async () => {
    const { device, host, program, port } = await openWithProgram();
    await program.send(PRESS, port);
    await until(() => host.events.length === 1);
    device.link!.send({ text: "/x", values: [] }, host.events[0]!.from!.id);
    const channel = `udp:127.0.0.1:${program.port}`;
    expect(host.traces).toEqual([
      { direction: "in", hex: PRESS.toString("hex"), channel },
      { direction: "out", hex: message("/x").toString("hex"), channel },
    ]);
  });
});

describe("dated bundles", () => {
  async function sendDated(aheadMs: number) {
    const clock = createFakeClock();
    const bench = await openWithProgram(LISTEN, createNotingHost({ clock }));
    await bench.program.send(bundle(timeTag(clock.wallMs() + aheadMs), message("/later")), bench.port);
    await until(() => bench.host.traces.length === 1);
    return { ...bench, clock };
  }

  it("waits up to a second for one that is dated ahead", async () => {
    const { host, clock } = await sendDated(600);
    await clock.advance(590);
    expect(host.requests).toEqual([]);
    await clock.advance(20);
    expect(addresses(host)).toEqual(["/later"]);
  });

  it("takes one that is dated further ahead at once, and warns", async () => {
    const { host } = await sendDated(60_000);
    expect(addresses(host)).toEqual(["/later"]);
    expect(host.warnings).toHaveLength(1);
  });

  it("takes one from the past at once", async () => {
    const { host } = await sendDated(-60_000);
    expect(addresses(host)).toEqual(["/later"]);
    expect(host.warnings).toEqual([]);
  });

  it("forgets what it held when it is closed", async () => {
    const { device, host, clock } = await sendDated(600);
    await device.close();
    expect(clock.timerCount()).toBe(0);
    await clock.advance(1000);
    expect(host.requests).toEqual([]);
  });

  it("counts the messages that it had to discard", async () => {
    const { host, program, port } = await openWithProgram();
    await program.send(bundle(IMMEDIATELY, message("/odd", "Q"), message("/good")), port);
    await until(() => host.requests.length === 1);
    expect(host.drops.map(({ reason }) => reason)).toEqual(["unreadable packet"]);
  });
});

describe("lamps", () => {
  const words = (program: UdpProgram) => program.received.map(({ hex }) => hex);
  const lamp = (code: number, ...rgb: readonly number[]) => [
    message("/panel/record/lamp", "i", bytes([0, 0, 0, code])).toString("hex"),
    message("/panel/record/color", "iii", ...rgb.map((part) => bytes([0, 0, 0, part]))).toString("hex"),
  ];

  it("shows each blink as a number and each colour as three", async () => {
    const target = await udpProgram();
    const { device } = await openWithProgram({ ...LISTEN, targets: `udp://127.0.0.1:${target.port}` });
    const { signal } = new AbortController();
    const control = device.panel!.controls[0]!.id;
    for (const blink of ["steady", "slow", "fast", "double"] as const) {
      await device.panel!.show(control, { kind: "lamp", rgb: [255, 0, 10], blink }, signal);
    }
    await device.panel!.show(control, { kind: "lamp", rgb: [0, 0, 0], blink: "steady" }, signal);
    await device.panel!.show(control, { kind: "text", text: "00:12" }, signal);
    await until(() => target.received.length === 11);
    const text = message("/panel/record/text", "s", padded("00:12")).toString("hex");
    const shown = [1, 2, 3, 4].flatMap((code) => lamp(code, 255, 0, 10));
    expect(words(target)).toEqual([...shown, ...lamp(0, 0, 0, 0), text]);
  });

  it("darkens its lamps when it is closed, and closes twice", async () => {
    const target = await udpProgram();
    const { device } = await openWithProgram({ ...LISTEN, targets: `udp://127.0.0.1:${target.port}` });
    await Promise.all([device.close(), device.close()]);
    await until(() => target.received.length === 2);
    expect(words(target)).toEqual(lamp(0, 0, 0, 0));
    device.link!.send({ text: "/late", values: [] }, "targets");
    await aMoment();
    expect(target.received).toHaveLength(2);
  });
});
