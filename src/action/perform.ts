import { type Clock, within } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Site } from "../bridge/site.ts";
import type { FactBody } from "../journal/fact.ts";
import type { RoomMapping } from "../mapping/mapping.ts";
import type { RoomNames } from "../preflight/room-names.ts";
import type { RoomReader } from "../room/room-reader.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStore } from "../room/store.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Cause, IdentifiedWish, Outcome, RecordingWish, StateCommand } from "./action.ts";
import { briefFailure, briefOutcome, deadlineOf, type Refusal, refusalTexts } from "./action.ts";
import type { RoomCommand, RoomWish } from "./decide.ts";
import { findMisfit, type Holder, numberOf } from "./holder.ts";
import { createRecordingNamer } from "./recording-name.ts";
import { createRepeatGuard, type RepeatGuard } from "./repeat-guard.ts";

interface PerformTools {
  readonly clock: Clock;
  readonly site: Pick<Site, "mapping" | "serverOf" | "valtOf">;
  readonly store: RoomStore;
  /** Asks about a room, and tells its state. */
  readonly reader: Pick<RoomReader, "look">;
  readonly names: Pick<RoomNames, "verify">;
  /** Has the room looked at, without waiting for it. */
  lookNow(room: RoomName): void;
  record(fact: FactBody): void;
}

interface Job {
  readonly wish: RoomWish;
  /** The newest press, as long as the job waits: an older one must not make it expire. */
  cause: Cause;
  /** A press that asked for the same may have waited in its list before it came here. */
  firstPressedMs: number;
  /** The server's user id, found by the card that was shown. */
  author: number | undefined;
  /** What the server is told, once that is decided. */
  command: RoomCommand | undefined;
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

/** What is sent for a job, or how it ended without that. */
type Prepared =
  | { readonly kind: "send"; readonly command: RoomCommand }
  | { readonly kind: "ended"; readonly outcome: Outcome };

/** How a job stands once the server has answered. */
type Reply =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  | { readonly kind: "unsettled"; readonly outcome: Promise<Outcome> };

type Answering = ReturnType<ValtClient[StateCommand]>;

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
  readonly #toggles: RepeatGuard;
  readonly #complete: ReturnType<typeof createRecordingNamer>;

  constructor(tools: PerformTools) {
    this.#tools = tools;
    this.#toggles = createRepeatGuard(() => tools.site.mapping.timing.toggleRepeatMs, "restart");
    this.#complete = createRecordingNamer(tools.clock);
  }

  perform(wish: RoomWish, cause: Cause): Promise<Outcome> {
    if (!this.#tools.site.mapping.rooms.has(wish.room))
      return ended({ kind: "refused", reason: "unknown-room" });
    const lane = this.#laneOf(wish.room);
    const { jobs } = lane;
    const reason = wish.sort === "toggle" ? this.#findToggleObjection(wish, cause, lane) : undefined;
    if (reason !== undefined) return ended({ kind: "refused", reason });
    const same = jobs.at(-1) ?? lane.unsettled;
    if (same !== undefined && same.wish.word === wish.word) {
      const isWaiting = same !== jobs[0] && same !== lane.unsettled;
      const isNewest = cause.completedAtMs > same.cause.completedAtMs;
      if (isWaiting && isNewest) same.cause = cause;
      same.firstPressedMs = Math.min(same.firstPressedMs, cause.pressedAtMs);
      return same === lane.unsettled ? this.#share(same, wish, cause) : same.outcome;
    }
    if (jobs.length >= LONGEST_QUEUE) return ended({ kind: "refused", reason: "too-many" });
    const job = createJob(wish, cause);
    jobs.push(job);
    if (jobs.length === 1) void this.#carryOut(job, lane);
    return job.outcome;
  }

  /** A look that was asked before the press may tell what is over: then the wish is carried out itself. */
  async #share(unsettled: Job, wish: RoomWish, cause: Cause): Promise<Outcome> {
    const outcome = await unsettled.outcome;
    const { knowledge } = this.#tools.store.get(wish.room);
    const isOk = outcome.kind === "done" || outcome.kind === "already-so";
    const isSeen = knowledge.kind === "live" && knowledge.seenAtMs >= cause.completedAtMs;
    const last = this.#laneOf(wish.room).jobs.at(-1)?.wish.word ?? wish.word;
    return isOk && last === wish.word && !isSeen ? this.perform(wish, cause) : outcome;
  }

