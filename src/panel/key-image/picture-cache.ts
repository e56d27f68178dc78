interface CacheLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Pictures by fingerprint; those not asked for longest go first. */
export class PictureCache {
  hits = 0;
  misses = 0;
  readonly #limits: CacheLimits;
  /** A map keeps the order of insertion: the first is the one not used for longest. */
  readonly #pictures = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#pictures.size;
  }

  getOrMake(fingerprint: string, make: () => Uint8Array): Uint8Array {
    const known = this.#pictures.get(fingerprint);
    if (known !== undefined) {
      this.hits += 1;
      this.#pictures.delete(fingerprint);
      this.#pictures.set(fingerprint, known);
      return known;
    }
    this.misses += 1;
    const made = make();
    this.#pictures.set(fingerprint, made);
    this.#bytes += made.byteLength;
    this.#shrink();
    return made;
  }

  #shrink(): void {
    for (const [fingerprint, picture] of this.#pictures) {
      if (this.#pictures.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) return;
      this.#pictures.delete(fingerprint);
      this.#bytes -= picture.byteLength;
    }
  }
}
