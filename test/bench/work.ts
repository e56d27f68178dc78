import { spawn, spawnSync } from "node:child_process";
import type { Child } from "./child.ts";
import { measureLoad } from "./child.ts";

/** What a process has done: instructions where the machine counts them, else the time that it had a processor. */
export type CountWork = (child: Worker, during: () => Promise<unknown>) => Promise<number>;

export interface Worker extends Pick<Child, "ask"> {
  readonly pid: number;
}

/** Other people's load changes times and not instructions; virtual machines seldom count these. */
export function chooseCounting(): { readonly unit: "instructions" | "ms"; readonly count: CountWork } {
  const probe = spawnSync("perf", ["stat", "-x,", "-e", EVENT, "true"], { encoding: "utf8" });
  const isCounted = probe.status === 0 && readCount(probe.stderr) !== undefined;
  return isCounted ? { unit: "instructions", count: countInstructions } : { unit: "ms", count: countTime };
}

const EVENT = "instructions:u";

async function countTime(child: Worker, during: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  const { cpuPercent } = await measureLoad(child, during);
  return (cpuPercent / 100) * (performance.now() - startedMs);
}

async function countInstructions({ pid }: Worker, during: () => Promise<unknown>): Promise<number> {
  const counting = spawn("perf", ["stat", "-x,", "-e", EVENT, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  counting.stderr.on("data", (text: Buffer) => {
    told += text.toString();
  });
  const ended = new Promise((resolve) => counting.once("close", resolve));
  await during();
  counting.kill("SIGINT");
  await ended;
  return readCount(told) ?? Number.NaN;
}

/** `1234567,,instructions:u,…`; nothing where it stands that it is not supported or not counted. */
function readCount(text: string): number | undefined {
  const found = /^(\d+),[^,]*,instructions/m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
