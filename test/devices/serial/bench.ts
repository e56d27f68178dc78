import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { vi } from "vitest";
import { serial } from "../../../devices/serial/driver.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import {
  type ControlEvent,
  controlId,
  type DeviceHost,
  type LinkMessage,
  type OpenDevice,
  type OpenFailure,
  type Peer,
  type Result,
  succeed,
} from "../../../src/driver/contract.ts";
import { dialects } from "../../../src/link/dialects/index.ts";
import { silenced } from "../../driver/silenced.ts";

/** A host that writes down all it is told. */
export interface NotingHost extends DeviceHost {
  readonly events: ControlEvent[];
  readonly requests: { readonly text: string; readonly from: Peer }[];
  readonly drops: string[];
  readonly traces: { readonly direction: "in" | "out"; readonly hex: string; readonly channel: string }[];
  readonly joins: Peer[];
  readonly partings: string[];
  readonly losses: string[];
  readonly warnings: string[];
  texts(): readonly string[];
}

export interface HostSettings {
  readonly clock?: Clock;
  readonly admits?: (address: string) => boolean;
  readonly knows?: (peer: Peer) => boolean;
  readonly onRequest?: (message: LinkMessage, from: Peer) => void;
}

export function createNotingHost(settings: HostSettings = {}): NotingHost {
  const warnings: string[] = [];
  const host: NotingHost = {
    clock: settings.clock ?? systemClock,
    log: { ...silentLog, warn: (text) => warnings.push(text) },
    events: [],
    requests: [],
    drops: [],
    traces: [],
    joins: [],
    partings: [],
    losses: [],
    warnings,
    texts: () => host.requests.map(({ text }) => text),
    emit: (event) => host.events.push(event),
    request: (message, from) => {
      host.requests.push({ text: message.text, from });
      settings.onRequest?.(message, from);
    },
    admits: (address) => settings.admits?.(address) ?? true,
    knows: (peer) => settings.knows?.(peer) ?? true,
    joined: (peer) => host.joins.push(peer),
    parted: (peer) => host.partings.push(peer),
    dropped: (reason) => host.drops.push(reason),
    traced: (direction, bytes, channel) =>
      host.traces.push({ direction, hex: Buffer.from(bytes).toString("hex"), channel }),
    lost: (reason) => host.losses.push(reason),
  };
  return host;
}

const cleanups: (() => unknown)[] = [];

/** Closes whatever the bench opened; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function cleanLater(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export async function tryOpen(
  settings: Record<string, unknown>,
  host: DeviceHost = createNotingHost(),
): Promise<Result<OpenDevice, OpenFailure>> {
  const { dialect: word = "native" } = settings;
  const dialect = dialects.find(({ name }) => name === word);
  const heard = silenced(host);
  const opened = await serial.open({
    ...(dialect?.style === "lines" ? { dialect } : {}),
    // The far ends of most tests speak at once.
    settings: serial.settingsSchema.parse({ settleMs: 0, ...settings }),
    named: [],
    host: heard.host,
    signal: new AbortController().signal,
  });
  const result = opened.ok ? succeed(closingInSilence(opened.value, heard.silence)) : opened;
  if (result.ok) cleanLater(() => result.value.close());
  // A device begins to speak once whoever opened it holds it.
  await new Promise((resolve) => setImmediate(resolve));
  return result;
}

function closingInSilence(device: OpenDevice, silence: () => void): OpenDevice {
  const close = () => {
    silence();
    return device.close();
  };
  return { ...device, close };
}

export async function open(settings: Record<string, unknown>, host?: DeviceHost): Promise<OpenDevice> {
  const result = await tryOpen(settings, host);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

export async function failureOf(settings: Record<string, unknown>, host?: DeviceHost): Promise<OpenFailure> {
  const result = await tryOpen(settings, host);
  if (result.ok) throw new Error("it opened");
  return result.failure;
}

/** Says what was seen last when it never became so. */
export function until(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 10 });
}

export function send(device: OpenDevice, text: string, to: LinkTarget = "targets"): void {
  device.link?.send({ text, values: [] }, to);
}
type LinkTarget = Parameters<NonNullable<OpenDevice["link"]>["send"]>[1];

export function show(device: OpenDevice, control: string, lit: "lit" | "dark"): Promise<void> {
  const rgb = lit === "lit" ? ([255, 0, 0] as const) : ([0, 0, 0] as const);
  const frame = { kind: "lamp", rgb, blink: "steady" } as const;
  const shown = device.panel?.show(controlId(control), frame, new AbortController().signal);
  return shown ?? Promise.reject(new Error("no panel"));
}

export const hasSocat = isThere("socat");
export const hasSer2net = isThere("ser2net");

function isThere(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Two pseudo terminals that are one line: real ttys, made by socat. */
export interface PtyPair {
  readonly near: string;
  readonly far: string;
  /** As if the adapter were pulled out. */
  unplug(): Promise<void>;
}

export async function ptyPair(folder = mkdtempSync(join(tmpdir(), "line-"))): Promise<PtyPair> {
  const [near, far] = [join(folder, "near"), join(folder, "far")];
  const socat: ChildProcess = spawn("socat", [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: "ignore",
  });
  const exited = once(socat, "exit");
  const unplug = async () => {
    socat.kill("SIGTERM");
    await exited;
  };
  cleanLater(async () => {
    await unplug();
    rmSync(folder, { recursive: true, force: true });
  });
  await until(() => {
    if (!existsSync(near) || !existsSync(far)) throw new Error("no pseudo terminals");
  });
  return { near, far, unplug };
}

/** The other end of a line, or of a connection: what it received, as text. */
export interface FarEnd {
  write(bytes: string | Uint8Array): void;
  received(): string;
  bytes(): Buffer;
}

/** A program of its own on the far pseudo terminal. */
export async function farPort(path: string): Promise<FarEnd & { readonly port: SerialPort }> {
  const port = new SerialPort({ path, baudRate: 9600, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  });
  port.on("error", () => undefined);
  cleanLater(() => new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())));
  return { port, ...follow(port) };
}

export async function tcpClient(port: number): Promise<FarEnd & { readonly socket: Socket }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  cleanLater(() => socket.destroy());
  socket.on("error", () => undefined);
  return { socket, ...follow(socket) };
}

/** Listens and hands out the connections that the device makes. */
export async function tcpServer(
  greet: (socket: Socket) => void = () => undefined,
): Promise<{ readonly port: number; readonly connections: (FarEnd & { readonly socket: Socket })[] }> {
  const connections: (FarEnd & { socket: Socket })[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    cleanLater(() => socket.destroy());
    connections.push({ socket, ...follow(socket) });
    greet(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanLater(() => server.close());
  return { port: (server.address() as AddressInfo).port, connections };
}

function follow(stream: SerialPort | Socket): FarEnd {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    write: (bytes) => void stream.write(bytes),
    received: () => Buffer.concat(chunks).toString("latin1"),
    bytes: () => Buffer.concat(chunks),
  };
}
