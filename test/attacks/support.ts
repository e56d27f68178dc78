import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { scratch } from "../cli/valt-bridge.ts";
import { asked, createSite, type Product, type Site } from "../trust/product.ts";

const PROBE = join(import.meta.dirname, "delay-probe.mjs");

/** How long the main thread of the program was held up, as measured inside its process. */
export interface Delays {
  /** The longest time in which the event loop did not turn, whatever the reason: also a machine that is busy. */
  readonly longestMs: number;
  /** The longest one as far as the thread was on a processor: on a shared machine this is what the attack did. */
  readonly longestBusyMs: number;
  /** For how long the thread has had no processor though it could have run; 0 where the system does not tell. */
  readonly lostMs: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  /** The latest ones over 20 ms; `atMs` when the loop had last turned before, in ms since 1970. */
  readonly holdUps: readonly { readonly atMs: number; readonly lateMs: number; readonly busyMs: number }[];
  /** When the bridge read the latest datagrams from the address in `PROBE_WATCH`. */
  readonly datagrams: readonly { readonly atMs: number; readonly port: number }[];
}

export interface AttackSettings {
  readonly devices: Readonly<Record<string, unknown>>;
  readonly rooms?: Readonly<Record<string, unknown>>;
  /** More of the mapping. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** How long the server may take for an answer; default 1000. */
  readonly deadlineMs?: number;
  /** The server's address; default a simulator of the test's own. */
  readonly server?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** A module that is loaded before the program. */
  readonly preload?: string;
  /** Added to `run`; default no console. */
  readonly words?: readonly string[];
}

/**
 * The built program with a probe in its process; ended with the test, which fails where the program's main thread was held
 * up for too long since the last `beginAttack`.
 */
export interface Attacked {
  readonly product: Product;
  readonly site: Site;
  /** Not there when the test brings its own server. */
  readonly simulator: Simulator | undefined;
  /** What was measured since the last `beginAttack`. Fails when the main thread does not answer in time. */
  delays(withinMs?: number): Promise<Delays>;
  /** Forgets what was measured so far: starting takes long by nature. */
  beginAttack(): Promise<void>;
  /** The heap in MiB, after a collection that is not counted as a delay. */
  weigh(): Promise<number>;
}

/** A probe for any process of the program: to be started with these variables. */
export interface Probe extends Pick<Attacked, "delays" | "beginAttack"> {
  /** The same as `delays`, after a collection. */
  weigh(): Promise<Delays>;
  readonly variables: Readonly<Record<string, string>>;
  /** The word for Node that loads it into one process, and not into every command of a site. */
  readonly nodeWord: string;
}

export function withProbe(): Probe {
  const socket = join(scratch().folder, "probe.sock");
  return {
    variables: { PROBE_SOCKET: socket },
    nodeWord: `--import=${PROBE}`,
    delays: (withinMs = 10_000) => askProbe(socket, "tell", withinMs),
    beginAttack: async () => void (await askProbe(socket, "reset", 10_000)),
    weigh: () => askProbe(socket, "weigh", 10_000),
  };
}

export async function startAttacked(settings: AttackSettings): Promise<Attacked> {
  const simulator = settings.server === undefined ? await startSimulator() : undefined;
  const probe = withProbe();
  const site = createSite({
    mapping: {
      server: {
        url: settings.server ?? simulator?.url,
        username: "panel-bridge",
        deadlineMs: settings.deadlineMs ?? 1000,
      },
      rooms: settings.rooms ?? { "interview-1": 1, "interview-2": 2 },
      devices: settings.devices,
      timing: { activePollMs: 200, idlePollMs: 200, requestsPerSecond: 1000 },
      ...settings.extra,
    },
    variables: { ...probe.variables, ...settings.variables },
  });
  onTestFinished(() => site.remove());
  const preloaded = settings.preload === undefined ? [] : [`--import=${settings.preload}`];
  const words = settings.words ?? ["--no-console"];
  const started = site.startWith([probe.nodeWord, ...preloaded], ...words);
  onTestFinished(() => started.kill());
  await asked("the program's status", async () => {
    if (started.hasEnded()) throw new Error(`the program has ended: ${started.err()}`);
    return (await started.status()) !== undefined;
  });
  const measure = (ask: Promise<Delays>) =>
    ask.catch((error: Error) => {
      throw new Error(`${error.message}; the program said ${started.err()}`);
    });
  const delays = (withinMs?: number) => measure(probe.delays(withinMs));
  const beginAttack = () => probe.beginAttack();
  await beginAttack();
  const product = judged(started, delays);
  return {
    product,
    site,
    simulator,
    delays,
    beginAttack,
    weigh: async () => (await measure(probe.weigh())).heapMiB,
  };
}

/** The same process, whose main thread is judged before it is stopped, or with the end of the test. */
export function judged(product: Product, delays: () => Promise<Delays>): Product {
  let isJudged = false;
  const judge = async () => {
    if (isJudged || product.hasEnded()) return;
    isJudged = true;
    const measured = await delays();
    const attack = expect.getState().currentTestName ?? "";
    console.info(describeDelays(attack, measured));
    expect(measured.longestBusyMs, `${attack}: the longest hold-up at work, in ms`).toBeLessThan(LONGEST_MS);
  };
  onTestFinished(judge);
  return {
    ...product,
    async stop() {
      await judge();
      await product.stop();
    },
  };
}

async function startSimulator(): Promise<Simulator> {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

function askProbe(path: string, line: string, withinMs: number): Promise<Delays> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => void socket.write(`${line}\n`));
    socket.setTimeout(withinMs, () => {
      socket.destroy();
      reject(new Error(`the main thread did not answer within ${withinMs} ms`));
    });
    socket.once("error", reject);
    const pieces: Buffer[] = [];
    socket.on("data", (bytes) => pieces.push(bytes));
    socket.once("end", () => {
      socket.destroy();
      resolve(JSON.parse(Buffer.concat(pieces).toString()) as Delays);
    });
  });
}

/** No attack may hold up the main thread for longer. */
const LONGEST_MS = 100;

/** One line for the log of a test: what an attack cost. The test fails where that is more than any may cost. */
export function tellDelays(attack: string, measured: Delays): string {
  expect
    .soft(measured.longestBusyMs, `${attack}: the longest hold-up at work, in ms`)
    .toBeLessThan(LONGEST_MS);
  return describeDelays(attack, measured);
}

function describeDelays(attack: string, { longestMs, longestBusyMs, rssMiB }: Delays): string {
  const of = (number: number) => number.toFixed(1);
  return `${attack}: longest ${of(longestBusyMs)} ms at work (${of(longestMs)} ms in all), ${rssMiB.toFixed(0)} MiB`;
}

/** For how long the bridge and this process, in which the server and the user are, were ready to run without a processor. */
export function lostMs(ofBridge: Delays): number {
  try {
    const [, waited] = readFileSync("/proc/thread-self/schedstat", "latin1").split(" ");
    return ofBridge.lostMs + Number(waited) / 1e6;
  } catch {
    return ofBridge.lostMs;
  }
}
