interface Due<Item> {
  readonly item: Item;
  readonly dueMs: number;
}

/** What is due first comes out first: a binary heap. Entries are never changed; who moves is put in again. */
export class DueQueue<Item> {
  readonly #entries: Due<Item>[] = [];

  peek(): Due<Item> | undefined {
    return this.#entries[0];
  }

  push(item: Item, dueMs: number): void {
    this.#entries.push({ item, dueMs });
    let at = this.#entries.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#dueAt(parent) <= dueMs) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = this.#dueAt(left + 1) < this.#dueAt(left) ? left + 1 : left;
      if (this.#dueAt(child) >= last.dueMs) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #dueAt(index: number): number {
    return this.#entries[index]?.dueMs ?? Infinity;
  }

  #swap(one: number, other: number): void {
    const entries = this.#entries;
    const held = entries[one] as Due<Item>;
    entries[one] = entries[other] as Due<Item>;
    entries[other] = held;
  }
}
