import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSimulator } from "../../src/simulator/server.ts";
import { distribute } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { openSurface } from "./surface.ts";
import { rest, until } from "./wait.ts";

const MAIN = fileURLToPath(new URL("../../src/main.js", import.meta.url));
const PRESS_EVERY_MS = 10;

/** From the start of the process to the first press that it carries out, pressed every 10 ms from the beginning. */
export async function measureStartup(bench: BenchSettings): Promise<readonly Figure[]> {
  const runs = full(bench, 5, 1);
  const bridgeMs: number[] = [];
  const nodeMs: number[] = [];
  for (let run = 1; run <= runs; run++) {
    bench.tell(`start-up: ${run} of ${runs}`);
    bridgeMs.push(await startBridge());
    nodeMs.push(await startNode());
  }
  const took = distribute(bridgeMs);
  return [
    {
      name: "process start to first press carried out, median",
      value: took.p50,
      unit: "ms",
      bar: below(600),
      note: bridgeMs.map((ms) => Math.round(ms)).join(", "),
    },
    { name: "node alone, start to end, median", value: distribute(nodeMs).p50, unit: "ms" },
  ];
}

async function startBridge(): Promise<number> {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const surface = await openSurface();
  const port = await findFreePort();
  const folder = mkdtempSync(join(tmpdir(), "valt-bench-"));
  const file = join(folder, "mapping.json");
  writeFileSync(file, mappingText(simulator.url, port));
  let arrivedMs: number | undefined;
  simulator.requests.onRequest(({ key }) => {
    if (key === "POST rooms/{r}/record/start") arrivedMs ??= performance.now();
  });
  const instance = `bench-${process.pid}-${port}`;
  const env = { ...process.env, VALT_PASSWORD: "simulator" };
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, "run", file, "--instance", instance], {
    env,
    stdio: "ignore",
  });
  const pressing = setInterval(() => surface.send(port, "/valt/room/room-1/start"), PRESS_EVERY_MS);
  try {
    await until("the first press", () => arrivedMs !== undefined || child.exitCode !== null, 15_000);
  } finally {
    clearInterval(pressing);
    await stop(child);
    surface.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
  if (arrivedMs === undefined) throw new Error(`the bridge ended by itself (${child.exitCode})`);
  return arrivedMs - startedMs;
}

async function stop(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([ended, rest(5000)]);
  if (child.exitCode === null) child.kill("SIGKILL");
}

/** What starting Node costs on this machine, whatever it runs. */
async function startNode(): Promise<number> {
  const startedMs = performance.now();
  await once(spawn(process.execPath, ["--eval", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - startedMs;
}

async function findFreePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

function mappingText(url: string, port: number): string {
  const limit = { perSecond: 1e6, burst: 1e6 };
  return JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: { "room-1": 1, "room-2": 2 },
    devices: { surface: { kind: "osc", listen: `udp://127.0.0.1:${port}`, limit } },
  });
}
