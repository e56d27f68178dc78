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

/** Does the task for each item: at once as long as the turn has time, and in as many more turns as it takes. */
export async function eachInTurns<Item>(
  clock: TurnClock,
  items: Iterable<Item>,
  task: (item: Item) => unknown,
): Promise<void> {
  for (const item of items) {
    const next = nextTurn(clock);
    if (next !== undefined) await next;
    task(item);
  }
}

/** Does all of a work of which no piece is long, over as many turns as it takes. */
export async function finishInTurns<Value>(clock: TurnClock, pieces: Generator<void, Value>): Promise<Value> {
  for (;;) {
    const next = nextTurn(clock);
    if (next !== undefined) await next;
    const piece = pieces.next();
    if (piece.done === true) return piece.value;
  }
}

/** Resolves in a turn that has time; gives nothing to wait for where this one has. */
export function nextTurn(clock: TurnClock): Promise<void> | undefined {
  const turn = sharedTurnOf(clock);
  return turn.hasTime() ? undefined : new Promise((resolve) => turn.join(resolve, "last"));
}

const turnsByClock = new WeakMap<TurnClock, SharedTurn>();

/** That of everything that lives by this clock. */
export function sharedTurnOf(clock: TurnClock): SharedTurn {
  const known = turnsByClock.get(clock) ?? new SharedTurn(clock);
  turnsByClock.set(clock, known);
  return known;
}