  #findToggleObjection({ word, room, decide }: RoomWish, cause: Cause, lane: Lane): Refusal | undefined {
    if (this.#toggles.repeats(`${room} ${word}`, cause.pressedAtMs)) return "repeated";
    if (lane.jobs.length > 0 || lane.unsettled !== undefined) return "busy";
    const decision = decide(this.#tools.store.view(room));
    // What the room was seen to be may be over: a look tells when it is the toggle's turn.
    const isOver =
      decision.kind === "refuse" && (decision.reason === "busy" || decision.reason === "state-unknown");
    return isOver ? decision.reason : undefined;
  }

  /** A start that was pressed by then and that the server has not answered yet. */
  startUnderWay(room: RoomName, pressedAtMs: number): Promise<void> | undefined {
    const begins = ({ wish, command, firstPressedMs }: Job) =>
      (command?.name ?? wish.word) === "start" && firstPressedMs <= pressedAtMs;
    return this.#lanes.get(room)?.jobs.findLast(begins)?.answered;
  }

  /** What still waits was meant for another moment: the clocks leapt. */
  expireWaiting(): void {
    for (const { jobs } of this.#lanes.values())
      for (const job of jobs) job.cause = { ...job.cause, completedAtMs: -Infinity };
  }

  /** The job whose turn it is, and after it those that wait. */
  async #carryOut(job: Job, lane: Lane): Promise<void> {
    try {
      const preparing = this.#prepare(job);
      const prepared = preparing instanceof Promise ? await preparing : preparing;
      if (prepared.kind === "ended") job.end(prepared.outcome);
      else {
        const sentMs = this.#tools.clock.monotonicMs();
        const reply = await this.#hear(this.#send(prepared.command, job), { job, sentMs, ...prepared });
        if (reply.kind === "ended") job.end(reply.outcome);
        else leaveUnsettled(lane, job, reply.outcome);
      }
    } catch (error) {
      // Whoever pressed is told, and the next command is carried out.
      job.end({ kind: "failed", failure: unexpected(error) });
    } finally {
      lane.jobs.shift();
      job.noteAnswer();
    }
    const [next] = lane.jobs;
    if (next !== undefined) void this.#carryOut(next, lane);
  }

  #prepare(job: Job): Prepared | Promise<Prepared> {
    if (this.#isExpired(job)) return gone({ kind: "expired" });
    const { decide, room } = job.wish;
    const decision = decide(this.#tools.store.view(room));
    return decision.kind === "perform" ? this.#complement(decision.command, job) : this.#lookFirst(job);
  }

  /** What was seen before the press speaks against it: that may be over. */
  async #lookFirst(job: Job): Promise<Prepared> {
    const { reader, store } = this.#tools;
    const { room, decide } = job.wish;
    await reader.look(room);
    if (this.#isExpired(job)) return gone({ kind: "expired" });
    if (store.view(room).isMissing) return gone({ kind: "refused", reason: "unknown-room" });
    const decision = decide(store.view(room));
    if (decision.kind === "refuse") return gone({ kind: "refused", reason: decision.reason });
    return this.#complement(decision.command, job);
  }

  #isExpired({ cause }: Job): boolean {
    return this.#leftMs(cause) < 0;
  }

  /** How long the press may still be sent. */
  #leftMs(cause: Cause): number {
    const { clock, site } = this.#tools;
    return deadlineOf(cause, site.mapping.timing.pressDeadlineMs) - clock.monotonicMs();
  }

