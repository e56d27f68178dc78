import { randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Who may set the bridge up: one browser at a time, by a link that is good for one of them. Keys have 128 random bits, so
 * that nobody needs to count guesses, and nobody can lock the owner out by guessing.
 */
export class SetupDoor {
  readonly #spent: string[] = [];
  #key: string | undefined;
  #session: string | undefined;
  readonly #tellKey: (key: string) => void;

  constructor(tellKey: (key: string) => void) {
    this.#tellKey = tellKey;
  }

  /** Makes a key, unless the last one is still good. */
  offer(): void {
    if (this.#key !== undefined) return;
    this.#key = random();
    this.#tellKey(this.#key);
  }

  /** The cookie of a new session, which ends the one before; `used` makes a new key, for whoever can read it. */
  enter(offered: string): { readonly session: string } | "used" | "wrong" {
    if (isSame(offered, this.#key)) {
      this.#spent.push(offered);
      this.#key = undefined;
      this.#session = random();
      return { session: this.#session };
    }
    if (!this.#spent.some((one) => isSame(offered, one))) return "wrong";
    this.offer();
    return "used";
  }

  isSession(offered: string): boolean {
    return isSame(offered, this.#session);
  }
}

function random(): string {
  return randomBytes(16).toString("base64url");
}

function isSame(offered: string, wanted = ""): boolean {
  const [one, other] = [Buffer.from(offered), Buffer.from(wanted)];
  return one.length > 0 && one.length === other.length && timingSafeEqual(one, other);
}
