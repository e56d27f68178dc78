import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { mappingText, openSurface, rest } from "../support/rig.ts";
import { scratch } from "./valt-bridge.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");

/** A machine of the test's own, with a server to talk to. */
export interface Machine {
  readonly folder: string;
  /** Starts a bridge; all of a machine share the state folder, and the runtime folder unless told otherwise. */
  run(settings?: RunSettings): Promise<BridgeProcess>;
}

export interface RunSettings {
  readonly words?: readonly string[];
  /** Standard output and error; pipes when absent. */
  readonly output?: StdioOptions;
  /** JavaScript that is loaded before the program, as `preload.mjs`. */
  readonly preload?: string;
  /** Within the machine's folder. */
  readonly runtime?: string;
}

export interface BridgeProcess {
  readonly child: ChildProcess;
  readonly statusAddress: string;
  said(): string;
  /** Sends a request, and waits until the bridge answers the next one. */
  ask(leaf: string): Promise<void>;
  /** Whether the bridge serves; `false` when the process has ended instead. */
  serves(): Promise<boolean>;
  ended(): Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export async function createMachine(): Promise<Machine> {
  const created = await createSimulator({ rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const { folder, write } = scratch();
  let count = 0;
  return {
    folder,
    async run({ words = [], output = ["pipe", "pipe"], preload = "", runtime = "run" } = {}) {
      const port = 20_000 + Math.floor(Math.random() * 20_000);
      const device = { listen: `udp://127.0.0.1:${port}` };
      const file = write(`mapping-${++count}.jsonc`, mappingText(created.value.url, { device }));
      const home = join(folder, runtime);
      mkdirSync(home, { recursive: true });
      const child = spawn(
        process.execPath,
        ["--import", write("preload.mjs", preload), MAIN, "run", file, "--no-console", ...words],
        {
          env: {
            ...process.env,
            VALT_PASSWORD: "simulator",
            XDG_STATE_HOME: join(folder, "state"),
            XDG_RUNTIME_DIR: home,
          },
          stdio: ["ignore", ...(output as ["pipe", "pipe"])],
        },
      );
      const address = join(home, `valt-bridge-${userInfo().username}-default.sock`);
      return watch(child, address, port);
    },
  };
}

const PATIENCE_MS = 15_000;

async function watch(child: ChildProcess, statusAddress: string, port: number): Promise<BridgeProcess> {
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const surface = await openSurface(port);
  onTestFinished(() => {
    surface.close();
    child.kill("SIGKILL");
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const answers = async () => {
    const before = surface.all("/valt/pong").length;
    for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; ) {
      if (hasEnded()) return false;
      surface.send("/valt/ping");
      await rest(50);
      if (surface.all("/valt/pong").length > before) return true;
    }
    throw new Error(`no answer: ${said}`);
  };
  return {
    child,
    statusAddress,
    said: () => said,
    async ask(leaf) {
      surface.send(`/valt/room/interview-1/${leaf}`);
      if (!(await answers())) throw new Error(`the bridge has ended: ${said}`);
    },
    serves: answers,
    ended: () =>
      new Promise((resolve) => {
        const tell = () => resolve({ code: child.exitCode, signal: child.signalCode });
        if (hasEnded()) tell();
        else child.once("close", tell);
      }),
  };
}
