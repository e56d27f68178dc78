import { type Clock, within } from "../base/clock.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStore } from "../room/store.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Action, CardHolder, Cause, IdentifiedWish, Outcome, StateCommand } from "./action.ts";
import { deadlineOf, refusalTexts } from "./action.ts";
import type { Decision, StateWish } from "./decide.ts";
import type { RepeatGuard } from "./repeat-guard.ts";

export type StateAction = Extract<Action, { kind: StateWish }>;

export interface PerformTools {
  /** The client of the server that the mapping names now. */
  valt(): Pick<ValtClient, StateCommand | "userByCardNumber">;
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly toggleGuard: RepeatGuard;
  /** A press older than this is never sent. */
  deadlineMs(): number;
  view(room: RoomName): RoomView;
  decide(wish: StateWish, room: RoomView): Decision;
  isToggle(wish: StateWish): boolean;
  roomId(room: RoomName): ValtRoomId | undefined;
  /** Asks whether the server has the right room under this id; nothing where that was found out a moment ago. */
  verify(room: RoomName, completedAtMs: number): Promise<"right" | "wrong"> | undefined;
  /** Completes what the wish leaves open, above all the recording's name. */
  completeRecording(room: RoomName, wish: IdentifiedWish): IdentifiedWish & { readonly name: string };
  lookNow(room: RoomName): void;
  asked(command: StateCommand, about: CommandRecord): void;
  /** `accepted`, or the failure's sentence. */
  answered(command: StateCommand, about: CommandRecord, answer: string): void;
}

/** What is put on record about a command. */
export interface CommandRecord {
  readonly room: RoomName;
  readonly correlation: Cause["correlation"];
  /** The server's user id, where a card said who it is. */
  readonly author: number | undefined;
}

interface Job {
  readonly action: StateAction;
  /** The newest press, as long as the job waits: an older one must not make it expire. */
  cause: Cause;
  /** Found by the card that was shown. */
  readonly author: number | undefined;
  readonly outcome: Promise<Outcome>;
  readonly end: (outcome: Outcome) => void;
}

/** More waiting wishes than this for one room are refused. */
const LONGEST_QUEUE = 8;
/** How far the server's status may trail what it did (unverified: the vendor's tests waited 3 to 5 s, newer ones none). */
const STATUS_LAG_MS = 2000;
/** The room's state gives a command up well before; only a room that left the mapping never tells. */
const SETTLED_WITHIN_MS = 15_000;

/**
 * Carries wishes out, one command at a time per room. Nothing is ever sent twice: a refusal or a
 * lost answer is followed by a look at the room, and the look decides how the wish ended.
 */
export class Performer {
  readonly #tools: PerformTools;
  readonly #lanes = new Map<RoomName, Job[]>();

  constructor(tools: PerformTools) {
    this.#tools = tools;
  }

  perform(action: StateAction, cause: Cause): Promise<Outcome> {
    const { toggleGuard, isToggle, view, decide, roomId } = this.#tools;
    if (roomId(action.room) === undefined) return ended({ kind: "refused", reason: "unknown-room" });
    const lane = this.#laneOf(action.room);
    if (isToggle(action.kind)) {
      const repeated = toggleGuard.repeats(`${action.room} ${action.kind}`, cause.pressedAtMs);
      if (repeated) return ended({ kind: "refused", reason: "repeated" });
      if (lane.length > 0) return ended({ kind: "refused", reason: "busy" });
      const decision = decide(action.kind, view(action.room));
      if (decision.kind === "refuse") return ended({ kind: "refused", reason: decision.reason });
    }
    const same = lane.at(-1);
    if (same !== undefined && same.action.kind === action.kind) {
      const isWaiting = same !== lane[0];
      if (isWaiting) same.cause = cause;
      return same.outcome;
    }
    if (lane.length >= LONGEST_QUEUE) return ended({ kind: "refused", reason: "too-many" });
    return this.#enqueue(lane, action, cause);
  }

