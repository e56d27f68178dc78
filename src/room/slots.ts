import { ROUND_LOOKS_AT_ONCE, type Urgency } from "./pace.ts";

/** Fewer than the client has connections, so that a press finds one free. */
const LOOKS_AT_ONCE = 6;
/** Looks that hang, of whatever sort, leave room for the others. */
const MOST = { hurried: 4, round: ROUND_LOOKS_AT_ONCE, failing: 1 } as const;

type Group = keyof typeof MOST;

/** How many looks are under way at once. */
export class Slots {
  readonly #taken: Record<Group, number> = { hurried: 0, round: 0, failing: 0 };

  isFree(urgency: Urgency, atOnce: "usual" | "one"): boolean {
    const { hurried, round, failing } = this.#taken;
    const all = hurried + round + failing;
    if (atOnce === "one") return all === 0;
    const group = groupOf(urgency);
    return all < LOOKS_AT_ONCE && this.#taken[group] < MOST[group];
  }

  /** The returned function gives the place back. */
  take(urgency: Urgency): () => void {
    const group = groupOf(urgency);
    this.#taken[group]++;
    return () => {
      this.#taken[group]--;
    };
  }
}

function groupOf(urgency: Urgency): Group {
  return urgency === "hurried" || urgency === "failing" ? urgency : "round";
}
