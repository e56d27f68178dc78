/** What the gate measures: the same work by the program that people run and by a bare script, by turns. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/server.ts";
import type { Usage } from "./answering.ts";
import { createAsking, ended, startChild } from "./child.ts";
import { distribute } from "./distribution.ts";
import { findFreePort, launch, PRELOAD, startProgram } from "./program.ts";
import { openSurface, type Surface } from "./surface.ts";
import { rest, until } from "./wait.ts";
import type { CountWork, Worker } from "./work.ts";

const BARE = fileURLToPath(new URL("./bare-process.js", import.meta.url));
const ROUNDS = 5;

export interface Pair {
  readonly bridge: number;
  readonly script: number;
}

export type Measured = Readonly<Record<string, { readonly unit: string; readonly pairs: readonly Pair[] }>>;

// From the start of the process to the first press that it carries out.

export async function compareStarts(): Promise<Measured> {
  const work: Pair[] = [];
  const time: Pair[] = [];
  // The first of each reads the files from the disk.
  await timeStart(launchBridge);
  await timeStart(launchBare);
  for (let round = 0; round < ROUNDS; round++) {
    const bridge = await timeStart(launchBridge);
    const script = await timeStart(launchBare);
    work.push({ bridge: bridge.cpuMs, script: script.cpuMs });
    time.push({ bridge: bridge.tookMs, script: script.tookMs });
  }
  return {
    "start to first press, processor": { unit: "ms", pairs: work },
    "start to first press": { unit: "ms", pairs: time },
  };
}

async function timeStart(
  start: (url: string, port: number, folder: string) => Promise<ChildProcess>,
): Promise<{ readonly cpuMs: number; readonly tookMs: number }> {
  const simulator = await startSimulator({ rooms: 2 });
  const surface = await openSurface();
  const [port, folder] = [await findFreePort(), mkdtempSync(join(tmpdir(), "valt-gate-"))];
  let arrivedMs: number | undefined;
  simulator.requests.onRequest(({ key }) => {
    if (key === START) arrivedMs ??= performance.now();
  });
  const startedMs = performance.now();
  const child = await start(simulator.url, port, folder);
  const usage = createAsking(child, "the process");
  const pressing = setInterval(() => surface.send(port, "/valt/room/room-1/start"), 5);
  await until("the first press", () => arrivedMs !== undefined || child.exitCode !== null);
  clearInterval(pressing);
  const { cpuMs } = await usage<Usage>("usage");
  await ended(child, () => child.kill("SIGTERM"));
  surface.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
  return { cpuMs, tookMs: (arrivedMs ?? Number.NaN) - startedMs };
}

const START = "POST rooms/{r}/record/start";

async function launchBridge(url: string, port: number, folder: string): Promise<ChildProcess> {
  const options = ["--import", PRELOAD];
  return launch({
    folder,
    mapping: writeMapping({ url, rooms: 2, port }),
    port: await findFreePort(),
    options,
  });
}

async function launchBare(url: string, port: number): Promise<ChildProcess> {
  return fork(BARE, [url, String(port)], {
    execArgv: ["--import", PRELOAD],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

interface Wiring {
  readonly url: string;
  readonly rooms: number;
  readonly port: number;
  readonly timing?: Readonly<Record<string, number>> | undefined;
}

function writeMapping({ url, rooms, port, timing }: Wiring): string {
  const names = Array.from({ length: rooms }, (_, index) => [`room-${index + 1}`, index + 1] as const);
  const limit = { perSecond: 1e6, burst: 1e6 };
  return JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: Object.fromEntries(names),
    devices: { surface: { kind: "osc", listen: `udp://127.0.0.1:${port}`, limit } },
    ...(timing === undefined ? {} : { timing }),
  });
}

// Presses and looks, of a program and a script that stay.

interface Side {
  readonly simulator: Simulator;
  readonly worker: Worker;
  readonly port: number;
  stop(): Promise<void>;
}

async function openSides(
  rooms: number,
  { timing, ...settings }: SimulatorSettings & { readonly timing?: Readonly<Record<string, number>> },
): Promise<{ readonly bridge: Side; readonly script: Side }> {
  const simulators = [
    await startSimulator({ ...settings, rooms }),
    await startSimulator({ ...settings, rooms }),
  ] as const;
  const port = await findFreePort();
  const program = await startProgram(writeMapping({ url: simulators[0].url, rooms, port, timing }), {
    pace: "quick",
    profileFolder: undefined,
    tell: () => undefined,
  });
  const bare = startChild("bare-process");
  const barePort = await bare.ask<number>("begin", { url: simulators[1].url });
  if (timing !== undefined) await bare.ask("poll", { url: simulators[1].url, rooms });
  await until("the rooms", async () => (await program.know()).statuses.available === rooms, 60_000);
  const stop = (simulator: Simulator, end: () => Promise<void>) => () => end().then(() => simulator.close());
  return {
    bridge: { simulator: simulators[0], worker: program, port, stop: stop(simulators[0], program.stop) },
    script: { simulator: simulators[1], worker: bare, port: barePort, stop: stop(simulators[1], bare.stop) },
  };
}

const PRESSES = 60;

export async function comparePresses(): Promise<Measured> {
  const { bridge, script } = await openSides(PRESSES, {});
  const surface = await openSurface();
  const pairs: Pair[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let room = 1; room <= PRESSES; room++) {
      ours.push(await press(bridge, room, surface));
      theirs.push(await press(script, room, surface));
    }
    for (const { simulator } of [bridge, script])
      for (let room = 1; room <= PRESSES; room++) simulator.somebodyElse(room, "stop");
    await rest(4000);
    // The first round runs code that was never run before.
    if (round > 0) pairs.push({ bridge: distribute(ours).p50, script: distribute(theirs).p50 });
  }
  surface.close();
  await Promise.all([bridge.stop(), script.stop()]);
  return { "press to request": { unit: "ms", pairs } };
}

async function press({ simulator, port }: Side, room: number, surface: Surface): Promise<number> {
  const arrived = new Promise<number>((resolve) => {
    const stop = simulator.requests.onRequest(({ key, path }) => {
      if (key !== START || path.split("/")[1] !== String(room)) return;
      stop();
      resolve(performance.now());
    });
  });
  const atMs = surface.send(port, `/valt/room/room-${room}/start`);
  const late = rest(5000).then(() => Number.NaN);
  const took = (await Promise.race([arrived, late])) - atMs;
  await rest(20);
  return took;
}

const LOOKED_AT = 300;
const EVERY_SECOND = { activePollMs: 1000, idlePollMs: 1000, requestsPerSecond: 1000 };

export async function compareLooks(unit: string, count: CountWork): Promise<Measured> {
  const { bridge, script } = await openSides(LOOKED_AT, { bulkDetail: "names", timing: EVERY_SECOND });
  const pairs: Pair[] = [];
  await rest(2000);
  for (let round = 0; round < ROUNDS; round++) {
    const perLook = async ({ simulator, worker }: Side) => {
      const looks = () => simulator.requests.count("GET rooms/{r}/status");
      const before = looks();
      const work = await count(worker, () => rest(3000));
      return work / (looks() - before);
    };
    const [ours, theirs] = await Promise.all([perLook(bridge), perLook(script)]);
    pairs.push({ bridge: ours, script: theirs });
  }
  await Promise.all([bridge.stop(), script.stop()]);
  return { [`a look of ${LOOKED_AT} rooms a second, processor`]: { unit, pairs } };
}

async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const created = await createSimulator({ controlPort: "none", ...settings });
  if (!created.ok) throw new Error(created.failure.message);
  return created.value;
}
