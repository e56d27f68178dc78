import { fork } from "node:child_process";
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
export function startChild(name: string, profileFolder?: string): Child {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const execArgv = profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const child = fork(file, { execArgv, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, (replied: Replied) => void>();
  let count = 0;
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code) => {
      hasEnded = true;
      for (const [id, settle] of waiting) settle({ id, error: `${name} ended with code ${code}` });
      resolve();
    });
  });
  child.on("message", (replied: Replied) => {
    waiting.get(replied.id)?.(replied);
    waiting.delete(replied.id);
  });
  return {
    ask<Answer>(question: string, detail?: unknown) {
      const id = ++count;
      return new Promise<Answer>((resolve, reject) => {
        waiting.set(id, (replied) => {
          if ("error" in replied) reject(new Error(`${question}: ${replied.error}`));
          else resolve(replied.answer as Answer);
        });
        child.send({ id, question, detail });
      });
    },
    async stop() {
      if (!hasEnded) child.disconnect();
      await ended;
    },
  };
}

export interface Load {
  /** Of one core. */
  readonly cpuPercent: number;
  readonly rssMegabytes: number;
}

/** What a child uses while `during` goes on. */
export async function measureLoad(child: Child, during: () => Promise<unknown>): Promise<Load> {
  const before = await child.ask<Usage>("usage");
  await during();
  const after = await child.ask<Usage>("usage");
  return {
    cpuPercent: (100 * (after.cpuMs - before.cpuMs)) / (after.atMs - before.atMs),
    rssMegabytes: after.rssBytes / 2 ** 20,
  };
}

export const seconds = (count: number) => () => rest(count * 1000);
