import type { Clock } from "../../../src/base/clock.ts";
import type { House } from "../house.ts";
import type { CampaignServer } from "../server.ts";
import type { Doer } from "../truth.ts";
import type { AskBook } from "./asks.ts";

export const VIOLATIONS = {
  "command-unasked": "the server was told something that nobody had asked for in time",
  "command-after-kill": "the same, from a process that had been killed: its kernel went on sending",
  "toggle-wrong-way": "a toggle did what the room gave no reason for",
  "ok-untrue": "people were told OK, and it was not so",
  "refusal-untrue": "people were told a reason that did not hold",
  "mark-wrong-recording": "a mark lies in a recording that did not run at its press",
  "mark-wrong-time": "a mark lies in the right recording at another time",
  "mark-twice": "a mark is there more than once",
  "mark-twice-after-kill": "the same, once from a process that had been killed",
  "mark-lost": "a mark that was acknowledged is neither there nor on record",
  "mark-done-missing": "a mark was told done, and was not there",
  "mark-held-up": "a mark waits although nothing holds it up any more",
  "lamp-recording": "a lamp said recording for too long",
  "lamp-ready": "a lamp said ready for too long",
  "lamp-paused": "a lamp said paused for too long",
  "lamp-locked": "a lamp said locked for too long",
  "alarm-false": "an alarm was raised for nothing",
  "alarm-missing": "our recording was stopped elsewhere, and no alarm told so",
  "calm-lamp": "all was well, and a lamp did not say what was so",
  "calm-site": "nothing was wrong but one room's answer, and the site was called out of order",
  "calm-command": "all was well, and a press did nothing",
  "calm-mark": "all was well, and a mark was not delivered",
} as const;
export type ViolationKind = keyof typeof VIOLATIONS;

export interface Violation {
  readonly atMs: number;
  readonly kind: ViolationKind;
  readonly text: string;
}

/** What the oracle sees: people, lamps, what is told, and what the server truly is and was asked. */
export interface Scene {
  readonly clock: Clock;
  readonly server: CampaignServer;
  readonly houses: readonly House[];
  readonly asks: AskBook;
  object(kind: ViolationKind, text: string): void;
}

export function houseOf({ houses }: Scene, by: Doer): House | undefined {
  return houses.find((house) => house.by === by);
}

/** A press that is older than this is never sent; a status that is older than this is not believed. */
export const PRESS_DEADLINE_MS = 2000;
export const FRESH_MS = 6000;
