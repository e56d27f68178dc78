import type { Clock } from "../base/clock.ts";
import type { Fact, FactBody, FactSink } from "../journal/fact.ts";

/** Facts on their way to those that keep and show them, which takes longer than a request: that is on its way first. */
export class FactStream {
  readonly #clock: Clock;
  readonly #sinks: readonly FactSink[];
  #waiting: Fact[] = [];

  constructor(clock: Clock, sinks: readonly FactSink[]) {
    this.#clock = clock;
    this.#sinks = sinks;
  }

  readonly record = (body: FactBody): void => {
    const clock = this.#clock;
    // Whoever read these bytes may use their place again.
    const lasting = body.kind === "wire" ? { ...body, bytes: new Uint8Array(body.bytes) } : body;
    this.#waiting.push({ atMs: clock.monotonicMs(), wallMs: clock.wallMs(), ...lasting });
    // An idle connection is written to in the first of these turns, once it is known that the server has not closed it.
    if (this.#waiting.length === 1) clock.soon(() => clock.soon(() => this.flush()));
  };

  /** Tells now what has been recorded so far. */
  flush(): void {
    const told = this.#waiting;
    this.#waiting = [];
    for (const fact of told) for (const sink of this.#sinks) sink(fact);
  }
}
