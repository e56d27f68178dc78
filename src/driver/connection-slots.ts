import { networkOf } from "../base/address-list.ts";
import type { Clock } from "../base/clock.ts";

/** Whoever takes a place: a peer of a listener, a page of the console. */
interface SlotHolder {
  /** IP address. */
  readonly address: string;
}

interface ConnectionSlotsHost<Holder extends SlotHolder> {
  readonly clock: Clock;
  dropped(reason: string, holder: Holder): void;
  /** Whether a holder needs no passcode, or has given it. Default: everybody. */
  knows?(holder: Holder): boolean;
  /** Whether the mapping names this very address; without this word it names none. */
  names?(address: string): boolean;
}

interface ConnectionSlotsTools<Holder extends SlotHolder> {
  readonly most: number;
  readonly host: ConnectionSlotsHost<Holder>;
}

/** One connection's place on a listener. */
interface ConnectionSlot {
  /** Something came from it: it is not idle just now. Told each time. */
  spoke(): void;
  /** The connection has ended. May be called twice. */
  leave(): void;
}

/** Where a passcode is needed, a machine gives it at once, and a person within this time. */
const PROVE_WITHIN_MS = 15_000;
/** Who was silent for so long may lose the place, but only when all are taken and another wants one. */
const IDLE_MS = 30_000;

/**
 * The places of a listener, so that nobody keeps them from others. Who needs a passcode and does not give it is cut off.
 * Where all places are taken, a newcomer gets one of these, in this order:
 *
 * 1. the place of somebody who has not given the passcode yet;
 * 2. one of the address that holds most, where that is at least two more than the newcomer's: whoever fills the places
 *    from one machine displaces nobody but himself;
 * 3. the place of who was silent for half a minute, or of one of several at an address that never said anything; not from
 *    an address that holds fewer places than the newcomer's.
 *
 * An address that the mapping names by itself has one place that nobody gets, and gets one whoever holds it. Of several
 * that could give theirs, it is the one that was silent longest.
 */
export class ConnectionSlots<Holder extends SlotHolder = SlotHolder> {
  readonly #tools: ConnectionSlotsTools<Holder>;
  /** Who was heard last stands at the end. */
  readonly #taken = new Set<Taken<Holder>>();

  constructor(tools: ConnectionSlotsTools<Holder>) {
    this.#tools = tools;
  }

  /** Nothing when all places are taken by others that may keep them. `end` cuts a connection, before it returns. */
  take(holder: Holder, end: () => void): ConnectionSlot | undefined {
    const { most, host } = this.#tools;
    if (this.#taken.size >= most) {
      const giver = this.#findGiver(holder);
      if (giver === undefined) return undefined;
      this.#expel(giver, "gave its place to a newcomer");
    }
    const heardAtMs = host.clock.monotonicMs();
    const network = networkOf(holder.address);
    const one: Taken<Holder> = {
      holder,
      network,
      end,
      heardAtMs,
      hasSpoken: false,
      cancel: () => undefined,
    };
    this.#taken.add(one);
    if (!this.#knows(holder)) {
      one.cancel = host.clock.after(PROVE_WITHIN_MS, () => {
        if (!this.#knows(holder)) this.#expel(one, "no passcode given in time");
      });
    }
    return { spoke: () => this.#hear(one), leave: () => this.#remove(one) };
  }

  #findGiver(newcomer: Holder): Taken<Holder> | undefined {
    const all = [...this.#taken];
    const count = countNetworks(all);
    const free = all.filter((one) => !this.#isKept(one, all));
    const crowd = (one: Taken<Holder>) => count.get(one.network) ?? 0;
    const unauthenticated = free.filter(({ holder }) => !this.#knows(holder));
    if (unauthenticated.length > 0) return firstOfMost(unauthenticated, countNetworks(unauthenticated));
    const own = count.get(networkOf(newcomer.address)) ?? 0;
    const crowded = firstOfMost(free, count);
    if (crowded === undefined) return undefined;
    if (crowd(crowded) >= own + 2 || this.#lacksItsPlace(newcomer, all)) return crowded;
    const mute = countNetworks(free.filter(({ hasSpoken }) => !hasSpoken));
    const isOneOfMany = ({ network, hasSpoken }: Taken<Holder>) => !hasSpoken && (mute.get(network) ?? 0) > 1;
    return free.find((one) => crowd(one) >= own && (this.#isIdle(one) || isOneOfMany(one)));
  }

  /** The last place of an address that the mapping names. */
  #isKept({ holder }: Taken<Holder>, all: readonly Taken<Holder>[]): boolean {
    return this.#names(holder) && all.filter((other) => other.holder.address === holder.address).length === 1;
  }

  #lacksItsPlace(newcomer: Holder, all: readonly Taken<Holder>[]): boolean {
    return this.#names(newcomer) && all.every(({ holder }) => holder.address !== newcomer.address);
  }

  #isIdle({ heardAtMs }: Taken<Holder>): boolean {
    return this.#tools.host.clock.monotonicMs() - heardAtMs >= IDLE_MS;
  }

  #names({ address }: SlotHolder): boolean {
    return this.#tools.host.names?.(address) ?? false;
  }

  #knows(holder: Holder): boolean {
    return this.#tools.host.knows?.(holder) ?? true;
  }

  #hear(one: Taken<Holder>): void {
    if (!this.#taken.delete(one)) return;
    one.hasSpoken = true;
    one.heardAtMs = this.#tools.host.clock.monotonicMs();
    this.#taken.add(one);
  }

  #expel(one: Taken<Holder>, why: string): void {
    this.#remove(one);
    this.#tools.host.dropped(why, one.holder);
    one.end();
  }

  #remove(one: Taken<Holder>): void {
    one.cancel();
    this.#taken.delete(one);
  }
}

interface Taken<Holder> {
  readonly holder: Holder;
  readonly network: string;
  readonly end: () => void;
  /** Or since when it is here. */
  heardAtMs: number;
  hasSpoken: boolean;
  cancel: () => void;
}

function countNetworks(all: readonly Taken<unknown>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { network } of all) counts.set(network, (counts.get(network) ?? 0) + 1);
  return counts;
}

/** Of the network that holds most, so that whoever fills the places displaces nobody else. */
function firstOfMost<One extends Taken<unknown>>(
  all: readonly One[],
  count: ReadonlyMap<string, number>,
): One | undefined {
  const crowded = all.map(({ network }) => count.get(network) ?? 0);
  return all[crowded.indexOf(Math.max(...crowded))];
}
