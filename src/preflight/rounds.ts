import { type Clock, pause } from "../base/clock.ts";
import { type Check, type Readiness, sumUp, unchecked } from "./check.ts";

interface RoundsTools {
  readonly clock: Clock;
  check(): Promise<readonly Check[]>;
  /** Why the server cannot be asked, as long as that lasts. */
  outage(): Pick<Readiness, "reason" | "brief"> | undefined;
  /** After every round. */
  checked(readiness: Readiness): void;
}

const READY_EVERY_MS = 10 * 60_000;
const NOT_READY_EVERY_MS = 30_000;

/**
 * Checks the site at the start, after every edit, whenever the server goes or comes, and now and then; more often while
 * something is wrong. Nothing is ready that no round has passed since it was last in doubt.
 */
export class PreflightRounds {
  readonly #tools: RoundsTools;
  #readiness: Readiness = unchecked;
  #round = new AbortController();
  #isAsking = false;
  #isClosed = false;

  constructor(tools: RoundsTools) {
    this.#tools = tools;
  }

  readiness(): Readiness {
    const outage = this.#tools.outage();
    return outage === undefined ? this.#readiness : { ...this.#readiness, state: "not-ready", ...outage };
  }

  /** Checks now, and from now on: what was found before counts no longer. */
  begin(): void {
    if (this.#isClosed) return;
    this.#round.abort();
    this.#round = new AbortController();
    this.#readiness = { ...this.#readiness, state: "checking", reason: "", brief: undefined };
    void this.#goRound(this.#round.signal);
  }

  /** Something was seen that a round would find: checks now, unless one is asking already. */
  doubt(): void {
    if (!this.#isAsking) this.begin();
  }

  close(): void {
    this.#isClosed = true;
    this.#round.abort();
  }

  async #goRound(signal: AbortSignal): Promise<void> {
    const { clock, check, checked } = this.#tools;
    while (!signal.aborted) {
      this.#isAsking = true;
      const checks = await check();
      if (signal.aborted || this.#isClosed) return;
      this.#isAsking = false;
      this.#readiness = sumUp(checks, clock.wallMs());
      checked(this.readiness());
      await pause(clock, this.#readiness.state === "ready" ? READY_EVERY_MS : NOT_READY_EVERY_MS, signal);
    }
  }
}
