import { type Clock, formatWallTime, pause, within } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Alarm } from "./alarm.ts";

export interface WebhookTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Where to post now; nothing when the mapping names no address. It may hold a secret and is never logged. */
  address(): string | undefined;
  readonly signal: AbortSignal;
}

const WAITS_MS = [0, 2000, 10_000, 60_000];
const ANSWER_WITHIN_MS = 5000;
const MOST_UNDER_WAY = 50;

/** Posts alarms as JSON: `{ kind, room, text, remedy, state, at }`. Tries four times, then says so. */
export class Webhook {
  readonly #tools: WebhookTools;
  #underWay = 0;

  constructor(tools: WebhookTools) {
    this.#tools = tools;
  }

  async post(alarm: Alarm, state: "raised" | "ended"): Promise<void> {
    const address = this.#tools.address();
    if (address === undefined) return;
    if (this.#underWay >= MOST_UNDER_WAY) {
      this.#tools.log.warn("too many alarms under way: one is not posted", { alarm: alarm.kind });
      return;
    }
    this.#underWay++;
    await this.#tryOften(address, toBody(alarm, state), alarm.kind);
    this.#underWay--;
  }

  async #tryOften(address: string, body: string, kind: string): Promise<void> {
    const { clock, signal, log } = this.#tools;
    let why = "";
    for (const waitMs of WAITS_MS) {
      await pause(clock, waitMs, signal);
      if (signal.aborted) return;
      why = await this.#postOnce(address, body);
      if (why === "") return;
    }
    log.warn("an alarm could not be posted", { alarm: kind, why });
  }

  /** Empty when it was taken, else why not. */
  async #postOnce(address: string, body: string): Promise<string> {
    const { clock, signal } = this.#tools;
    const breaking = new AbortController();
    signal.addEventListener("abort", () => breaking.abort(), { once: true });
    const posting = fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "error",
      signal: breaking.signal,
    })
      .then((answer) => (answer.ok ? "" : `it was answered with ${answer.status}`))
      // The library's messages may name the address.
      .catch(() => "the address could not be reached");
    const ended = await within(clock, posting, ANSWER_WITHIN_MS);
    if (ended !== "too-late") return ended;
    breaking.abort();
    return "there was no answer";
  }
}

function toBody({ kind, room, text, remedy, sinceWallMs }: Alarm, state: "raised" | "ended"): string {
  return JSON.stringify({ kind, room, text, remedy, state, at: formatWallTime(sinceWallMs) });
}
