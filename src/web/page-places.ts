import { networkOf } from "../base/address-list.ts";
import type { Clock } from "../base/clock.ts";
import type { Right } from "../bridge/console-source.ts";
import { countBy, findCrowded } from "./places.ts";

/** A page that wants a place. */
interface Newcomer {
  /** IP address. */
  readonly address: string;
  readonly session: string;
  readonly right: Right;
}

interface PagePlace {
  /** It said something that a page says: it is nobody who only holds a place. */
  spoke(): void;
  /** Its web socket has ended. May be called twice. */
  leave(): void;
}

interface Placed {
  readonly network: string;
  readonly session: string;
  readonly right: Right;
  readonly end: () => void;
  readonly sinceMs: number;
  hasSpoken: boolean;
}

/** Pages say what they want to see as soon as they are drawn, also on a slow tablet. */
const SPEAKS_WITHIN_MS = 10_000;

/**
 * The places for pages that are open. Where all are taken a newcomer gets the place of one that never said a word; else one
 * of the address that has more than the newcomer's, or in its own address of the session that has more than its own;
 * else who may press gets that of one that may only look on.
 */
export class PagePlaces {
  readonly #most: number;
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #placed = new Set<Placed>();

  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** Nothing when all places are taken by others that may keep them. `end` ends a page. */
  take({ address, session, right }: Newcomer, end: () => void): PagePlace | undefined {
    const sinceMs = this.#clock.monotonicMs();
    const placed: Placed = {
      network: networkOf(address),
      session,
      right,
      end,
      sinceMs,
      hasSpoken: false,
    };
    if (this.#placed.size >= this.#most) {
      const giver = this.#findGiver(placed);
      if (giver === undefined) return undefined;
      this.#placed.delete(giver);
      giver.end();
    }
    this.#placed.add(placed);
    return {
      spoke: () => {
        placed.hasSpoken = true;
      },
      leave: () => void this.#placed.delete(placed),
    };
  }

  #findGiver(newcomer: Placed): Placed | undefined {
    // Who may only look on gives way first.
    const placed = [...this.#placed];
    const all = (["view", "press", "edit"] as const).flatMap((right) =>
      placed.filter((one) => one.right === right),
    );
    const count = countBy(all, ({ network }) => network);
    const nowMs = this.#clock.monotonicMs();
    const isNobody = ({ hasSpoken, sinceMs }: Placed) => !hasSpoken && nowMs > sinceMs + SPEAKS_WITHIN_MS;
    return (
      findCrowded(all.filter(isNobody), ({ network }) => count(network)) ??
      findRich(all, newcomer, ({ network }) => network) ??
      findRich(
        all.filter(({ network }) => network === newcomer.network),
        newcomer,
        ({ session }) => session,
      ) ??
      (newcomer.right !== "view" ? all.find(({ right }) => right === "view") : undefined)
    );
  }
}

/** One of those who have so much more than the newcomer that they still do not have less afterwards. */
function findRich(
  all: readonly Placed[],
  newcomer: Placed,
  groupOf: (placed: Placed) => string,
): Placed | undefined {
  const count = countBy(all, groupOf);
  const rich = findCrowded(all, (placed) => count(groupOf(placed)));
  return rich !== undefined && count(groupOf(rich)) > count(groupOf(newcomer)) + 1 ? rich : undefined;
}