  /** Whether it is the right room, and whose recording it will be: found out first where that must be asked. */
  #complement(command: RoomCommand, job: Job): Prepared | Promise<Prepared> {
    job.command = command;
    // What runs by mistake may be ended.
    const verdict =
      command.name === "stop" ? undefined : this.#tools.names.verify(job.wish.room, job.cause.completedAtMs);
    const holder = command.name === "start" ? holderOf(job.wish) : undefined;
    if (verdict === undefined && holder === undefined) return { kind: "send", command };
    return this.#askFirst(command, job, { verdict, holder });
  }

  /** The room's name and the card are asked for, which shows as pending like the command itself. */
  async #askFirst(
    command: RoomCommand,
    job: Job,
    { verdict, holder }: { verdict: Promise<"right" | "wrong"> | undefined; holder: Holder | undefined },
  ): Promise<Prepared> {
    if (verdict !== undefined) {
      this.#showPending(command, job);
      const reason = "wrong-room";
      if ((await verdict) === "wrong")
        return this.#giveUp(job, refusalTexts[reason], { kind: "refused", reason });
    }
    return holder === undefined ? { kind: "send", command } : this.#findAuthor(holder, command, job);
  }

  async #findAuthor(holder: Holder, command: RoomCommand, job: Job): Promise<Prepared> {
    const { site, clock } = this.#tools;
    const refused = { kind: "refused", reason: "unknown-card" } as const;
    this.#showPending(command, job);
    const { room } = job.wish;
    const misfit = findMisfit(holder, site.serverOf(room).pinDigits);
    if (misfit !== undefined) return this.#giveUp(job, misfit, refused);
    const found = await within(
      clock,
      site.valtOf(room).userByCardNumber(numberOf(holder)),
      this.#leftMs(job.cause),
    );
    if (found === "too-late" || this.#isExpired(job))
      return this.#giveUp(job, "the card could not be looked up in time", { kind: "expired" });
    if (!found.ok)
      return this.#giveUp(job, found.failure.message, { kind: "failed", failure: found.failure });
    if (found.value === undefined) return this.#giveUp(job, refusalTexts[refused.reason], refused);
    job.author = found.value.id;
    return { kind: "send", command };
  }

  #giveUp({ wish }: Job, trouble: string, outcome: Outcome): { kind: "ended"; outcome: Outcome } {
    const { store, clock } = this.#tools;
    const brief = briefOutcome(outcome);
    store.tell(wish.room, { kind: "command-ended", trouble, brief, atMs: clock.monotonicMs() });
    return gone(outcome);
  }

  #showPending({ name: command }: RoomCommand, { wish, cause: { correlation } }: Job): void {
    const { store, clock } = this.#tools;
    store.tell(wish.room, { kind: "command-sent", command, correlation, atMs: clock.monotonicMs() });
  }

  #send({ name }: RoomCommand, { wish, cause, author }: Job): Answering {
    const { site } = this.#tools;
    const room = site.mapping.rooms.get(wish.room) as RoomMapping;
    const valt = site.valtOf(wish.room);
    const limits = { sendWithinMs: this.#leftMs(cause) };
    if (name !== "start") return valt[name](room.id, limits);
    return valt.start(room.id, this.#complete(room, identify(wish.recording, author)), limits);
  }

  async #hear(
    answering: Answering,
    { command, job, sentMs }: { command: RoomCommand; job: Job; sentMs: number },
  ): Promise<Reply> {
    const { store, clock, lookNow, record } = this.#tools;
    const { room } = job.wish;
    const about = { correlation: job.cause.correlation, command: command.name, room };
    // The request is on its way before anything else is done for it.
    await new Promise<void>((resolve) => clock.soon(resolve));
    record({ kind: "request", ...about, ...(job.author === undefined ? {} : { author: job.author }) });
    this.#showPending(command, job);
    const answer = await answering;
    const atMs = clock.monotonicMs();
    record({ kind: "answer", ...about, answer: answer.ok ? "accepted" : answer.failure.message });
    if (answer.ok) {
      // Lock and unlock are answered without a recording.
      const recordingId = answer.value?.recordingId;
      const pressedAtMs = job.firstPressedMs;
      store.tell(room, { kind: "command-accepted", recordingId, pressedAtMs, sentMs, atMs });
      lookNow(room);
      return gone(recordingId === undefined ? { kind: "done" } : { kind: "done", recording: recordingId });
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

  /** Waits until a look has shown how the room is, or until nobody could look in time. */
  #settled(command: RoomCommand, { wish: { room }, cause }: Job, failure: ValtFailure): Promise<Outcome> {
    const { store, clock } = this.#tools;
    return new Promise((resolve) => {
      const end = (outcome: Outcome) => {
        stopListening();
        stopWaiting();
        resolve(outcome);
      };
      const stopListening = store.onChange(({ room: changed, state }) => {
        if (changed !== room || state.pending?.correlation === cause.correlation) return;
        // When a later command has taken its place, nobody will know what became of this one.
        const isKnown = state.pending === undefined;
        end(isKnown ? this.#judge(command, room, failure) : { kind: "failed", failure });
      });
      const stopWaiting = clock.after(SETTLED_WITHIN_MS, () => end({ kind: "failed", failure }));
    });
  }

  /** How a command that the server refused, or whose answer was lost, has ended, by a look that was asked later. */
  #judge(command: RoomCommand, room: RoomName, failure: ValtFailure): Outcome {
    const { store } = this.#tools;
    const { status, isMissing }: RoomView = store.view(room);
    const isRefused = failure.heard === "yes";
    if (store.fulfils(room, command.name)) return isRefused ? { kind: "already-so" } : { kind: "done" };
    if (isMissing) return { kind: "refused", reason: "unknown-room" };
    const reason = isRefused && status !== undefined ? command.refused[status] : undefined;
    return reason === undefined ? { kind: "failed", failure } : { kind: "refused", reason };
  }

  #laneOf(room: RoomName): Lane {
    const lane = this.#lanes.get(room) ?? { jobs: [], unsettled: undefined };
    this.#lanes.set(room, lane);
    return lane;
  }
}

