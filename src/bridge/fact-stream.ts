import type { Clock } from "../base/clock.ts";
import type { Fact, FactBody, FactSink } from "../journal/fact.ts";

/** For so long facts are told in one turn of the event loop; */
const LONGEST_TURN_MS = 10;
/** but no more than these wait for another one. */
const MOST_WAITING = 5000;

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
    if (this.#waiting.length === 1) clock.soon(() => clock.soon(() => this.#tellSome()));
  };

  /** What is left goes on in the next turn, unless more comes than is told: nothing is kept without a bound. */
  #tellSome(): void {
    const endMs = this.#clock.monotonicMs() + LONGEST_TURN_MS;
    const told = this.#waiting;
    let count = 0;
    try {
      while (count < told.length && (this.#clock.monotonicMs() < endMs || told.length - count > MOST_WAITING))
        this.#tell(told[count++]);
    } finally {
      if (this.#waiting === told) this.#waiting = told.slice(count);
      if (this.#waiting.length > 0) this.#clock.soon(() => this.#tellSome());
    }
  }

  /** Tells now what has been recorded so far. */
  flush(): void {
    const told = this.#waiting;
    this.#waiting = [];
    for (const fact of told) this.#tell(fact);
  }

  #tell(fact: Fact | undefined): void {
    if (fact !== undefined) for (const sink of this.#sinks) sink(fact);
  }
}
