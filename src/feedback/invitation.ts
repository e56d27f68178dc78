import type { ActionTable, Offer } from "../action/action-kind.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Phrase } from "../language/phrases.ts";
import type { RoomStatus } from "../valt/answers.ts";

/** What a control offers in a room as it is now. */
export interface Invitation {
  /** What stands on the key: what a press does, or a hold where a short press does nothing. */
  readonly text: Phrase | undefined;
  /** What a hold does, for who pressed too short. */
  readonly hold: Phrase | undefined;
}

/** What gestures are bound to: actions of rooms, and steps of the panel itself. */
type Bound = ReadonlyMap<string, readonly (RoomStep | object)[]>;

interface RoomStep {
  readonly room: string;
  readonly action: { readonly kind: string };
}

/** What is said of an offer on keys. */
export interface OfferWords {
  readonly press: Phrase;
  readonly hold: Phrase;
  /** While it is counted down. */
  readonly soon: Phrase;
  /** Once the countdown was cancelled, where that can be said more plainly than "Cancelled". */
  readonly cancelled?: Phrase;
  /** Where it does something. */
  readonly in: readonly RoomStatus[];
  /** `stands`: the key says so all the time. The key of what runs shows its time instead. */
  readonly word: "stands" | "hinted";
}

const idle = ["available", "prepared"] as const;
const running = ["recording", "paused"] as const;

const offers: Readonly<Record<Offer, OfferWords>> = {
  start: {
    press: "Start",
    hold: "Hold to start",
    soon: "Starts in {seconds} s",
    cancelled: "Not started",
    in: idle,
    word: "stands",
  },
  stop: { press: "Stop", hold: "Hold to stop", soon: "Stops in {seconds} s", in: running, word: "hinted" },
  pause: {
    press: "Pause",
    hold: "Hold to pause",
    soon: "Pauses in {seconds} s",
    in: ["recording"],
    word: "hinted",
  },
  resume: {
    press: "Resume",
    hold: "Hold to resume",
    soon: "Resumes in {seconds} s",
    in: ["paused"],
    word: "stands",
  },
  mark: { press: "Mark", hold: "Hold to mark", soon: "Marks in {seconds} s", in: running, word: "hinted" },
  lock: { press: "Lock", hold: "Hold to lock", soon: "Locks in {seconds} s", in: idle, word: "stands" },
  unlock: {
    press: "Unlock",
    hold: "Hold to unlock",
    soon: "Unlocks in {seconds} s",
    in: ["locked"],
    word: "stands",
  },
};

/** What an action offers in a room that is like this; as an idle room has it where that is not known. */
export function offerOf(
  kind: string,
  status: RoomStatus | undefined,
  actions: ActionTable,
): OfferWords | undefined {
  const all = (actions.get(kind)?.offers ?? []).map((offer) => offers[offer]);
  return all.find((offer) => status !== undefined && offer.in.includes(status)) ?? all[0];
}

const PRESSES = ["press", "tap", "release"];

/** Pure. Nothing is offered where the room's state is not known. */
export function inviteTo(
  gestures: Bound,
  { room, status }: { readonly room: RoomName; readonly status: RoomStatus | undefined },
  actions: ActionTable,
): Invitation {
  const offered = (words: readonly string[]) =>
    words
      .flatMap((word) => gestures.get(word) ?? [])
      .flatMap((step) => ("action" in step && step.room === room ? [step.action.kind] : []))
      .flatMap((kind) => actions.get(kind)?.offers ?? [])
      .map((offer) => offers[offer])
      .find((offer) => status !== undefined && offer.in.includes(status));
  const [press, hold] = [offered(PRESSES), offered(["hold"])];
  const standing = [press, hold].find((offer) => offer?.word === "stands");
  return { text: standing?.[standing === press ? "press" : "hold"], hold: hold?.hold };
}
