import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { until } from "../support/rig.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly process: ChildProcess;
  out(): string;
  err(): string;
  ended: Promise<Ended>;
  /** Waits until standard output or error shows the text. */
  shows(text: string): Promise<void>;
}

/** The built command line, as its user runs it; killed when the test ends. */
export function valtBridge(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, VALT_PASSWORD: "simulator", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, out, err })));
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    process: child,
    out: () => out,
    err: () => err,
    ended,
    shows: async (text) => {
      await until(`"${text}" in: ${out} ${err}`, () => `${out}${err}`.includes(text), 10_000);
    },
  };
}

/** A folder of its own, also for the status socket, so that tests do not meet. */
export function scratch(): { readonly folder: string; write(name: string, text: string): string } {
  const folder = mkdtempSync(join(tmpdir(), "valt-bridge-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    write(name, text) {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    },
  };
}
