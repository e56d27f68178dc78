import { networkOf } from "../base/address-list.ts";

/** One connection's place. */
export interface Place {
  /** A request has come and is being answered. */
  asks(): void;
  /** It was answered. */
  rests(): void;
  /** The connection has ended, or is counted elsewhere. May be called twice. */
  leave(): void;
}

interface Placed {
  readonly network: string;
  readonly end: () => void;
  /** Requests that are being answered. */
  asking: number;
}

/**
 * The places for connections over which pages and monitoring ask. Nobody keeps others out: where all places are taken, the
 * address that holds most gives one up, first of all one that asks for nothing just now. Browsers open such a connection
 * anew without a word. Nobody takes a place from an address that holds fewer than its own.
 */
export class Places {
  readonly #most: number;
  /** Who has asked for nothing for the longest time stands in front. */
  readonly #placed = new Set<Placed>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Nothing when all places are taken by others that may keep them. `end` cuts a connection. */
  take(address: string, end: () => void): Place | undefined {
    const network = networkOf(address);
    if (this.#placed.size >= this.#most) {
      const giver = this.#findGiver(network);
      if (giver === undefined) return undefined;
      this.#placed.delete(giver);
      giver.end();
    }
    const placed: Placed = { network, end, asking: 0 };
    this.#placed.add(placed);
    return {
      asks: () => {
        placed.asking += 1;
      },
      rests: () => {
        placed.asking -= 1;
        if (this.#placed.delete(placed)) this.#placed.add(placed);
      },
      leave: () => void this.#placed.delete(placed),
    };
  }

  #findGiver(newcomer: string): Placed | undefined {
    const all = [...this.#placed];
    const count = countBy(all, ({ network }) => network);
    const idle = findCrowded(
      all.filter(({ asking, network }) => asking === 0 && count(network) >= count(newcomer)),
      ({ network }) => count(network),
    );
    if (idle !== undefined) return idle;
    const busy = findCrowded(all, ({ network }) => count(network));
    return busy !== undefined && count(busy.network) > count(newcomer) + 1 ? busy : undefined;
  }
}

/** How many have that value. */
export function countBy<Item>(
  items: readonly Item[],
  groupOf: (item: Item) => string,
): (value: string) => number {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(groupOf(item), (counts.get(groupOf(item)) ?? 0) + 1);
  return (value) => counts.get(value) ?? 0;
}

/** The first of those with the greatest crowd. */
export function findCrowded<Item>(items: readonly Item[], crowdOf: (item: Item) => number): Item | undefined {
  const most = Math.max(...items.map(crowdOf));
  return items.find((item) => crowdOf(item) === most);
}
