import { type Clock, pause } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import { type Check, type Readiness, sumUp, unchecked } from "./check.ts";

export interface RoundsTools {
  readonly clock: Clock;
  check(): Promise<readonly Check[]>;
  /** After every round. */
  checked(readiness: Readiness): void;
}

const READY_EVERY_MS = 10 * 60_000;
const NOT_READY_EVERY_MS = 30_000;

/** Checks the site at the start, after every edit, and now and then; more often while something is wrong. */
export class PreflightRounds {
  readonly #tools: RoundsTools;
  #readiness: Readiness = unchecked;
  #round = new AbortController();
  #isClosed = false;

  constructor(tools: RoundsTools) {
    this.#tools = tools;
  }

  readiness(): Readiness {
    return this.#readiness;
  }

  /** Rooms that are not what the mapping takes them for. */
  isWrong(room: RoomName): boolean {
    return this.#readiness.checks.some(({ name, rooms }) => name === "rooms" && rooms.includes(room));
  }

  /** Checks now, and from now on. */
  begin(): void {
    this.#round.abort();
    this.#round = new AbortController();
    void this.#goRound(this.#round.signal);
  }

  close(): void {
    this.#isClosed = true;
    this.#round.abort();
  }

  async #goRound(signal: AbortSignal): Promise<void> {
    const { clock, check, checked } = this.#tools;
    while (!signal.aborted) {
      const checks = await check();
      if (signal.aborted || this.#isClosed) return;
      this.#readiness = sumUp(checks, clock.wallMs());
      checked(this.#readiness);
      await pause(clock, this.#readiness.state === "ready" ? READY_EVERY_MS : NOT_READY_EVERY_MS, signal);
    }
  }
}
