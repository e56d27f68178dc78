import { type Clock, within } from "../base/clock.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStore } from "../room/store.ts";
import type { RoomStatus } from "../valt/answers.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Action, Cause, IdentifiedWish, Outcome, StateCommand } from "./action.ts";
import { briefFailure, briefOutcome, deadlineOf, type Refusal, refusalTexts } from "./action.ts";
import { type Decision, explainRefusal, type StateWish } from "./decide.ts";
import { findMisfit, type Holder, numberOf } from "./holder.ts";
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
  /** How many digits the server's PINs have; all other numbers are cards. */
  pinDigits(): number;
  view(room: RoomName): RoomView;
  decide(wish: StateWish, room: RoomView): Decision;
  isToggle(wish: StateWish): boolean;
  /** Whether a status is what a command leads to. */
  fulfils(status: RoomStatus, command: StateCommand): boolean;
  roomId(room: RoomName): ValtRoomId | undefined;
  /** Asks whether the server has the right room under this id; nothing where that was found out a moment ago. */
  verify(room: RoomName, completedAtMs: number): Promise<"right" | "wrong"> | undefined;
  /** Completes what the wish leaves open, above all the recording's name. */
  completeRecording(room: RoomName, wish: IdentifiedWish): IdentifiedWish & { readonly name: string };
  lookNow(room: RoomName): void;
  /** Asks the server for the room's status now, and tells the room's state. */
  look(room: RoomName): Promise<unknown>;
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
  /** A press that asked for the same may have waited in its list before it came here. */
  firstPressedMs: number;
  /** Found by the card that was shown. */
  author: number | undefined;
  /** What the server is told, once that is decided. */
  command: StateCommand | undefined;
  readonly outcome: Promise<Outcome>;
  readonly end: (outcome: Outcome) => void;
  /** Resolves when the server has answered, or never will. */
  readonly answered: Promise<void>;
  readonly noteAnswer: () => void;
}

/** The jobs of one room, the one under way first. */
interface Lane {
  readonly jobs: Job[];
  /** Its answer was lost, or the server refused: a look will tell how it ended, and others need not wait for that. */
  unsettled: Job | undefined;
}

/** How a job stands once the server has answered or was not asked. */
type Reply =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  | { readonly kind: "unsettled"; readonly outcome: Promise<Outcome> };

function unexpected(error: unknown): ValtFailure {
  return { kind: "refused", message: `unexpected: ${String(error)}`, heard: "maybe", again: "never" };
}

/** More waiting wishes than this for one room are refused. */
const LONGEST_QUEUE = 8;
/** How long after its deadline a server may still act on a request that it had received (unverified: seen of busy servers). */
const LATE_MS = 5000;
/** The room's state gives a command up well before; only a room that left the mapping never tells. */
const SETTLED_WITHIN_MS = 30_000;

/**
 * Carries wishes out, one command at a time per room. Nothing is ever sent twice: a refusal or a
 * lost answer is followed by a look at the room, and the look decides how the wish ended. Other wishes do not wait for it.
 */
export class Performer {
  readonly #tools: PerformTools;
  readonly #lanes = new Map<RoomName, Lane>();

  constructor(tools: PerformTools) {
    this.#tools = tools;
  }

  perform(action: StateAction, cause: Cause): Promise<Outcome> {
    const { isToggle, roomId } = this.#tools;
    if (roomId(action.room) === undefined) return ended({ kind: "refused", reason: "unknown-room" });
    const lane = this.#laneOf(action.room);
    const { jobs } = lane;
    const reason = isToggle(action.kind) ? this.#findToggleObjection(action, cause, lane) : undefined;
    if (reason !== undefined) return ended({ kind: "refused", reason });
    const same = jobs.at(-1) ?? lane.unsettled;
    if (same !== undefined && same.action.kind === action.kind) {
      const isWaiting = same !== jobs[0] && same !== lane.unsettled;
      const isNewest = cause.completedAtMs > same.cause.completedAtMs;
      if (isWaiting && isNewest) same.cause = cause;
      same.firstPressedMs = Math.min(same.firstPressedMs, cause.pressedAtMs);
      return same.outcome;
    }
    if (jobs.length >= LONGEST_QUEUE) return ended({ kind: "refused", reason: "too-many" });
    return this.#enqueue(lane, action, cause);
  }

