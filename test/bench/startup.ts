import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { ended } from "./child.ts";
import { distribute } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { findFreePort, launch } from "./program.ts";
import { openSurface } from "./surface.ts";
import { until } from "./wait.ts";

const BARE = fileURLToPath(new URL("./bare-process.js", import.meta.url));
const PRESS_EVERY_MS = 5;

/**
 * From the start of the process to the first press that it carries out, pressed every 5 ms from the beginning, in turn for
 * the program and for the bare script, each with a server of its own.
 */
export async function measureStartup(bench: BenchSettings): Promise<readonly Figure[]> {
  const runs = full(bench, 25, 9);
  const took = { bridge: [] as number[], bare: [] as number[], node: [] as number[] };
  // The first of each reads the files from the disk.
  await timeStart("room-1", launchBridge);
  await timeStart("1", launchBare);
  for (let run = 1; run <= runs; run++) {
    if (run % 5 === 1) bench.tell(`start-up: ${run} of ${runs}`);
    took.bridge.push(await timeStart("room-1", launchBridge));
    took.bare.push(await timeStart("1", launchBare));
    took.node.push(await startNode());
  }
  const [bridge, bare] = [distribute(took.bridge), distribute(took.bare)];
  const name = "process start to first press carried out";
  const note = `${runs} starts, p95 ${Math.round(bridge.p95)} ms`;
  return [
    { name: `${name}, median`, value: bridge.p50, unit: "ms", note },
    { name: `${name}, bare script, median`, value: bare.p50, unit: "ms" },
    { name: "bridge to bare script, median", value: bridge.p50 / bare.p50, unit: "times", bar: below(1.6) },
    { name: "node alone, start to end, median", value: distribute(took.node).p50, unit: "ms" },
  ];
}

interface Start {
  readonly url: string;
  /** Of the presses. */
  readonly port: number;
  readonly folder: string;
}

async function timeStart(room: string, launchOne: (start: Start) => Promise<ChildProcess>): Promise<number> {
  const simulator = await startSimulator();
  const surface = await openSurface();
  const port = await findFreeUdpPort();
  const folder = mkdtempSync(join(tmpdir(), "valt-bench-"));
  let arrivedMs: number | undefined;
  simulator.requests.onRequest(({ key }) => {
    if (key === "POST rooms/{r}/record/start") arrivedMs ??= performance.now();
  });
  const startedMs = performance.now();
  const child = await launchOne({ url: simulator.url, port, folder });
  const pressing = setInterval(() => surface.send(port, `/valt/room/${room}/start`), PRESS_EVERY_MS);
  try {
    await until("the first press", () => arrivedMs !== undefined || child.exitCode !== null, 15_000);
  } finally {
    clearInterval(pressing);
    await ended(child, () => child.kill("SIGTERM"));
    surface.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
  if (arrivedMs === undefined) throw new Error(`the process ended by itself (${child.exitCode})`);
  return arrivedMs - startedMs;
}

const consolePort = await findFreePort();

async function launchBridge({ url, port, folder }: Start): Promise<ChildProcess> {
  const mapping = {
    server: { url, username: "panel-bridge" },
    rooms: { "room-1": 1, "room-2": 2 },
    devices: {
      surface: { kind: "osc", listen: `udp://127.0.0.1:${port}`, limit: { perSecond: 1e6, burst: 1e6 } },
    },
  };
  return launch({ folder, mapping: JSON.stringify(mapping), port: consolePort });
}

async function launchBare({ url, port }: Start): Promise<ChildProcess> {
  return spawn(process.execPath, [BARE, url, String(port)], { stdio: "ignore" });
}

async function startSimulator(): Promise<Simulator> {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  return created.value;
}

/** What starting Node costs on this machine, whatever it runs. */
async function startNode(): Promise<number> {
  const startedMs = performance.now();
  await once(spawn(process.execPath, ["--eval", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - startedMs;
}

async function findFreeUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}