function createJob(wish: RoomWish, cause: Cause): Job {
  const outcome = createPromise<Outcome>();
  const answered = createPromise<void>();
  return {
    wish,
    cause,
    firstPressedMs: cause.pressedAtMs,
    author: undefined,
    command: undefined,
    outcome: outcome.promise,
    end: outcome.resolve,
    answered: answered.promise,
    noteAnswer: answered.resolve,
  };
}

function leaveUnsettled(lane: Lane, job: Job, settling: Promise<Outcome>): void {
  lane.unsettled = job;
  void settling.then((outcome) => {
    if (lane.unsettled === job) lane.unsettled = undefined;
    job.end(outcome);
  });
}

/** The server itself has said that it is done with the request, though not how; a proxy in front of it cannot know. */
function hasAnswered({ httpStatus }: ValtFailure): boolean {
  return httpStatus !== undefined && (httpStatus <= 500 || httpStatus > 504);
}

function gone(outcome: Outcome): { kind: "ended"; outcome: Outcome } {
  return { kind: "ended", outcome };
}

function createPromise<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function holderOf({ recording }: RoomWish): Holder | undefined {
  return typeof recording?.author === "object" ? recording.author : undefined;
}

function identify({ author: given, ...wish }: RecordingWish = {}, found: number | undefined): IdentifiedWish {
  const author = found ?? (typeof given === "number" ? given : undefined);
  return author === undefined ? wish : { ...wish, author };
}

function ended(outcome: Outcome): Promise<Outcome> {
  return Promise.resolve(outcome);
}
