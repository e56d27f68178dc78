/** Of those that enter under one key, each waits until the one before it has left. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** `before` resolves when it is the turn; absent where nobody is before it. `leave` must be called in any case. */
  enter(key: string): { readonly before: Promise<void> | undefined; leave(): void } {
    const before = this.#last.get(key);
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last.set(key, over);
    const leave = () => {
      if (this.#last.get(key) === over) this.#last.delete(key);
      end();
    };
    return { before, leave };
  }
}
