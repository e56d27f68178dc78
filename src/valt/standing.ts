import type { Log } from "../base/log.ts";
import { nameOf, type Place } from "./addresses.ts";
import type { ValtFailure } from "./failure.ts";

/** A server is asked at another of its addresses from now on: scheme, host, port and folder. */
export interface AddressChange {
  readonly address: string;
  readonly before: string;
  /** Why the one before is not asked any more, where that is known. */
  readonly why?: string;
}

/**
 * Which of a server's addresses is asked first: the one that answered last, until it fails. Then it is the next of the list,
 * as a guess, until one of them answers. An address that is well again is not gone back to by itself.
 */
export class Standing<Address extends Place> {
  readonly #log: Log;
  #addresses: readonly Address[];
  readonly #silent = new Map<Address, ValtFailure>();
  #inUse: Address;
  #first: Address;
  #changes = 0;
  #hear: (change: AddressChange) => void = () => undefined;

  constructor(addresses: readonly [Address, ...Address[]], log: Log) {
    this.#addresses = addresses;
    this.#log = log;
    this.#inUse = addresses[0];
    this.#first = addresses[0];
  }

  /** The one that answered last; the first of the list before any has. */
  get inUse(): Address {
    return this.#inUse;
  }

  /** How often another address has been taken into use. */
  get changes(): number {
    return this.#changes;
  }

  /** In the order in which they are tried now. */
  get order(): readonly Address[] {
    return [this.#first, ...this.#addresses.filter((address) => address !== this.#first)];
  }

  /** VALT has answered there. A late answer of a former address changes nothing while the one in use is well. */
  answered(address: Address): void {
    this.#silent.delete(address);
    const isLate = address !== this.#first && this.#first === this.#inUse && !this.#silent.has(this.#first);
    if (isLate) return;
    this.#first = address;
    if (address === this.#inUse) return;
    const before = this.#inUse;
    this.#inUse = address;
    this.#changes += 1;
    const why = this.#silent.get(before)?.message;
    const change = { address: nameOf(address), before: nameOf(before), ...(why !== undefined && { why }) };
    this.#log.warn("VALT is asked at another address", change);
    this.#hear(change);
  }

  /** `hear` is called with each later change. */
  onChange(hear: (change: AddressChange) => void): void {
    this.#hear = hear;
  }

  /** VALT has not answered there. */
  silent(address: Address, failure: ValtFailure): void {
    this.#silent.set(address, failure);
    if (address !== this.#first) return;
    const all = this.#addresses;
    const from = all.indexOf(address) + 1;
    const next = [...all.slice(from), ...all.slice(0, from)];
    this.#first = next.find((one) => !this.#silent.has(one)) ?? next[0] ?? address;
  }

  /** Nobody is asked any more: that one address says so is enough. */
  end(): void {
    this.#addresses = [this.#first];
  }
}
