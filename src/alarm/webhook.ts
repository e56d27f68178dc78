import { type Clock, formatWallTime, pause, within } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Alarm } from "./alarm.ts";

interface WebhookTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Where to post now; nothing when the mapping names no address. It may hold a secret and is never logged. */
  address(): string | undefined;
  /** Overwrites in a text what nobody may read there: names and reasons may come from outside. */
  hide(text: string): string;
  readonly signal: AbortSignal;
}

const WAITS_MS = [0, 2000, 10_000, 60_000];
const ANSWER_WITHIN_MS = 5000;
const MOST_UNDER_WAY = 50;

/** What is to be said of an alarm. */
interface Word {
  readonly body: string;
  readonly overtaken: AbortController;
}

/**
 * Posts alarms as JSON: `{ kind, room, text, remedy, state, at, changedAt }`. Tries four times, then says so. Of one alarm
 * one word at a time: where a newer one has come meanwhile, the older is not posted any more, so that the last one is true.
 */
export class Webhook {
  readonly #tools: WebhookTools;
  /** The newest word of each alarm that is under way. */
  readonly #newest = new Map<string, Word>();

  constructor(tools: WebhookTools) {
    this.#tools = tools;
  }

  post(alarm: Alarm, state: "raised" | "ended"): void {
    const { address, clock, log } = this.#tools;
    if (address() === undefined) return;
    const key = `${alarm.kind} ${alarm.room ?? ""}`;
    const before = this.#newest.get(key);
    if (before === undefined && this.#newest.size >= MOST_UNDER_WAY) {
      log.warn("too many alarms under way: one is not posted", { alarm: alarm.kind });
      return;
    }
    const body = toBody(this.#conceal(alarm), state, clock.wallMs());
    this.#newest.set(key, { body, overtaken: new AbortController() });
    if (before === undefined) void this.#work(key, alarm.kind);
    else before.overtaken.abort();
  }

  /** Each text by itself: in JSON a short passcode may stand inside a number. */
  #conceal(alarm: Alarm): Alarm {
    const { hide } = this.#tools;
    return { ...alarm, text: hide(alarm.text), remedy: hide(alarm.remedy) };
  }

  async #work(key: string, kind: string): Promise<void> {
    let word = this.#newest.get(key);
    for (let said: typeof word; word !== undefined && word !== said; word = this.#newest.get(key)) {
      said = word;
      await this.#tryOften(word, kind);
    }
    this.#newest.delete(key);
  }

  async #tryOften({ body, overtaken }: Word, kind: string): Promise<void> {
    const { clock, log, address } = this.#tools;
    const over = AbortSignal.any([this.#tools.signal, overtaken.signal]);
    let why = "";
    for (const waitMs of WAITS_MS) {
      await pause(clock, waitMs, over);
      const to = address();
      if (over.aborted || to === undefined) return;
      why = await this.#postOnce(to, body);
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

function toBody(
  { kind, room, text, remedy, sinceWallMs }: Alarm,
  state: "raised" | "ended",
  nowWallMs: number,
): string {
  const [at, changedAt] = [formatWallTime(sinceWallMs), formatWallTime(nowWallMs)];
  return JSON.stringify({ kind, room, text, remedy, state, at, changedAt });
}