  /** What still waits was meant for another moment: the clocks leapt. */
  expireWaiting(): void {
    for (const lane of this.#lanes.values())
      for (const job of lane) job.cause = { ...job.cause, completedAtMs: -Infinity };
  }

  #enqueue(lane: Job[], action: StateAction, cause: Cause): Promise<Outcome> {
    let end: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      end = resolve;
    });
    lane.push({ action, cause, author: undefined, outcome, end });
    if (lane.length === 1) void this.#work(lane);
    return outcome;
  }

  async #work(lane: Job[]): Promise<void> {
    for (let job = lane[0]; job !== undefined; job = lane[0]) {
      try {
        job.end(await this.#carryOut(job));
      } finally {
        lane.shift();
      }
    }
  }

  #carryOut(job: Job): Outcome | Promise<Outcome> {
    const { clock, view, decide, deadlineMs, verify } = this.#tools;
    if (clock.monotonicMs() > deadlineOf(job.cause, deadlineMs())) return { kind: "expired" };
    const decision = decide(job.action.kind, view(job.action.room));
    if (decision.kind === "already-so") return { kind: "already-so" };
    if (decision.kind === "refuse") return { kind: "refused", reason: decision.reason };
    // What runs by mistake may be ended.
    const verdict =
      decision.command === "stop" ? undefined : verify(job.action.room, job.cause.completedAtMs);
    return verdict === undefined
      ? this.#commandFor(decision.command, job)
      : this.#commandIfRight(verdict, decision.command, job);
  }

  /** The room's name is asked for first, which shows as pending like the command itself. */
  async #commandIfRight(
    verdict: Promise<"right" | "wrong">,
    command: StateCommand,
    job: Job,
  ): Promise<Outcome> {
    this.#showPending(command, job);
    const reason = "wrong-room";
    if ((await verdict) === "wrong")
      return this.#giveUp(job, refusalTexts[reason], { kind: "refused", reason });
    return this.#commandFor(command, job);
  }

  #commandFor(command: StateCommand, job: Job): Promise<Outcome> {
    const holder = command === "start" ? holderOf(job.action) : undefined;
    return holder === undefined ? this.#command(command, job) : this.#startFor(holder, job);
  }

  /** The card is looked up first, which shows as pending like the command itself. */
  async #startFor({ card }: CardHolder, job: Job): Promise<Outcome> {
    const { valt, clock, deadlineMs } = this.#tools;
    this.#showPending("start", job);
    const leftMs = deadlineOf(job.cause, deadlineMs()) - clock.monotonicMs();
    const found = await within(clock, valt().userByCardNumber(card), leftMs);
    const isExpired = clock.monotonicMs() > deadlineOf(job.cause, deadlineMs());
    if (found === "too-late" || isExpired)
      return this.#giveUp(job, "the card could not be looked up in time", { kind: "expired" });
    if (!found.ok)
      return this.#giveUp(job, found.failure.message, { kind: "failed", failure: found.failure });
    const reason = "unknown-card";
    if (found.value === undefined)
      return this.#giveUp(job, refusalTexts[reason], { kind: "refused", reason });
    return this.#command("start", { ...job, author: found.value.id });
  }

  #giveUp({ action }: Job, trouble: string, outcome: Outcome): Outcome {
    const { store, clock } = this.#tools;
    store.tell(action.room, { kind: "command-ended", trouble, atMs: clock.monotonicMs() });
    return outcome;
  }

  #showPending(command: StateCommand, { action, cause: { correlation } }: Job): void {
    const { store, clock } = this.#tools;
    store.tell(action.room, { kind: "command-sent", command, correlation, atMs: clock.monotonicMs() });
  }

  async #command(command: StateCommand, job: Job): Promise<Outcome> {
    const { store, clock, lookNow, asked, answered } = this.#tools;
    const { room } = job.action;
    const { correlation } = job.cause;
    const about = { room, correlation, author: job.author };
    const answering = this.#send(command, job);
    // The request is on its way before anything else is done for it.
    await new Promise<void>((resolve) => clock.soon(resolve));
    asked(command, about);
    this.#showPending(command, job);
    const answer = await answering;
    const atMs = clock.monotonicMs();
    answered(command, about, answer.ok ? "accepted" : answer.failure.message);
    if (answer.ok) {
      store.tell(room, { kind: "command-accepted", atMs });
      lookNow(room);
      // Lock and unlock are answered without a recording.
      const recording = answer.value?.recordingId;
      return recording === undefined ? { kind: "done" } : { kind: "done", recording };
    }
    const { failure } = answer;
    if (failure.heard === "no") {
      store.tell(room, { kind: "command-ended", trouble: failure.message, atMs });
      return { kind: "failed", failure };
    }
    // A refusal may come from a view that is out of date; after a lost answer the status may still trail.
    const conclusiveFromMs = failure.heard === "yes" ? atMs : atMs + STATUS_LAG_MS;
    store.tell(room, { kind: "command-unheard", ifNot: failure.message, atMs, conclusiveFromMs });
    lookNow(room);
    const settled = await within(clock, this.#settled(job, failure), SETTLED_WITHIN_MS);
    return settled === "too-late" ? { kind: "failed", failure } : settled;
  }

  #send(command: StateCommand, job: Job): ReturnType<ValtClient[StateCommand]> {
    const { valt, clock, roomId, completeRecording, deadlineMs } = this.#tools;
    const { room } = job.action;
    const id = roomId(room) as ValtRoomId;
    const limits = { sendWithinMs: deadlineOf(job.cause, deadlineMs()) - clock.monotonicMs() };
    if (command !== "start") return valt()[command](id, limits);
    return valt().start(id, completeRecording(room, identifiedWish(job)), limits);
  }

  /** Waits until a look has shown whether the command worked, or until nobody could look in time. */
  #settled(job: Job, failure: ValtFailure): Promise<Outcome> {
    const { store } = this.#tools;
    const { room } = job.action;
    const isPending = () => store.get(room).pending?.correlation === job.cause.correlation;
    return new Promise((resolve) => {
      const stopListening = store.onChange((change) => {
        if (change.room !== room || isPending()) return;
        stopListening();
        // Trouble that came with another change, such as a refused mark, says nothing about this command.
        const worked = change.state.trouble === change.previous.trouble;
        if (!worked) resolve({ kind: "failed", failure });
        else resolve(failure.heard === "yes" ? { kind: "already-so" } : { kind: "done" });
      });
    });
  }

  #laneOf(room: RoomName): Job[] {
    const lane = this.#lanes.get(room) ?? [];
    this.#lanes.set(room, lane);
    return lane;
  }
}

function holderOf(action: StateAction): CardHolder | undefined {
  const author = "recording" in action ? action.recording.author : undefined;
  return typeof author === "object" ? author : undefined;
}

function identifiedWish({ action, author: found }: Job): IdentifiedWish {
  const { author: given, ...wish } = "recording" in action ? action.recording : {};
  const author = found ?? (typeof given === "number" ? given : undefined);
  return author === undefined ? wish : { ...wish, author };
}

function ended(outcome: Outcome): Promise<Outcome> {
  return Promise.resolve(outcome);
}
