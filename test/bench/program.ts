import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BridgeStatus } from "../../src/bridge/status.ts";
import { askStatus } from "../../src/cli/places/status-socket.ts";
import { MALLOC_SETTINGS } from "../../src/cli/service/plan.ts";
import { type Child, createAsking, ended, profilingIn } from "./child.ts";
import type { BenchSettings } from "./measurement.ts";
import { until } from "./wait.ts";

/** What is known of the rooms, counted; a room with a command under way counts as `pending`. */
export interface Knowledge {
  readonly statuses: Readonly<Record<string, number>>;
  /** Rooms of which the recorded time is known, so that marks can be delivered. */
  readonly timed: number;
}

/** The program that people run, in a process of its own: state folder, journal, ledger, guardian and console. */
export interface Program extends Pick<Child, "ask" | "stop"> {
  readonly pid: number;
  status(): Promise<BridgeStatus>;
  know(): Promise<Knowledge>;
}

const MAIN = fileURLToPath(new URL("../../src/main.js", import.meta.url));
/** Lets the built program be asked what it uses. */
export const PRELOAD = new URL("./usage-preload.js", import.meta.url).href;
const INSTANCE = "bench";

/** Resolves when every device is open and the console answers. */
export async function startProgram(mapping: string, { profileFolder }: BenchSettings): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "valt-bench-"));
  const port = await findFreePort();
  const child = launch({
    folder,
    mapping,
    port,
    options: ["--import", PRELOAD, ...profilingIn(profileFolder)],
  });
  const address = join(folder, "valt-panel-bridge", INSTANCE, "status.sock");
  const ask = createAsking(child, "the bridge");
  const status = async () => {
    const told = (await askStatus(address)) as BridgeStatus | undefined;
    if (told === undefined) throw new Error("the bridge does not tell its status");
    return told;
  };
  const program: Program = {
    ask,
    pid: child.pid ?? 0,
    status,
    know: async () => countRooms(await status()),
    async stop() {
      await ended(child, () => child.kill("SIGTERM"));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await until("the bridge", async () => {
    if (child.exitCode !== null) throw new Error(`the bridge ended by itself (${child.exitCode})`);
    const told = (await askStatus(address)) as BridgeStatus | undefined;
    return told?.devices.every((device) => device.status.kind === "open") === true;
  });
  await until("the console", () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),
  );
  return program;
}

export interface Launching {
  /** Gets the mapping and the state. */
  readonly folder: string;
  readonly mapping: string;
  /** Of the console. */
  readonly port: number;
  /** For Node. */
  readonly options?: readonly string[];
}

/** Starts the built program as a service manager does; its log goes into a file. */
export function launch({ folder, mapping, port, options = [] }: Launching): ChildProcess {
  const file = join(folder, "mapping.json");
  writeFileSync(file, mapping);
  const { XDG_RUNTIME_DIR: _, STATE_DIRECTORY: __, ...environment } = process.env;
  const log = openSync(join(folder, "log"), "a");
  const child = fork(MAIN, ["run", file, "--instance", INSTANCE, "--console", `127.0.0.1:${port}`], {
    execArgv: [...options],
    env: { ...environment, ...MALLOC_SETTINGS, XDG_STATE_HOME: folder, VALT_PASSWORD: "simulator" },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return child;
}

function countRooms({ rooms }: BridgeStatus): Knowledge {
  const statuses: Record<string, number> = {};
  for (const { status, pending } of rooms) {
    const word = pending === undefined ? (status ?? "unknown") : "pending";
    statuses[word] = (statuses[word] ?? 0) + 1;
  }
  const timed = rooms.filter(({ elapsedMs }) => elapsedMs !== undefined).length;
  return { statuses, timed };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
