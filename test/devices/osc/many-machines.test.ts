import { createSocket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { isBroadcast, isMulticast } from "../../../devices/osc/groups.ts";
import { cleanUp, createNotingHost, open, until } from "./bench.ts";
import { message } from "./bytes.ts";

afterEach(cleanUp);

interface Heard {
  readonly text: string;
  readonly from: string;
}

/** A program of the other side, on every address of this machine. */
async function program(hears: (heard: Heard, port: number) => void = () => undefined) {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  socket.bind(0, "0.0.0.0");
  await once(socket, "listening");
  socket.setBroadcast(true);
  const all: Heard[] = [];
  socket.on("message", (bytes, { address, port }) => {
    const heard = { text: bytes.toString("latin1").split("\0")[0] ?? "", from: address };
    all.push(heard);
    hears(heard, port);
  });
  return { socket, all, port: socket.address().port };
}

describe("an address that means many machines", () => {
  it.each(["targets", "connect"])("is sent to by %s", async (setting) => {
    const surface = await program();
    const device = await open({ [setting]: `udp://127.255.255.255:${surface.port}` });
    device.link?.send({ text: "/hello", values: [] }, "targets");
    await until(() => surface.all.some(({ text }) => text === "/hello"));
  });

  it("is answered by each machine from its own, where it is connected to", async () => {
    const host = createNotingHost();
    const machine = await program(({ from }, port) => machine.socket.send(message("/answer"), port, from));
    const device = await open({ connect: `udp://127.255.255.255:${machine.port}` }, host);
    device.link?.send({ text: "/hello", values: [] }, "targets");
    await until(() => host.requests.some(({ message: { text } }) => text === "/answer"));
  });

  it("of a group is joined, and what is sent to the machine alone is not heard there", async () => {
    const host = createNotingHost();
    const device = await open({ listen: "udp://239.255.17.4:0" }, host);
    const port = device.ports[0] ?? 0;
    const surface = await program();
    surface.socket.send(message("/alone"), port, "127.0.0.1");
    surface.socket.send(message("/group"), port, "239.255.17.4");
    await until(() => host.requests.some(({ message: { text } }) => text === "/group"));
    expect(host.requests.map(({ message: { text } }) => text)).not.toContain("/alone");
    device.link?.send({ text: "/back", values: [] }, host.requests[0]!.from.id);
    await until(() => surface.all.some(({ text }) => text === "/back"));
    expect(surface.all[0]?.from).not.toBe("239.255.17.4");
  });

  it("is known by its form, or as the last address of a network of this machine", () => {
    expect(["224.0.0.1", "239.255.255.250", "ff02::1", "FF05::2%eth0"].every(isMulticast)).toBe(true);
    expect(["223.1.1.1", "240.0.0.1", "10.0.0.255", "fe80::1", "::ff"].some(isMulticast)).toBe(false);
    expect(["127.255.255.255", "255.255.255.255"].every(isBroadcast)).toBe(true);
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    expect(own.some(({ address }) => isBroadcast(address))).toBe(false);
  });
});

it("a machine with several addresses answers from the one that was asked, when each is listened on", async () => {
  const first = await open({ listen: "udp://127.0.0.2:0" });
  const port = first.ports[0] ?? 0;
  await first.close();
  const host = createNotingHost();
  const device = await open({ listen: [`udp://127.0.0.2:${port}`, `udp://127.0.0.3:${port}`] }, host);
  for (const address of ["127.0.0.2", "127.0.0.3"]) {
    const before = host.requests.length;
    const surface = await program();
    surface.socket.send(message("/question"), port, address);
    await until(() => host.requests.length > before);
    device.link?.send({ text: "/answer", values: [] }, host.requests.at(-1)!.from.id);
    await until(() => surface.all.length === 1);
    expect(surface.all).toEqual([{ text: "/answer", from: address }]);
  }
});
