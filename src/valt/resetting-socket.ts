import { Socket } from "node:net";

/**
 * A TCP connection that is reset when it is closed, whoever closes it. After a polite close the kernel keeps what was
 * written and not acknowledged, and sends it again for minutes: it arrives when the network is back. After a reset
 * it is gone.
 */
export class ResettingSocket extends Socket {
  #isReset = false;
  #why: Error | undefined;

  override destroy(why?: Error): this {
    // Nothing was written before it stands; and resetting ends in a second call of this method.
    if (this.#isReset || this.pending || this.destroyed) return super.destroy(why ?? this.#why);
    this.#isReset = true;
    this.#why = why;
    return this.resetAndDestroy();
  }
}
