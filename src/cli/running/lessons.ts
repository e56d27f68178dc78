import { z } from "zod";
import { type Cancel, type Clock, pause } from "../../base/clock.ts";
import { type DeviceId, deviceId } from "../../base/identifiers.ts";
import type { Heard, LessonEnd, LessonRefusal } from "../../bridge/lesson.ts";
import type { ControlDescription } from "../../driver/contract.ts";
import type { RunningBridge } from "./start-bridge.ts";

export const LEARN_REQUEST = "/learn";

/** What `learn` asks of a running bridge: it hears what came since, waiting for a moment, until it ends or asks no more. */
const learnRequestSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("begin"), device: z.string().transform(deviceId), by: z.string() }),
  z.object({ do: z.literal("hear"), lesson: z.number() }),
  z.object({ do: z.literal("end"), lesson: z.number() }),
]);

/** What is answered; `failure` is a sentence, and then there is nothing else. */
export interface LearnAnswer {
  readonly failure?: string;
  readonly lesson?: number;
  readonly controls?: readonly ControlDescription[];
  readonly heard?: readonly Heard[];
  readonly ended?: LessonEnd;
}

const refusals: Readonly<Record<LessonRefusal, string>> = {
  "not-there": "is not there",
  taken: "is being learnt already by somebody",
  locked: "is locked: unlock it first",
};

/** A command that does not ask for so long is gone. */
const GONE_MS = 5000;
/** Shorter than a command waits for an answer. */
const WAIT_MS = 400;

interface Running {
  heard: Heard[];
  ended?: LessonEnd;
  end: Cancel;
  cancelGone: Cancel;
  wake(): void;
}

/** The lessons of commands on this machine. */
export class Lessons {
  readonly #clock: Clock;
  readonly #bridge: () => Pick<RunningBridge["bridge"], "learn" | "planOf">;
  readonly #running = new Map<number, Running>();
  #count = 0;

  constructor(clock: Clock, bridge: () => Pick<RunningBridge["bridge"], "learn" | "planOf">) {
    this.#clock = clock;
    this.#bridge = bridge;
  }

  async answer(sent: unknown): Promise<LearnAnswer> {
    const request = learnRequestSchema.parse(sent);
    if (request.do === "begin") return this.#begin(request.device, request.by);
    const lesson = this.#running.get(request.lesson);
    if (lesson === undefined) return { ended: "ended" };
    if (request.do === "end") lesson.end();
    else await this.#hear(request.lesson, lesson);
    const { heard, ended } = lesson;
    lesson.heard = [];
    if (ended === undefined) return { heard };
    this.#forget(request.lesson, lesson);
    return { heard, ended };
  }

  #begin(device: DeviceId, by: string): LearnAnswer {
    const lesson: Running = {
      heard: [],
      end: () => undefined,
      cancelGone: () => undefined,
      wake: () => undefined,
    };
    const begun = this.#bridge().learn(device, {
      by,
      heard: (what) => {
        lesson.heard.push(what);
        lesson.wake();
      },
      ended: (why) => {
        lesson.ended = why;
        lesson.wake();
      },
    });
    if (!begun.ok) return { failure: `${device} ${refusals[begun.failure]}` };
    lesson.end = begun.value;
    this.#count += 1;
    this.#running.set(this.#count, lesson);
    this.#expect(this.#count, lesson);
    return { lesson: this.#count, controls: this.#bridge().planOf(device)?.controls ?? [] };
  }

  async #hear(number: number, lesson: Running): Promise<void> {
    this.#expect(number, lesson);
    if (lesson.heard.length > 0 || lesson.ended !== undefined) return;
    const something = new AbortController();
    lesson.wake = () => something.abort();
    await pause(this.#clock, WAIT_MS, something.signal);
  }

  #expect(number: number, lesson: Running): void {
    lesson.cancelGone();
    lesson.cancelGone = this.#clock.after(GONE_MS, () => this.#forget(number, lesson));
  }

  #forget(number: number, lesson: Running): void {
    lesson.cancelGone();
    lesson.end();
    this.#running.delete(number);
  }
}
