/** What a request asks at one address just before it is written there. */
export interface WritePermit {
  /** The last moment before its bytes go out: whether they may. */
  take(): boolean;
  /** `withdraw` is called when they may not any more; at once where that is so already. */
  whenLost(withdraw: () => void): void;
}

/**
 * One request that several addresses try to send. A command is written at one of them, the first that can: nobody may hear
 * it twice. A look may be written at each.
 */
export class OneWriter<Address> {
  readonly #mayRepeat: boolean;
  readonly #waiting = new Map<Address, () => void>();
  #holder: Address | undefined;
  #isClosed = false;

  constructor(mayRepeat: boolean) {
    this.#mayRepeat = mayRepeat;
  }

  /** The first address that has begun to write it. */
  get holder(): Address | undefined {
    return this.#holder;
  }

  at(address: Address): WritePermit {
    return {
      take: () => this.#take(address),
      whenLost: (withdraw) => {
        if (this.#isOpen(address)) this.#waiting.set(address, withdraw);
        else withdraw();
      },
    };
  }

  /** Its holder has not been heard: another address may write it. */
  release(): void {
    this.#holder = undefined;
  }

  /** It is over: where it has not been written yet, it never is. */
  close(): void {
    this.#isClosed = true;
    this.#withdraw();
  }

  #take(address: Address): boolean {
    if (!this.#isOpen(address)) return false;
    this.#holder ??= address;
    if (!this.#mayRepeat) this.#withdraw();
    return true;
  }

  #isOpen(address: Address): boolean {
    if (this.#isClosed) return false;
    return this.#mayRepeat || this.#holder === undefined || this.#holder === address;
  }

  #withdraw(): void {
    for (const [address, withdraw] of [...this.#waiting]) {
      if (this.#isOpen(address)) continue;
      this.#waiting.delete(address);
      withdraw();
    }
  }
}
