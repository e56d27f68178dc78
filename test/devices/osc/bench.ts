import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { osc } from "../../../devices/osc/driver.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { type Log, silentLog } from "../../../src/base/log.ts";
import {
  type ControlEvent,
  controlId,
  type DeviceHost,
  type LinkMessage,
  type OpenDevice,
  type OpenFailure,
  type Peer,
  type Result,
  type Stroke,
} from "../../../src/driver/contract.ts";

/** A host that writes down all it is told. */
export interface NotingHost extends DeviceHost {
  readonly events: { event: ControlEvent; from: Peer | undefined }[];
  readonly requests: { message: LinkMessage; from: Peer; stroke: Stroke }[];
  readonly drops: { reason: string; from: Peer | undefined }[];
  readonly traces: { direction: "in" | "out"; hex: string; channel: string }[];
  readonly partings: string[];
  readonly losses: string[];
  readonly warnings: string[];
}

export interface HostSettings {
  readonly clock?: Clock;
  readonly admits?: (address: string) => boolean;
  readonly knows?: (peer: Peer) => boolean;
  readonly onRequest?: (message: LinkMessage, from: Peer) => void;
}

export function createNotingHost(settings: HostSettings = {}): NotingHost {
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (text) => warnings.push(text), child: () => log };
  const host: NotingHost = {
    clock: settings.clock ?? systemClock,
    log,
    events: [],
    requests: [],
    drops: [],
    traces: [],
    partings: [],
    losses: [],
    warnings,
    emit: (event, from) => host.events.push({ event, from }),
    request: (message, from, stroke) => {
      host.requests.push({ message, from, stroke });
      settings.onRequest?.(message, from);
    },
    admits: (address) => settings.admits?.(address) ?? true,
    knows: (peer) => settings.knows?.(peer) ?? true,
    joined: () => undefined,
    parted: (peer) => host.partings.push(peer),
    dropped: (reason, from) => host.drops.push({ reason, from }),
    traced: (direction, sent, channel) =>
      host.traces.push({ direction, hex: Buffer.from(sent).toString("hex"), channel }),
    lost: (reason) => host.losses.push(reason),
  };
  return host;
}

const cleanups: (() => unknown)[] = [];

/** Closes whatever the bench opened; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function tryOpen(
  settings: Record<string, unknown>,
  host: DeviceHost = createNotingHost(),
  named: readonly string[] = [],
): Promise<Result<OpenDevice, OpenFailure>> {
  const abort = new AbortController();
  const result = await osc.open({
    settings: osc.settingsSchema.parse(settings),
    named: named.map(controlId),
    host,
    signal: abort.signal,
  });
  if (result.ok) cleanups.push(() => result.value.close());
  return result;
}

export async function open(
  settings: Record<string, unknown>,
  host?: DeviceHost,
  named?: readonly string[],
): Promise<OpenDevice & { ports: readonly number[] }> {
  const result = await tryOpen(settings, host, named);
  if (!result.ok) throw new Error(result.failure.message);
  const ports = result.value.productName.split(", ").map((url) => Number(url.split(":").at(-1)));
  return Object.assign(result.value, { ports });
}

/** A UDP program of the other side. */
export interface UdpProgram {
  readonly port: number;
  readonly received: { hex: string; fromPort: number }[];
  send(packet: Uint8Array, port: number): Promise<void>;
  close(): void;
}

export async function udpProgram(host = "127.0.0.1"): Promise<UdpProgram> {
  const socket: UdpSocket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  let isClosed = false;
  const close = () => {
    if (!isClosed) socket.close();
    isClosed = true;
  };
  cleanups.push(close);
  const received: { hex: string; fromPort: number }[] = [];
  socket.on("message", (packet, from) => received.push({ hex: packet.toString("hex"), fromPort: from.port }));
  return {
    port: socket.address().port,
    received,
    close,
    send: (packet, port) => new Promise((resolve) => socket.send(packet, port, host, () => resolve())),
  };
}

/** A TCP program of the other side: what it received, and its socket. */
export interface TcpProgram {
  readonly socket: Socket;
  received(): Buffer;
}

export async function tcpClient(port: number): Promise<TcpProgram> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return follow(socket);
}

/** Listens and hands out each connection that the device makes. */
export async function tcpServer(): Promise<{ port: number; next(): Promise<TcpProgram>; close(): void }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  const connections: TcpProgram[] = [];
  server.on("connection", (socket) => connections.push(follow(socket)));
  return {
    port: (server.address() as AddressInfo).port,
    async next() {
      await until(() => connections.length > 0);
      return connections.shift()!;
    },
    close: () => server.close(),
  };
}

function follow(socket: Socket): TcpProgram {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => undefined);
  cleanups.push(() => socket.destroy());
  return { socket, received: () => Buffer.concat(chunks) };
}

/** Polls until it is so; fails after two seconds. */
export async function until(isSo: () => boolean, limitMs = 2000): Promise<void> {
  const startMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startMs > limitMs) throw new Error(`not so after ${limitMs} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A while in which something that must not happen would have happened. */
export async function aMoment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 40));
}
