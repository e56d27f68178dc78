import type { Clock } from "./clock.ts";

/** A fifth of what any work may hold up the main thread: what else is due in the same turn needs time, too. */
const LONGEST_TURN_MS = 10;

type TurnClock = Pick<Clock, "monotonicMs" | "soon">;

/**
 * One turn of the event loop, shared by work that can be put off piece by piece, such as the drawing of many panels. Whoever
 * asks first has all of its time; who finds none left goes on in one of the next turns.
 */
class SharedTurn {
  readonly #clock: TurnClock;
  readonly #waiting: (() => void)[] = [];
  #endMs: number | undefined;

  constructor(clock: TurnClock) {
    this.#clock = clock;
  }

  /** Whether the next piece may be done now. */
  hasTime(): boolean {
    if (this.#endMs === undefined) this.#begin();
    return this.#clock.monotonicMs() < (this.#endMs ?? 0);
  }

  /** Calls back in a turn that has time: before or after those that wait already. */
  join(goOn: () => void, place: "first" | "last"): void {
    if (place === "first") this.#waiting.unshift(goOn);
    else this.#waiting.push(goOn);
    if (this.#endMs === undefined) this.#begin();
  }

  #begin(): void {
    this.#endMs = this.#clock.monotonicMs() + LONGEST_TURN_MS;
    this.#clock.soon(() => this.#next());
  }

  #next(): void {
    this.#endMs = undefined;
    while (this.#waiting.length > 0 && this.hasTime()) this.#waiting.shift()?.();
  }
}

const turnsByClock = new WeakMap<TurnClock, SharedTurn>();

/** That of everything that lives by this clock. */
export function sharedTurnOf(clock: TurnClock): SharedTurn {
  const known = turnsByClock.get(clock) ?? new SharedTurn(clock);
  turnsByClock.set(clock, known);
  return known;
}
