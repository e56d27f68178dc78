import type { Clock } from "../base/clock.ts";

/** A press waits no longer than this for what is done in turns. */
const SLICE_MS = 8;

/**
 * What pages and programs ask for, in one queue for all of them: each thing once, however often it is asked for, in the
 * order of the first asking, and in slices, so that presses and lamps never wait for those who only look on.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #due = new Map<unknown, () => void>();
  #isRunning = false;
  #untilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `what` is the same thing when it is the same value. */
  ask(what: unknown, show: () => void): void {
    this.#due.set(what, show);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#clock.soon(() => this.#run());
  }

  /** Whether who shows many things at once should ask for another turn. */
  isOver(): boolean {
    return this.#clock.monotonicMs() >= this.#untilMs;
  }

  #run(): void {
    this.#isRunning = false;
    this.#untilMs = this.#clock.monotonicMs() + SLICE_MS;
    for (const [what, show] of this.#due) {
      this.#due.delete(what);
      show();
      if (this.isOver()) break;
    }
    if (this.#due.size === 0 || this.#isRunning) return;
    this.#isRunning = true;
    this.#clock.soon(() => this.#run());
  }
}
