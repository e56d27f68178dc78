import type { Log } from "../base/log.ts";
import type { ValtFailure } from "./failure.ts";

interface Named {
  /** Scheme, host and port. */
  readonly origin: string;
}

/**
 * Which of a server's addresses is asked first: the one that answered last, until it fails. Then it is the next of the list,
 * as a guess, until one of them answers. An address that is well again is not gone back to by itself.
 */
export class Standing<Address extends Named> {
  readonly #log: Log;
  #addresses: readonly Address[];
  readonly #silent = new Map<Address, ValtFailure>();
  #inUse: Address;
  #first: Address;
  #changes = 0;

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
    this.#log.warn("VALT is asked at another address", {
      address: address.origin,
      before: before.origin,
      why,
    });
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
