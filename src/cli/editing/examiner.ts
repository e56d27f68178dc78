import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Cancel, type Clock, within } from "../../base/clock.ts";
import type { NotExamined } from "../../bridge/mapping-editor.ts";
import type { Answered, ExaminationName, Examinations } from "./examination.ts";

/** A large site with its pictures takes a second or two. */
const ANSWER_WITHIN_MS = 20_000;
export const MOST_WAITING = 8;
/** Nobody edits any more. */
const IDLE_MS = 120_000;
/** A mapping that eats up memory ends the thread, and not the bridge. */
const MOST_MEGABYTES = 512;

export const BUSY: NotExamined = { failure: "Too much is asked at once: try again in a moment." };
const TOO_LONG: NotExamined = { failure: "It takes too long to check this text." };

/** Asks the thread that examines mappings; it begins with the first question and ends when nobody has asked for a while. */
export class Examiner {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #thread: Worker | undefined;
  #count = 0;
  #cancelIdle: Cancel = () => undefined;

  constructor(clock: Clock, idleMs = IDLE_MS) {
    this.#clock = clock;
    this.#idleMs = idleMs;
  }

  async ask<Name extends ExaminationName>(
    what: Name,
    question: Examinations[Name]["question"],
  ): Promise<Examinations[Name]["answer"] | NotExamined> {
    if (this.#answers.size >= MOST_WAITING) return BUSY;
    this.#count += 1;
    const id = this.#count;
    const answered = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.#cancelIdle();
    this.#running().postMessage({ id, what, question });
    const answer = await within(this.#clock, answered, ANSWER_WITHIN_MS);
    this.#answers.delete(id);
    if (answer === "too-late") this.#end(TOO_LONG);
    else this.#cancelIdle = this.#clock.after(this.#idleMs, () => this.#end(TOO_LONG));
    return (answer === "too-late" ? TOO_LONG : answer) as Examinations[Name]["answer"] | NotExamined;
  }

  close(): void {
    this.#cancelIdle();
    this.#end({ failure: "The bridge stops." });
  }

  #running(): Worker {
    if (this.#thread !== undefined) return this.#thread;
    const thread = new Worker(programFile(), {
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
    });
    thread.unref();
    thread.on("message", (answered: Answered) =>
      this.#answers.get(answered.id)?.(
        "failure" in answered ? { failure: answered.failure } : answered.answer,
      ),
    );
    const ended = (why: string) => {
      if (this.#thread === thread) this.#end({ failure: why });
    };
    thread.on("error", (error) => ended(`It cannot be checked: ${error.message}`));
    thread.on("exit", () => ended("It cannot be checked: the thread for that has ended."));
    this.#thread = thread;
    return thread;
  }

  #end(answer: NotExamined): void {
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
    for (const resolve of this.#answers.values()) resolve(answer);
  }
}

/**
 * The program itself, which examines when it runs in a thread. A thread needs JavaScript: run from TypeScript, as by the tests,
 * it is the built file.
 */
function programFile(): URL {
  if (import.meta.url.endsWith(".js")) return new URL("../../main.js", import.meta.url);
  const built = new URL("../../../dist/src/main.js", import.meta.url);
  if (!existsSync(fileURLToPath(built))) throw new Error("the program is not built: npm run build");
  return built;
}
