import { createSocket, type Socket } from "node:dgram";
import { onTestFinished, type TestContext } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { type MarkKeeper, volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { Bridge } from "../../src/bridge.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import type { Mapping, ServerMapping } from "../../src/mapping/mapping.ts";
import type { Fault } from "../../src/simulator/faults.ts";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/server.ts";
import { createValtClient } from "../../src/valt/client.ts";

export const loadVocabulary = createVocabularyLoader(deviceKinds);
export const world = await loadVocabulary();

export interface Rig {
  readonly simulator: Simulator;
  readonly bridge: Bridge;
  readonly facts: Fact[];
  /** Talks OSC to the bridge's first UDP listener and collects what comes back. */
  readonly surface: Surface;
  /** Where the bridge listens for UDP, and for TCP when the device's settings say so. */
  readonly ports: { readonly udp: number; readonly tcp: number };
}

export interface RigSettings {
  readonly simulator?: SimulatorSettings;
  readonly rooms?: Readonly<Record<string, unknown>>;
  readonly device?: Readonly<Record<string, unknown>>;
  readonly timing?: Readonly<Record<string, unknown>>;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly deadlineMs?: number;
  /** Addresses that lead to the simulator; its own when absent. */
  readonly addresses?: (simulator: Simulator) => Promise<readonly string[]>;
  /** From before the bridge's first request on. */
  readonly faults?: readonly Fault[];
  readonly log?: Log;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Tests that measure memory drop them; default kept. */
  readonly facts?: "kept" | "dropped";
  /** Where marks are kept safe; default a disk that takes everything and is gone with the test. */
  readonly keeper?: MarkKeeper;
  /** The test's own, which concurrent tests must pass on. */
  readonly onTestFinished?: TestContext["onTestFinished"];
}

const diskOfTests: MarkKeeper = { ...volatileKeeper, keep: () => Promise.resolve("kept") };

/** Polls quickly, so that scenarios are short; every other time is the product's own. */
const QUICK = { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000, freshMs: 600 };

/** A bridge and a simulator on real sockets, closed when the test ends. */
export async function startRig(settings: RigSettings = {}): Promise<Rig> {
  const created = await createSimulator({ rooms: 4, ...settings.simulator });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  for (const fault of settings.faults ?? []) simulator.fault(fault);
  const mapping = parse(mappingText((await settings.addresses?.(simulator)) ?? simulator.url, settings));
  const facts: Fact[] = [];
  const bridge = new Bridge({
    mapping,
    clock: systemClock,
    log: settings.log ?? silentLog,
    facts: settings.facts === "dropped" ? [] : [(fact) => facts.push(fact)],
    keeper: settings.keeper ?? diskOfTests,
    connect: (server) => connect(server, settings.log ?? silentLog),
    secret: (name) => settings.secrets?.[name],
  });
  bridge.start();
  const ports = await until("the OSC listener", () => portsOf(bridge, "surface"));
  const surface = await openSurface(ports.udp);
  (settings.onTestFinished ?? onTestFinished)(async () => {
    surface.close();
    await bridge.close();
    await simulator.close();
  });
  return { simulator, bridge, facts, surface, ports };
}

/** The ports on which a device listens; undefined until it is open. */
export function portsOf(bridge: Bridge, device: string): Rig["ports"] | undefined {
  const status = bridge.status().devices.find(({ id }) => id === device)?.status;
  if (status?.kind !== "open") return undefined;
  const portOf = (scheme: string) =>
    Number(new RegExp(`${scheme}://[^:]+:(\\d+)`).exec(status.productName)?.[1]);
  return { udp: portOf("udp"), tcp: portOf("tcp") };
}

export function connect(server: ServerMapping, log: Log = silentLog) {
  const { url, otherUrls, username, deadlineMs } = server;
  const settings = { url: [url, ...otherUrls], username, deadlineMs, password: "simulator" };
  return createValtClient(settings, { clock: systemClock, log });
}

/** The only server of a mapping. */
export function serverIn({ servers }: Mapping): ServerMapping {
  return [...servers.values()][0]!;
}

/** The same mapping with something else said of its only server. */
export function withServer(mapping: Mapping, change: Partial<ServerMapping>): Mapping {
  const server = { ...serverIn(mapping), ...change };
  return { ...mapping, servers: new Map([[server.name, server]]) };
}

export function mappingText(url: string | readonly string[], settings: RigSettings = {}): string {
  return JSON.stringify({
    server: { url, username: "panel-bridge", deadlineMs: settings.deadlineMs ?? 1000 },
    rooms: settings.rooms ?? { "interview-1": 1, "interview-2": 2 },
    devices: {
      surface: { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"], ...settings.device },
    },
    timing: { ...QUICK, ...settings.timing },
    ...settings.extra,
  });
}

export function parse(text: string): Mapping {
  const { mapping, problems } = loadMapping(text, world);
  if (mapping === undefined) throw new Error(problems.map((problem) => problem.message).join("; "));
  return mapping;
}

/** Shorter where a mutant may let a test wait in vain. */
const PATIENCE_MS = Number(process.env.UNTIL_MS ?? 10_000);

/** Asks until there is an answer that is neither undefined nor false; gives up loudly. */
export async function until<Value>(
  what: string,
  ask: () => Value | undefined | false,
  withinMs = PATIENCE_MS,
): Promise<Value> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await rest(4);
  }
}

