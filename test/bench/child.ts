import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Replied, Usage } from "./answering.ts";
import { rest } from "./wait.ts";

/** A process of the benchmark's own, asked over the channel that comes with `fork`. */
export interface Child {
  ask<Answer>(question: string, detail?: unknown): Promise<Answer>;
  /** Lets go of it and waits until it has ended. */
  stop(): Promise<void>;
}

/** `name` is a file beside this one, without its ending. */
export function startChild(name: string, profileFolder?: string): Child & { readonly pid: number } {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const child = fork(file, {
    execArgv: [...profilingIn(profileFolder)],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ask = createAsking(child, name);
  return { ask, pid: child.pid ?? 0, stop: () => ended(child, () => child.disconnect()) };
}

export function profilingIn(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

/** Asks a process that answers with `answerParent`. */
export function createAsking(child: ChildProcess, name: string): Child["ask"] {
  const waiting = new Map<number, (replied: Replied) => void>();
  let count = 0;
  child.once("exit", (code) => {
    for (const [id, settle] of waiting) settle({ id, error: `${name} ended with code ${code}` });
  });
  child.on("message", (replied: Replied) => {
    waiting.get(replied.id)?.(replied);
    waiting.delete(replied.id);
  });
  return <Answer>(question: string, detail?: unknown) => {
    const id = ++count;
    return new Promise<Answer>((resolve, reject) => {
      waiting.set(id, (replied) => {
        if ("error" in replied) reject(new Error(`${question}: ${replied.error}`));
        else resolve(replied.answer as Answer);
      });
      child.send({ id, question, detail });
    });
  };
}

/** Does what ends the process and waits until it has ended. */
export function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    end();
  });
}

export interface Load {
  /** Of one core. */
  readonly cpuPercent: number;
  readonly rssMegabytes: number;
  /** Without pages of files. */
  readonly ownMegabytes: number;
}

/** What a child uses while `during` goes on. */
export async function measureLoad(child: Pick<Child, "ask">, during: () => Promise<unknown>): Promise<Load> {
  const before = await child.ask<Usage>("usage");
  await during();
  const after = await child.ask<Usage>("usage");
  return {
    cpuPercent: (100 * (after.cpuMs - before.cpuMs)) / (after.atMs - before.atMs),
    rssMegabytes: after.rssBytes / 2 ** 20,
    ownMegabytes: after.ownBytes / 2 ** 20,
  };
}

export const seconds = (count: number) => () => rest(count * 1000);
