import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Clock, within } from "../base/clock.ts";
import { errorText } from "../base/error-text.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { StorageFailure } from "./database.ts";
import { type Answered, type Asked, isLastAnswer, type TaskName, type Tasks } from "./tasks.ts";

/** The one thread in which the journal and the ledger touch the disk. Started by the first question. */
export interface Storage {
  /** Answered in the order of asking; never rejects. A hung disk means no answer: whoever asks must not wait for it. */
  ask<Name extends TaskName>(
    task: Name,
    question: Tasks[Name]["question"],
  ): Promise<Result<Tasks[Name]["answer"], StorageFailure>>;
  /** Stops the thread; what was asked and not answered fails. Files that were closed before are whole anyway. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 1000;
const YOUNG_MB = 4;

type Waiting = (result: Result<never, StorageFailure>) => void;

/** Starts the thread with the first question. */
export function createStorage(clock: Clock): Storage {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let ready: Promise<unknown> = Promise.resolve();
  let count = 0;

  function start(): Worker {
    const started = new Worker(workerFile(), {
      name: "journal",
      // What it makes lives as long as a batch; left alone, V8 would keep up to 48 MB for that.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    started.on("message", settle);
    started.on("error", (error: unknown) => stopped(started, errorText(error)));
    started.on("exit", () => stopped(started, "its thread has ended"));
    started.unref();
    return started;
  }

  function settle(answered: Answered): void {
    const resolve = waiting.get(answered.id);
    waiting.delete(answered.id);
    // Nothing else may keep the process alive until a mark is safe.
    if (waiting.size === 0) worker?.unref();
    const isFailure = "failure" in answered;
    resolve?.(isFailure ? fail(answered.failure) : succeed(answered.answer as never));
    if (isLastAnswer(answered)) replace();
  }

  /** A file that was damaged or replaced can be opened anew when the thread that had it open has ended, as it does after it has said so. */
  function replace(): void {
    const ending = worker;
    if (ending === undefined) return;
    stopped(ending, "its thread was replaced");
    ending.ref();
    ready = endOf(ending);
  }

  /** The next question starts another thread; the files have to be opened again there. */
  function stopped(which: Worker, message: string): void {
    if (worker !== which) return;
    worker = undefined;
    for (const id of [...waiting.keys()]) settle({ id, failure: { kind: "stopped", message } });
  }

  function post(asked: Asked): void {
    if (!waiting.has(asked.id)) return;
    try {
      worker ??= start();
      worker.ref();
      worker.postMessage(asked);
    } catch (error) {
      settle({ id: asked.id, failure: { kind: "stopped", message: String(error) } });
    }
  }

  return {
    ask: (task, question) =>
      new Promise((resolve) => {
        const id = ++count;
        waiting.set(id, resolve as Waiting);
        void ready.then(() => post({ id, task, question }));
      }),
    async close() {
      const stopping = worker;
      if (stopping === undefined) return;
      const ended = endOf(stopping);
      stopping.postMessage("end");
      // One that hangs in the disk is left to the end of the process: stopped from outside it would take that along.
      if ((await within(clock, ended, CLOSE_WITHIN_MS)) === "too-late") stopping.unref();
      stopped(stopping, "it was closed");
    },
  };
}

function endOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => worker.once("exit", resolve));
}

/**
 * A thread needs JavaScript. Run from TypeScript, as by the tests, it is the built file: Node 20 strips no types.
 */
function workerFile(): URL {
  if (import.meta.url.endsWith(".js")) return new URL("./worker.js", import.meta.url);
  const built = new URL("../../dist/src/journal/worker.js", import.meta.url);
  if (!existsSync(fileURLToPath(built))) throw new Error("the journal's thread is not built: npm run build");
  return built;
}
