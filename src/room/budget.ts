import { ROUND_SHARE } from "./pace.ts";

/** Rooms with a command under way may use all of the budget, everything else no more than its share. */
export type Purse = "hurried" | "round";

/** What may come together after a quiet time: as much as is due between two moments of the schedule. */
const BURST_MS = 125;

/** A budget of n a second allows one request each 1/n s. */
export class Budget {
  readonly #perSecond: () => number;
  /** When the next request is allowed. */
  readonly #freeMs: Record<Purse, number>;

  constructor(perSecond: () => number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#freeMs = { hurried: nowMs, round: nowMs };
  }

  freeMs(purse: Purse): number {
    const { hurried, round } = this.#freeMs;
    return purse === "hurried" ? hurried : Math.max(hurried, round);
  }

  spend(purse: Purse, nowMs: number): void {
    this.#advance("hurried", { nowMs, perSecond: this.#perSecond() });
    if (purse === "round") this.#advance("round", { nowMs, perSecond: this.#perSecond() * ROUND_SHARE });
  }

  /** Nothing is allowed before, whatever was: the server needs rest, or is back. */
  allowFrom(atMs: number): void {
    this.#freeMs.hurried = atMs;
    this.#freeMs.round = atMs;
  }

  #advance(purse: Purse, { nowMs, perSecond }: { readonly nowMs: number; readonly perSecond: number }): void {
    this.#freeMs[purse] = Math.max(this.#freeMs[purse], nowMs - BURST_MS) + 1000 / perSecond;
  }
}
