import { networkOf } from "../base/address-list.ts";
import type { Clock } from "../base/clock.ts";

/** Whoever takes a place: a peer of a listener, a page of the console. */
interface SlotHolder {
  /** IP address. */
  readonly address: string;
}

interface ConnectionSlotsHost<Seated extends SlotHolder> {
  readonly clock: Clock;
  dropped(reason: string, guest: Seated): void;
  /** Whether a guest needs no passcode, or has given it; without this word everybody is known. */
  knows?(guest: Seated): boolean;
  /** Whether the mapping names this very address; without this word it names none. */
  names?(address: string): boolean;
}

interface ConnectionSlotsTools<Seated extends SlotHolder> {
  readonly most: number;
  readonly host: ConnectionSlotsHost<Seated>;
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
export class ConnectionSlots<Seated extends SlotHolder = SlotHolder> {
  readonly #tools: ConnectionSlotsTools<Seated>;
  /** Who was heard last stands at the end. */
  readonly #taken = new Set<Taken<Seated>>();

  constructor(tools: ConnectionSlotsTools<Seated>) {
    this.#tools = tools;
  }

  /** Nothing when all places are taken by others that may keep them. `end` cuts a connection, before it returns. */
  take(guest: Seated, end: () => void): ConnectionSlot | undefined {
    const { most, host } = this.#tools;
    if (this.#taken.size >= most) {
      const giver = this.#findGiver(guest);
      if (giver === undefined) return undefined;
      this.#expel(giver, "gave its place to a newcomer");
    }
    const heardAtMs = host.clock.monotonicMs();
    const network = networkOf(guest.address);
    const one: Taken<Seated> = {
      guest,
      network,
      end,
      heardAtMs,
      hasSpoken: false,
      cancel: () => undefined,
    };
    this.#taken.add(one);
    if (!this.#knows(guest)) {
      one.cancel = host.clock.after(PROVE_WITHIN_MS, () => {
        if (!this.#knows(guest)) this.#expel(one, "no passcode given in time");
      });
    }
    return { spoke: () => this.#hear(one), leave: () => this.#remove(one) };
  }

  #findGiver(newcomer: Seated): Taken<Seated> | undefined {
    const all = [...this.#taken];
    const count = countNetworks(all);
    const free = all.filter((one) => !this.#isKept(one, all));
    const crowd = (one: Taken<Seated>) => count.get(one.network) ?? 0;
    const strangers = free.filter(({ guest }) => !this.#knows(guest));
    if (strangers.length > 0) return firstOfMost(strangers, countNetworks(strangers));
    const own = count.get(networkOf(newcomer.address)) ?? 0;
    const crowded = firstOfMost(free, count);
    if (crowded === undefined) return undefined;
    if (crowd(crowded) >= own + 2 || this.#lacksItsPlace(newcomer, all)) return crowded;
    const mute = countNetworks(free.filter(({ hasSpoken }) => !hasSpoken));
    const isOneOfMany = ({ network, hasSpoken }: Taken<Seated>) => !hasSpoken && (mute.get(network) ?? 0) > 1;
    return free.find((one) => crowd(one) >= own && (this.#isIdle(one) || isOneOfMany(one)));
  }

  /** The last place of an address that the mapping names. */
  #isKept({ guest }: Taken<Seated>, all: readonly Taken<Seated>[]): boolean {
    return this.#names(guest) && all.filter((other) => other.guest.address === guest.address).length === 1;
  }

  #lacksItsPlace(newcomer: Seated, all: readonly Taken<Seated>[]): boolean {
    return this.#names(newcomer) && all.every(({ guest }) => guest.address !== newcomer.address);
  }

  #isIdle({ heardAtMs }: Taken<Seated>): boolean {
    return this.#tools.host.clock.monotonicMs() - heardAtMs >= IDLE_MS;
  }

  #names({ address }: SlotHolder): boolean {
    return this.#tools.host.names?.(address) ?? false;
  }

  #knows(guest: Seated): boolean {
    return this.#tools.host.knows?.(guest) ?? true;
  }

  #hear(one: Taken<Seated>): void {
    if (!this.#taken.delete(one)) return;
    one.hasSpoken = true;
    one.heardAtMs = this.#tools.host.clock.monotonicMs();
    this.#taken.add(one);
  }

  #expel(one: Taken<Seated>, why: string): void {
    this.#remove(one);
    this.#tools.host.dropped(why, one.guest);
    one.end();
  }

  #remove(one: Taken<Seated>): void {
    one.cancel();
    this.#taken.delete(one);
  }
}

interface Taken<Seated> {
  readonly guest: Seated;
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
