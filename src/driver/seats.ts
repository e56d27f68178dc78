import { networkOf } from "../base/address-list.ts";
import type { DeviceHost, Peer } from "./contract.ts";

export interface SeatsTools {
  readonly most: number;
  readonly host: Pick<DeviceHost, "clock" | "dropped" | "knows">;
}

/** One connection's place on a listener. */
export interface Seat {
  /** Something came from it: it is nobody who only holds a place. */
  spoke(): void;
  /** The connection has ended. May be called twice. */
  leave(): void;
}

/** Where a passcode is needed, a machine gives it at once, and a person within this time. */
const PROVE_WITHIN_MS = 15_000;

/**
 * The places of a listener, so that nobody keeps them by holding still. Who needs a passcode and does not give it is cut
 * off, at once when its place is wanted. Who needs none may listen in silence for ever; but where all places are taken, an
 * address with several such listeners gives up the oldest of them.
 */
export class Seats {
  readonly #tools: SeatsTools;
  readonly #seated = new Set<Seated>();

  constructor(tools: SeatsTools) {
    this.#tools = tools;
  }

  /** Nothing when all places are taken by others that may keep them. `end` cuts a connection, before it returns. */
  take(peer: Peer, end: () => void): Seat | undefined {
    const { most, host } = this.#tools;
    if (this.#seated.size >= most) {
      const giver = this.#findGiver();
      if (giver === undefined) return undefined;
      this.#expel(giver, "gave its place to a newcomer");
    }
    const seated: Seated = { peer, end, hasSpoken: false, cancel: () => undefined };
    this.#seated.add(seated);
    if (!this.#knows(peer)) {
      seated.cancel = host.clock.after(PROVE_WITHIN_MS, () => {
        if (!this.#knows(peer)) this.#expel(seated, "no passcode given in time");
      });
    }
    return {
      spoke: () => {
        seated.hasSpoken = true;
      },
      leave: () => this.#remove(seated),
    };
  }

  #findGiver(): Seated | undefined {
    const all = [...this.#seated];
    const strangers = all.filter(({ peer }) => !this.#knows(peer));
    if (strangers.length > 0) return findOldestOfMost(strangers);
    const silent = all.filter(({ hasSpoken }) => !hasSpoken);
    return findOldestOfMost(silent.filter((one) => countNeighbours(silent, one) > 1));
  }

  #knows(peer: Peer): boolean {
    return this.#tools.host.knows?.(peer) ?? true;
  }

  #expel(seated: Seated, why: string): void {
    this.#remove(seated);
    this.#tools.host.dropped(why, seated.peer);
    seated.end();
  }

  #remove(seated: Seated): void {
    seated.cancel();
    this.#seated.delete(seated);
  }
}

interface Seated {
  readonly peer: Peer;
  readonly end: () => void;
  hasSpoken: boolean;
  cancel: () => void;
}

/** Of the address that holds most, so that whoever fills the places displaces nobody else. */
function findOldestOfMost(oldestFirst: readonly Seated[]): Seated | undefined {
  const crowded = oldestFirst.map((one) => countNeighbours(oldestFirst, one));
  return oldestFirst[crowded.indexOf(Math.max(...crowded))];
}

/** Itself among them. */
function countNeighbours(all: readonly Seated[], { peer: { address } }: Seated): number {
  const network = networkOf(address);
  return all.filter(({ peer }) => networkOf(peer.address) === network).length;
}