  #findToggleObjection({ kind, room }: StateAction, cause: Cause, lane: Lane): Refusal | undefined {
    const { toggleGuard, view, decide } = this.#tools;
    if (toggleGuard.repeats(`${room} ${kind}`, cause.pressedAtMs)) return "repeated";
    if (lane.jobs.length > 0 || lane.unsettled !== undefined) return "busy";
    const decision = decide(kind, view(room));
    // What the room was seen to be may be over: a look tells when it is the toggle's turn.
    const isOver =
      decision.kind === "refuse" && (decision.reason === "busy" || decision.reason === "state-unknown");
    return isOver ? decision.reason : undefined;
  }

  /** A start that was pressed by then and that the server has not answered yet. */
  startUnderWay(room: RoomName, pressedAtMs: number): Promise<void> | undefined {
    const begins = ({ action, command, firstPressedMs }: Job) =>
      (command ?? action.kind) === "start" && firstPressedMs <= pressedAtMs;
    return this.#lanes.get(room)?.jobs.findLast(begins)?.answered;
  }

  /** What still waits was meant for another moment: the clocks leapt. */
  expireWaiting(): void {
    for (const { jobs } of this.#lanes.values())
      for (const job of jobs) job.cause = { ...job.cause, completedAtMs: -Infinity };
  }

  #enqueue(lane: Lane, action: StateAction, cause: Cause): Promise<Outcome> {
    const outcome = createPromise<Outcome>();
    const answered = createPromise<void>();
    const { jobs } = lane;
    jobs.push({
      action,
      cause,
      firstPressedMs: cause.pressedAtMs,
      author: undefined,
      command: undefined,
      outcome: outcome.promise,
      end: outcome.resolve,
      answered: answered.promise,
      noteAnswer: answered.resolve,
    });
    if (jobs.length === 1) void this.#work(lane);
    return outcome.promise;
  }

  async #work(lane: Lane): Promise<void> {
    const { jobs } = lane;
    for (let job = jobs[0]; job !== undefined; job = jobs[0]) {
      try {
        const reply = await this.#carryOut(job);
        if (reply.kind === "ended") job.end(reply.outcome);
        else this.#leaveUnsettled(lane, job, reply.outcome);
      } catch (error) {
        // Whoever pressed is told, and the next command is carried out.
        job.end({ kind: "failed", failure: unexpected(error) });
      } finally {
        jobs.shift();
        job.noteAnswer();
      }
    }
  }

  #leaveUnsettled(lane: Lane, job: Job, settling: Promise<Outcome>): void {
    lane.unsettled = job;
    void settling.then((outcome) => {
      if (lane.unsettled === job) lane.unsettled = undefined;
      job.end(outcome);
    });
  }

  #carryOut(job: Job): Reply | Promise<Reply> {
    if (this.#isExpired(job)) return reply({ kind: "expired" });
    const { view, decide } = this.#tools;
    const decision = decide(job.action.kind, view(job.action.room));
    return decision.kind === "perform" ? this.#perform(decision.command, job) : this.#lookFirst(job);
  }

  /** What was seen before the press speaks against it: that may be over. */
  async #lookFirst(job: Job): Promise<Reply> {
    const { look, view, decide } = this.#tools;
    const { room, kind } = job.action;
    await look(room);
    if (this.#isExpired(job)) return reply({ kind: "expired" });
    if (view(room).isMissing) return reply({ kind: "refused", reason: "unknown-room" });
    const decision = decide(kind, view(room));
    if (decision.kind === "refuse") return reply({ kind: "refused", reason: decision.reason });
    return this.#perform(decision.command, job);
  }

  #isExpired({ cause }: Job): boolean {
    return this.#tools.clock.monotonicMs() > deadlineOf(cause, this.#tools.deadlineMs());
  }

  #perform(command: StateCommand, job: Job): Promise<Reply> {
    job.command = command;
    // What runs by mistake may be ended.
    const verdict =
      command === "stop" ? undefined : this.#tools.verify(job.action.room, job.cause.completedAtMs);
    return verdict === undefined
      ? this.#commandFor(command, job)
      : this.#commandIfRight(verdict, command, job);
  }

  /** The room's name is asked for first, which shows as pending like the command itself. */
  async #commandIfRight(
    verdict: Promise<"right" | "wrong">,
    command: StateCommand,
    job: Job,
  ): Promise<Reply> {
    this.#showPending(command, job);
    const reason = "wrong-room";
    if ((await verdict) === "wrong")
      return this.#giveUp(job, refusalTexts[reason], { kind: "refused", reason });
    return this.#commandFor(command, job);
  }

  #commandFor(command: StateCommand, job: Job): Promise<Reply> {
    const holder = command === "start" ? holderOf(job.action) : undefined;
    return holder === undefined ? this.#command(command, job) : this.#startFor(holder, job);
  }

  /** The card or PIN is looked up first, which shows as pending like the command itself. */
  async #startFor(holder: Holder, job: Job): Promise<Reply> {
    const { valt, clock, deadlineMs, pinDigits } = this.#tools;
    const refused = { kind: "refused", reason: "unknown-card" } as const;
    this.#showPending("start", job);
    const misfit = findMisfit(holder, pinDigits());
    if (misfit !== undefined) return this.#giveUp(job, misfit, refused);
    const leftMs = deadlineOf(job.cause, deadlineMs()) - clock.monotonicMs();
    const found = await within(clock, valt().userByCardNumber(numberOf(holder)), leftMs);
    if (found === "too-late" || this.#isExpired(job))
      return this.#giveUp(job, "the card could not be looked up in time", { kind: "expired" });
    if (!found.ok)
      return this.#giveUp(job, found.failure.message, { kind: "failed", failure: found.failure });
    if (found.value === undefined) return this.#giveUp(job, refusalTexts[refused.reason], refused);
    job.author = found.value.id;
    return this.#command("start", job);
  }

  #giveUp({ action }: Job, trouble: string, outcome: Outcome): Reply {
    const { store, clock } = this.#tools;
    const brief = briefOutcome(outcome);
    store.tell(action.room, { kind: "command-ended", trouble, brief, atMs: clock.monotonicMs() });
    return reply(outcome);
  }

  #showPending(command: StateCommand, { action, cause: { correlation } }: Job): void {
    const { store, clock } = this.#tools;
    store.tell(action.room, { kind: "command-sent", command, correlation, atMs: clock.monotonicMs() });
  }

  async #command(command: StateCommand, job: Job): Promise<Reply> {
    const { store, clock, lookNow, asked, answered } = this.#tools;
    const { room } = job.action;
    const { correlation } = job.cause;
    const about = { room, correlation, author: job.author };
    const sentMs = clock.monotonicMs();
    const answering = this.#send(command, job);
    // The request is on its way before anything else is done for it.
    await new Promise<void>((resolve) => clock.soon(resolve));
    asked(command, about);
    this.#showPending(command, job);
    const answer = await answering;
    const atMs = clock.monotonicMs();
    answered(command, about, answer.ok ? "accepted" : answer.failure.message);
    if (answer.ok) {
      // Lock and unlock are answered without a recording.
      const recordingId = answer.value?.recordingId;
      const pressedAtMs = job.firstPressedMs;
      store.tell(room, { kind: "command-accepted", recordingId, pressedAtMs, sentMs, atMs });
      lookNow(room);
      return reply(recordingId === undefined ? { kind: "done" } : { kind: "done", recording: recordingId });
    }
    const { failure } = answer;
    if (failure.heard === "no") return this.#giveUp(job, failure.message, { kind: "failed", failure });
    const ifNot = failure.message;
    const brief = briefFailure(failure);
    const actsUntilMs = hasAnswered(failure) ? atMs : (failure.mayArriveUntilMs ?? atMs + LATE_MS);
    if (failure.heard === "yes") store.tell(room, { kind: "command-refused", ifNot, brief, atMs });
    else store.tell(room, { kind: "command-unheard", ifNot, brief, atMs, actsUntilMs });
    const outcome = this.#settled(command, job, failure);
    lookNow(room);
    return { kind: "unsettled", outcome };
  }

  #send(command: StateCommand, job: Job): ReturnType<ValtClient[StateCommand]> {
    const { valt, clock, roomId, completeRecording, deadlineMs } = this.#tools;
    const { room } = job.action;
    const id = roomId(room) as ValtRoomId;
    const limits = { sendWithinMs: deadlineOf(job.cause, deadlineMs()) - clock.monotonicMs() };
    if (command !== "start") return valt()[command](id, limits);
    return valt().start(id, completeRecording(room, identifiedWish(job)), limits);
  }

  /** Waits until a look has shown how the room is, or until nobody could look in time. */
  #settled(command: StateCommand, job: Job, failure: ValtFailure): Promise<Outcome> {
    const { store, clock } = this.#tools;
    const { room } = job.action;
    return new Promise((resolve) => {
      const end = (outcome: Outcome) => {
        stopListening();
        stopWaiting();
        resolve(outcome);
      };
      const stopListening = store.onChange(({ room: changed, state }) => {
        if (changed !== room || state.pending?.correlation === job.cause.correlation) return;
        // When a later command has taken its place, nobody will know what became of this one.
        const isKnown = state.pending === undefined;
        end(isKnown ? this.#judge(command, room, failure) : { kind: "failed", failure });
      });
      const stopWaiting = clock.after(SETTLED_WITHIN_MS, () => end({ kind: "failed", failure }));
    });
  }

  /** How a command that the server refused, or whose answer was lost, has ended, by a look that was asked later. */
  #judge(command: StateCommand, room: RoomName, failure: ValtFailure): Outcome {
    const { view, fulfils } = this.#tools;
    const { status, isMissing } = view(room);
    const isRefused = failure.heard === "yes";
    if (status !== undefined && fulfils(status, command))
      return isRefused ? { kind: "already-so" } : { kind: "done" };
    if (isMissing) return { kind: "refused", reason: "unknown-room" };
    const reason = isRefused && status !== undefined ? explainRefusal(command, status) : undefined;
    return reason === undefined ? { kind: "failed", failure } : { kind: "refused", reason };
  }

  #laneOf(room: RoomName): Lane {
    const lane = this.#lanes.get(room) ?? { jobs: [], unsettled: undefined };
    this.#lanes.set(room, lane);
    return lane;
  }
}

/** The server itself has said that it is done with the request, though not how; a proxy in front of it cannot know. */
function hasAnswered({ httpStatus }: ValtFailure): boolean {
  return httpStatus !== undefined && (httpStatus <= 500 || httpStatus > 504);
}

function reply(outcome: Outcome): Reply {
  return { kind: "ended", outcome };
}

function createPromise<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function holderOf(action: StateAction): Holder | undefined {
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
