import { type Backoff, createBackoff } from "../base/backoff.ts";
import { pause, within } from "../base/clock.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Result } from "../base/result.ts";
import type { Phrase } from "../language/phrases.ts";
import type { RoomState } from "../room/room-state.ts";
import type { RoomStore } from "../room/store.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Cause, Outcome } from "./action.ts";
import {
  fromKept,
  type KeptMark,
  type Mark,
  type MarkKeeper,
  type OpenMarks,
  type RefusedMark,
  toKept,
  UNKNOWN_RECORDING,
} from "./mark.ts";
import {
  type Attempt,
  elsewhere,
  gatherEvidence,
  MarkDelivery,
  type MarkDeliveryTools,
} from "./mark-delivery.ts";
import { type OnItsWay, OpenMarkList } from "./open-marks.ts";
import { certainSecond, placeMark } from "./placement.ts";
import type { RepeatGuard } from "./repeat-guard.ts";

interface MarkTools
  extends Pick<MarkDeliveryTools, "valt" | "clock" | "isOnServer" | "read" | "elapsed" | "statusTrailsMs"> {
  readonly store: RoomStore;
  readonly guard: RepeatGuard;
  readonly keeper: MarkKeeper;
  newId(): string;
  /** How long an asker waits before it is told that the mark is kept. */
  readonly answerWithinMs: number;
  roomId(room: RoomName): ValtRoomId | undefined;
  /** The address of the room's server, as it may be written down. */
  server(room: RoomName): string;
  /** A mark has ended, perhaps long after whoever pressed was told that it waits. */
  delivered(mark: Mark, result: Result<unknown, ValtFailure>, outcome: Outcome): void;
  /** Marks wait for a server that the mapping does not name: a sentence, or nothing when none does any more. */
  elsewhere(text: string | undefined): void;
}

/** What a mark says, and in which room. */
type MarkAction = Pick<Mark, "room" | "text" | "color">;

/** At a few hundred bytes each: some megabytes. */
const MOST_WAITING = 100_000;

/** How long after its deadline a request may still be acted upon (unverified: seen of busy servers). */
const LATE_MS = 5000;
/** The server counts whole seconds: by then it has gone on, or does at the next question. */
const PROOF_MS = 500;
/** An earlier process may have sent a mark just before it ended: its request's usual deadline, and `LATE_MS`. */
const STRAY_MS = 10_000;

/** Whoever presses a start and then a mark means its begin. */
const BEGINNING = { lowMs: 0, guessMs: 0, highMs: 0 };

interface Waiting extends OnItsWay {
  readonly mark: Mark;
  /** Resolves when that is known for the first time. */
  readonly kept: Promise<"kept" | "not-kept">;
  /** Whether it would survive the process. */
  safety: "unknown" | "safe" | "not-safe";
  /** Monotonic: before this, an earlier process's request for it may still be acted upon. */
  readonly notBeforeMs: number;
  end(outcome: Outcome): void;
}

/** Keeps marks safe and delivers them in order per room, each once as far as the server lets us know. */
export class MarkQueue {
  readonly #tools: MarkTools;
  readonly #delivery: MarkDelivery;
  readonly #lanes = new Map<RoomName, Waiting[]>();
  readonly #open = new OpenMarkList();
  readonly #closing = new AbortController();
  /** Those that wait to be told of a recording. */
  readonly #asking = new Set<() => void>();
  #waiting = 0;

