import type { Cancel, Clock } from "../base/clock.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { ValtClient } from "../valt/client.ts";

interface RoomListTools {
  readonly clock: Clock;
  /** As it is now. */
  mapping(): Mapping;
  valt(): Pick<ValtClient, "rooms">;
  /** Whether the server can be asked at all, as far as is known. */
  server(): "up" | "down";
  /** Counts a request in the budget. */
  spend(): void;
}

/** A new room on the server shows within this, where the budget allows it. */
const EVERY_MS = 4000;
/** No more than this share of the budget. */
const MOST_SHARE = 0.1;
const LOOK_MS = 500;

/**
 * Asks for the server's list of rooms, as long as the mapping takes rooms from it and nobody else has asked just now: the
 * watch over many rooms does so every second, and every check of the site does.
 */
export class RoomList {
  readonly #tools: RoomListTools;
  readonly #cancel: Cancel;
  #askedMs = -Infinity;
  #isAsking = false;

  constructor(tools: RoomListTools) {
    this.#tools = tools;
    this.#cancel = tools.clock.every(LOOK_MS, () => void this.#ask());
  }

  /** An answer has come, whoever asked. */
  noteAnswer(): void {
    this.#askedMs = this.#tools.clock.monotonicMs();
  }

  /** The mapping is another one. */
  hasten(): void {
    this.#askedMs = -Infinity;
  }

  close(): void {
    this.#cancel();
  }

  async #ask(): Promise<void> {
    const { clock, mapping, valt, server, spend } = this.#tools;
    const { search, timing } = mapping();
    const everyMs = Math.max(EVERY_MS, 1000 / (timing.requestsPerSecond * MOST_SHARE));
    const isDue = clock.monotonicMs() - this.#askedMs >= everyMs;
    if (search === undefined || this.#isAsking || !isDue || server() === "down") return;
    this.#isAsking = true;
    spend();
    await valt().rooms();
    this.#askedMs = clock.monotonicMs();
    this.#isAsking = false;
  }
}