/** Real time, for what must not happen any more. */
export function rest(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

export interface Told extends Spoken {
  /** Monotonic. */
  readonly atMs: number;
}

export interface Spoken {
  readonly address: string;
  readonly values: readonly (string | number | boolean | null)[];
}

export interface Surface {
  send(address: string, ...values: (string | number | boolean | null)[]): void;
  sendBytes(bytes: Uint8Array): void;
  readonly told: Told[];
  last(address: string): Told["values"] | undefined;
  /** Everything told at an address, in the order of arrival. */
  all(address: string): readonly Told[];
  readonly port: number;
  close(): void;
}

export async function openSurface(bridgePort: number): Promise<Surface> {
  const socket: Socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const told: Told[] = [];
  socket.on("message", (bytes) => told.push({ atMs: performance.now(), ...decodeOsc(bytes) }));
  const sendBytes = (bytes: Uint8Array) => socket.send(bytes, bridgePort, "127.0.0.1");
  return {
    told,
    port: socket.address().port,
    send: (address, ...values) => sendBytes(encodeOsc(address, values)),
    sendBytes,
    last: (address) => told.findLast((one) => one.address === address)?.values,
    all: (address) => told.filter((one) => one.address === address),
    close: () => socket.close(),
  };
}

/** A small OSC encoder of the tests' own: numbers as floats unless they are whole. */
export function encodeOsc(address: string, values: readonly (string | number | boolean | null)[]): Buffer {
  const tags = values.map((value) => {
    if (typeof value === "string") return "s";
    if (typeof value === "boolean") return value ? "T" : "F";
    if (value === null) return "N";
    return Number.isInteger(value) ? "i" : "f";
  });
  const data = values.flatMap((value) => {
    if (typeof value === "string") return [padded(value)];
    if (typeof value !== "number") return [];
    const bytes = Buffer.alloc(4);
    if (Number.isInteger(value)) bytes.writeInt32BE(value);
    else bytes.writeFloatBE(value);
    return [bytes];
  });
  return Buffer.concat([padded(address), padded(`,${tags.join("")}`), ...data]);
}

export function decodeOsc(bytes: Buffer): Spoken {
  let at = 0;
  const text = () => {
    const end = bytes.indexOf(0, at);
    const value = bytes.toString("utf8", at, end);
    at = end + 4 - (end % 4);
    return value;
  };
  const address = text();
  const tags = text().slice(1);
  const values = [...tags].map((tag) => {
    if (tag === "s") return text();
    if (tag === "T" || tag === "F") return tag === "T";
    if (tag === "N") return null;
    const value = tag === "i" ? bytes.readInt32BE(at) : bytes.readFloatBE(at);
    at += 4;
    return value;
  });
  return { address, values };
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}