  constructor(tools: MarkTools) {
    this.#tools = tools;
    this.#delivery = new MarkDelivery({
      ...tools,
      state: (room) => tools.store.get(room),
      timed: ({ id }, timeSeconds) => tools.keeper.note(id, timeSeconds),
    });
  }

  /** Takes over what an earlier process left. */
  async restore(): Promise<void> {
    const { keeper, clock, isOnServer } = this.#tools;
    const { waiting, delivered, refused } = await keeper.load();
    const notBeforeMs = clock.monotonicMs() + STRAY_MS;
    for (const mark of delivered) this.#delivery.remember(mark);
    for (const mark of refused) this.#open.refuse(mark);
    for (const made of waiting) {
      if (isOnServer(made)) this.#takeUp(made, made.recording === UNKNOWN_RECORDING ? 0 : notBeforeMs);
      else this.#open.setAside({ made, mark: made });
    }
    this.#recountAll();
    this.#tellElsewhere();
  }

  /** The mapping may name other servers now, for which marks have waited. */
  resume(): void {
    for (const { made, mark } of this.#open.takeBack(this.#tools.isOnServer))
      this.#takeUp({ ...made, timeSeconds: mark.timeSeconds }, 0);
    this.#recountAll();
    this.#tellElsewhere();
  }

  /**
   * Whoever asked for a start and then for a mark means what that start begins, not what a later one does: `begun` is the
   * room as it was when that start was answered.
   */
  add(action: MarkAction, cause: Cause, begun?: Promise<RoomState>): Promise<Outcome> {
    const { guard, roomId, store } = this.#tools;
    const { room, text } = action;
    if (roomId(room) === undefined) return refuse("unknown-room");
    if (guard.repeats(`${cause.device} ${room} ${text}`, cause.pressedAtMs)) return refuse("repeated");
    if (this.#waiting >= MOST_WAITING) return refuse("too-many");
    return begun === undefined
      ? this.#choose(action, cause, store.get(room))
      : begun.then((state) => this.#choose(action, cause, state));
  }

  /** The recording that runs as far as is known, unless a later press began it; else the one that the server knows of. */
  #choose(action: MarkAction, cause: Cause, { recording, answered, pending }: RoomState): Promise<Outcome> {
    const { clock, elapsed: elapsedAt } = this.#tools;
    const { pressedAtMs } = cause;
    const isBegun = answered?.command === "start" && answered.recording === recording?.id;
    const isStopped = answered?.command === "stop" && clock.monotonicMs() < answered.trailsUntilMs;
    // A start whose answer was lost may have worked.
    if (recording === undefined && isStopped && pending?.command !== "start") return refuse("not-recording");
    // One that a later press began, or that was not known at this one, has yet to be proven.
    if (recording === undefined || recording.knownSinceMs > pressedAtMs) return this.#find(action, cause);
    const isBefore = isBegun && pressedAtMs <= answered.sentMs;
    const elapsed = isBefore ? BEGINNING : elapsedAt(action.room, recording.id, pressedAtMs);
    return this.#keep(this.#create(action, cause, { recording: recording.id, elapsed }));
  }

  /** A recording that was begun elsewhere a moment ago is seen only when somebody asks. */
  async #find(action: MarkAction, cause: Cause): Promise<Outcome> {
    const { clock, read, store, answerWithinMs, statusTrailsMs } = this.#tools;
    const { pressedAtMs } = cause;
    const asking = within(clock, read(action.room, pressedAtMs), answerWithinMs);
    const reading = await Promise.race([asking, this.#untilClosing(asking)]);
    // The next process asks.
    if (reading === "closing")
      return this.#keep(this.#create(action, cause, { recording: UNKNOWN_RECORDING, elapsed: undefined }));
    if (reading === "too-late") return refuse("recording-unknown");
    if (!reading.ok)
      return refuse(reading.failure.kind === "not-found" ? "unknown-room" : "recording-unknown");
    const state = store.get(action.room);
    const conclusiveFromMs = pressedAtMs + statusTrailsMs();
    const press = { believed: undefined, now: undefined, pressedAtMs, conclusiveFromMs, first: undefined };
    const placement = placeMark(gatherEvidence(state, press, reading.value));
    const shown = reading.value.recording;
    if (placement.kind === "nothing-ran") return refuse("not-recording");
    if (placement.kind === "unplaceable" || shown === undefined) return refuse("recording-unknown");
    // Whether it had ended before the press is found out before it is delivered.
    return this.#keep({
      ...this.#create(action, cause, { recording: shown.id, elapsed: undefined }),
      first: reading.value,
    });
  }

  /** Resolves when the process ends before the answer is there. */
  #untilClosing(asking: Promise<unknown>): Promise<"closing"> {
    if (this.#closing.signal.aborted) return Promise.resolve("closing");
    return new Promise((resolve) => {
      const leave = () => resolve("closing");
      this.#asking.add(leave);
      const forget = () => this.#asking.delete(leave);
      asking.then(forget, forget);
    });
  }

  #create({ room, text, color }: MarkAction, cause: Cause, place: Pick<Mark, "recording" | "elapsed">): Mark {
    const { newId, server, roomId } = this.#tools;
    const id = newId();
    const made = { id, room, roomId: roomId(room) as ValtRoomId, server: server(room), text, color, cause };
    return {
      ...made,
      ...place,
      timeSeconds: place.elapsed && certainSecond(place.elapsed),
      askFromMs: cause.pressedAtMs,
      first: undefined,
      isPlaced: false,
      attempt: "first",
      errors: 0,
      unreadable: 0,
    };
  }

  /** How many marks have not reached the server. */
  waiting(): number {
    return this.#waiting;
  }

  /** Marks that are not on their server; at most so many of each kind. */
  open(most: number): OpenMarks {
    return this.#open.report([...this.#lanes.values()], most);
  }

  /** A person has seen to a refused mark: it stays on record and is no longer open. Nothing when it is not refused. */
  settle(id: string): RefusedMark | undefined {
    const mark = this.#open.settle(id);
    if (mark !== undefined) this.#tools.keeper.settle(id, "settled", "");
    return mark;
  }

  refusedIn(room: RoomName): number {
    return this.#open.refusedIn(room);
  }

  close(): void {
    this.#closing.abort();
    for (const leave of this.#asking) leave();
  }

  /** The mark is on its way to the disk and to the server at once; either makes it safe. */
  #keep(mark: Mark): Promise<Outcome> {
    const { keeper, clock, answerWithinMs } = this.#tools;
    return new Promise((resolve) => {
      const made = toKept(mark, clock);
      const kept = keeper.keep(made, () => this.#noteSafety(waiting, "safe"));
      const stopWaiting = clock.after(answerWithinMs, () => {
        void kept.then((how) => resolve({ kind: "waiting", kept: how }));
      });
      const end = (outcome: Outcome) => {
        stopWaiting();
        resolve(outcome);
      };
      const waiting: Waiting = { made, mark, kept, safety: "unknown", notBeforeMs: 0, end };
      void kept.then((how) => this.#noteSafety(waiting, how === "kept" ? "safe" : "not-safe"));
      this.#recount(mark.room, this.#enqueue(waiting));
    });
  }

  /** Whoever pressed waits no longer. */
  #takeUp(made: KeptMark, notBeforeMs: number): void {
    const { clock, read } = this.#tools;
    const mark = fromKept(made, clock);
    // The sooner the server is asked, the more it says about the moment of the press.
    if (mark.timeSeconds === undefined) void read(mark.room, clock.monotonicMs());
    const kept = Promise.resolve("kept" as const);
    this.#enqueue({ made, mark, kept, safety: "safe", notBeforeMs, end: () => undefined });
  }

  /** Behind the marks of its room, whose number is told once all are there. */
  #enqueue(waiting: Waiting): readonly Waiting[] {
    const { room } = waiting.mark;
    const lane = this.#lanes.get(room) ?? [];
    this.#lanes.set(room, lane);
    this.#waiting++;
    lane.push(waiting);
    if (lane.length === 1) void this.#deliver(lane);
    return lane;
  }

  async #deliver(lane: Waiting[]): Promise<void> {
    const { clock } = this.#tools;
    const backoff: Backoff = createBackoff(
      { firstMs: 500, longestMs: 10_000, factor: 2, jitter: 0.3 },
      clock,
    );
    for (let first = lane[0]; first !== undefined && !this.#closing.signal.aborted; first = lane[0]) {
      const earlyMs = first.notBeforeMs - clock.monotonicMs();
      if (earlyMs > 0) {
        this.#count(first.mark.room, lane);
        await pause(clock, earlyMs, this.#closing.signal);
        continue;
      }
      const result = await this.#delivery.attempt(first.mark);
      if (typeof result === "string") {
        // The number on the key says that they are kept: not before they are.
        await first.kept;
        this.#count(first.mark.room, lane);
        await pause(clock, waitOf(result, backoff), this.#closing.signal);
        continue;
      }
      backoff.reset();
      if ("moved" in result) {
        lane[0] = this.#move(first, result.moved);
        continue;
      }
      lane.shift();
      this.#waiting--;
      this.#recount(first.mark.room, lane);
      this.#finish(first, result);
    }
  }

  /** Written down under its true recording before it is sent there; the other is no more. */
  #move(waiting: Waiting, place: Pick<Mark, "recording"> & { readonly timeSeconds: number }): Waiting {
    const { keeper, clock, newId } = this.#tools;
    const mark = { ...waiting.mark, ...place, id: newId(), isPlaced: true };
    const made = toKept(mark, clock);
    const kept = keeper.keep(made);
    keeper.settle(waiting.mark.id, "moved", `it belongs to recording ${place.recording}`);
    return { ...waiting, mark, made, kept };
  }

  #recountAll(): void {
    for (const [room, lane] of this.#lanes) this.#recount(room, lane);
  }

  /** A number that is shown stays right; a mark that goes straight through never shows one. */
  #recount(room: RoomName, lane: readonly Waiting[]): void {
    if (this.#tools.store.get(room).marksWaiting > 0) this.#count(room, lane);
  }

  /** What the end of the process would take is not said to wait: it is trouble, told at every attempt. */
  #count(room: RoomName, lane: readonly Waiting[]): void {
    const { store, clock } = this.#tools;
    const count = (safety: Waiting["safety"]) => lane.filter((one) => one.safety === safety).length;
    store.tell(room, { kind: "marks-waiting", count: count("safe") });
    const unsafe = count("not-safe");
    if (unsafe === 0) return;
    const text = `${unsafe} ${unsafe === 1 ? "mark" : "marks"} not safe`;
    store.tell(room, { kind: "marks-troubled", text, atMs: clock.monotonicMs() });
  }

  /** Whoever made one behind others that wait is told at once; the first is still on its way to the server. */
  #noteSafety(waiting: Waiting, safety: "safe" | "not-safe"): void {
    if (waiting.safety === "safe") return;
    waiting.safety = safety;
    const { room } = waiting.mark;
    const lane = this.#lanes.get(room) ?? [];
    if (lane.indexOf(waiting) > 0) this.#count(room, lane);
    else if (lane[0] === waiting) this.#recount(room, lane);
  }

  #tellElsewhere(): void {
    this.#tools.elsewhere(this.#open.tellElsewhere());
  }

  #finish(finished: Waiting, result: Result<unknown, ValtFailure>): void {
    const { store, clock, delivered, keeper } = this.#tools;
    const { mark, end } = finished;
    if (result.ok) keeper.settle(mark.id, "delivered", "");
    else if (result.failure === elsewhere) this.#setAside(finished);
    else this.#refuse(finished, result.failure.message);
    if (!result.ok) {
      const text = `mark refused: ${result.failure.message}`;
      const brief: Phrase = "mark not saved";
      store.tell(mark.room, { kind: "marks-troubled", text, brief, atMs: clock.monotonicMs() });
    }
    const outcome = endOf(mark, result);
    delivered(mark, result, outcome);
    end(outcome);
  }

  #setAside(finished: Waiting): void {
    this.#open.setAside(finished);
    this.#tellElsewhere();
  }

  #refuse({ made, mark }: Waiting, why: string): void {
    const { keeper, clock } = this.#tools;
    keeper.settle(mark.id, "refused", why);
    this.#open.refuse({ ...made, timeSeconds: mark.timeSeconds, why, refusedWallMs: clock.wallMs() });
  }
}

function endOf({ timeSeconds }: Mark, result: Result<unknown, ValtFailure>): Outcome {
  if (!result.ok) return { kind: "failed", failure: result.failure };
  return { kind: "done", ...(timeSeconds === undefined ? {} : { atSeconds: timeSeconds }) };
}

function waitOf(attempt: Extract<Attempt, string>, backoff: Backoff): number {
  if (attempt === "prove-later") return PROOF_MS;
  return Math.max(attempt === "again-late" ? LATE_MS : 0, backoff.nextMs());
}

function refuse(reason: Extract<Outcome, { kind: "refused" }>["reason"]): Promise<Outcome> {
  return Promise.resolve({ kind: "refused", reason });
}
