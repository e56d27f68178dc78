import { type Backoff, createBackoff } from "../base/backoff.ts";
import { type Clock, pause } from "../base/clock.ts";
import type { RecordingId, RoomName, ValtRoomId } from "../base/identifiers.ts";
import { fail, type Result } from "../base/result.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStore } from "../room/store.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { MarkColor } from "../valt/marks.ts";
import type { Action, Cause, Outcome } from "./action.ts";
import type { RepeatGuard } from "./repeat-guard.ts";

export interface MarkTools {
  /** The client of the server that the mapping names now. */
  valt(): Pick<ValtClient, "addMark" | "marks">;
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly guard: RepeatGuard;
  /** How long an asker waits before it is told that the mark is kept. */
  readonly answerWithinMs: number;
  roomId(room: RoomName): ValtRoomId | undefined;
  /** Which server the mapping names now: recording ids mean nothing to another one. */
  server(): string;
  /** How far that recording had run, when the server has said enough to know. */
  elapsedMs(room: RoomName, recording: RecordingId, atMs: number): number | undefined;
  view(room: RoomName): RoomView;
  delivered(mark: Mark, result: Result<unknown, ValtFailure>): void;
}

/** A moment in a recording that somebody pointed at. */
export interface Mark {
  readonly room: RoomName;
  readonly recording: RecordingId;
  readonly server: string;
  readonly text: string;
  readonly color: MarkColor;
  readonly cause: Cause;
  /** Whole seconds into the recording at the press; unknown until the server has said how far it has run. */
  timeSeconds: number | undefined;
  /** An earlier attempt may have arrived: read back before the next. */
  attempt: "first" | "unheard" | "again";
  /** How often the server answered with an internal error although it could be asked about the recording. */
  errors: number;
}

/** At a few hundred bytes each: some megabytes. */
const MOST_WAITING = 100_000;
/** VALT answers 500 to a mark that it cannot use: such a one must not hold up those behind it. */
const MOST_ERRORS = 5;

/** Keeps marks in memory and delivers them in order per room, each once as far as the server lets us know. */
export class MarkQueue {
  readonly #tools: MarkTools;
  readonly #lanes = new Map<RoomName, Mark[]>();
  readonly #endings = new WeakMap<Mark, (outcome: Outcome) => void>();
  readonly #closing = new AbortController();
  #waiting = 0;

  constructor(tools: MarkTools) {
    this.#tools = tools;
  }

  add(action: Extract<Action, { kind: "mark" }>, cause: Cause): Promise<Outcome> {
    const { guard, view, roomId } = this.#tools;
    const { room, text, color } = action;
    if (roomId(room) === undefined) return refuse("unknown-room");
    if (guard.repeats(`${cause.device} ${room} ${text}`, cause.pressedAtMs)) return refuse("repeated");
    const { recording, status } = view(room);
    if (recording === undefined) {
      const mayRecord = status === undefined || status === "recording" || status === "paused";
      return refuse(mayRecord ? "recording-unknown" : "not-recording");
    }
    if (this.#waiting >= MOST_WAITING) return refuse("too-many");
    return this.#keep({
      room,
      recording,
      server: this.#tools.server(),
      text,
      color,
      cause,
      timeSeconds: undefined,
      attempt: "first",
      errors: 0,
    });
  }

  /** How many marks have not reached the server. */
  waiting(): number {
    return this.#waiting;
  }

  close(): void {
    this.#closing.abort();
  }

  #keep(mark: Mark): Promise<Outcome> {
    const lane = this.#lanes.get(mark.room) ?? [];
    this.#lanes.set(mark.room, lane);
    this.#time(mark);
    this.#waiting++;
    const outcome = new Promise<Outcome>((resolve) => {
      const stopWaiting = this.#tools.clock.after(this.#tools.answerWithinMs, () =>
        resolve({ kind: "waiting" }),
      );
      this.#endings.set(mark, (ending) => {
        stopWaiting();
        resolve(ending);
      });
    });
    lane.push(mark);
    if (lane.length === 1) void this.#deliver(lane);
    else this.#recount(mark.room, lane);
    return outcome;
  }

  #time(mark: Mark): void {
    const elapsedMs = this.#tools.elapsedMs(mark.room, mark.recording, mark.cause.pressedAtMs);
    if (elapsedMs !== undefined) mark.timeSeconds = Math.max(0, Math.floor(elapsedMs / 1000));
  }

  async #deliver(lane: Mark[]): Promise<void> {
    const { clock, store } = this.#tools;
    const backoff: Backoff = createBackoff(
      { firstMs: 500, longestMs: 10_000, factor: 2, jitter: 0.3 },
      clock,
    );
    for (let mark = lane[0]; mark !== undefined && !this.#closing.signal.aborted; mark = lane[0]) {
      const result = await this.#attempt(mark);
      if (result === "again-later") {
        store.tell(mark.room, { kind: "marks-waiting", count: lane.length });
        await pause(clock, backoff.nextMs(), this.#closing.signal);
        continue;
      }
      backoff.reset();
      lane.shift();
      this.#waiting--;
      this.#recount(mark.room, lane);
      this.#finish(mark, result);
    }
  }

  /** A number that is shown stays right; a mark that goes straight through never shows one. */
  #recount(room: RoomName, lane: readonly Mark[]): void {
    const { store } = this.#tools;
    if (store.get(room).marksWaiting > 0) store.tell(room, { kind: "marks-waiting", count: lane.length });
  }

  #finish(mark: Mark, result: Result<unknown, ValtFailure>): void {
    const { store, clock, delivered } = this.#tools;
    if (!result.ok) {
      const text = `mark refused: ${result.failure.message}`;
      store.tell(mark.room, { kind: "troubled", text, atMs: clock.monotonicMs() });
    }
    delivered(mark, result);
    this.#endings.get(mark)?.(result.ok ? { kind: "done" } : { kind: "failed", failure: result.failure });
  }

  async #attempt(mark: Mark): Promise<Result<unknown, ValtFailure> | "again-later"> {
    if (mark.server !== this.#tools.server()) return fail(elsewhere);
    if (mark.timeSeconds === undefined) this.#time(mark);
    const { timeSeconds } = mark;
    if (timeSeconds !== undefined) return this.#send(mark, timeSeconds);
    const isOver = this.#tools.view(mark.room).recording !== mark.recording;
    return isOver ? fail(neverTimed) : "again-later";
  }

  async #send(mark: Mark, timeSeconds: number): Promise<Result<unknown, ValtFailure> | "again-later"> {
    const { recording, text, color } = mark;
    if (mark.attempt === "unheard") {
      const known = await this.#tools.valt().marks(recording);
      if (!known.ok) return "again-later";
      const found = known.value.some((other) => other.text === text && other.timeSeconds === timeSeconds);
      if (found) return { ok: true, value: undefined };
    }
    const room = this.#tools.roomId(mark.room);
    if (room === undefined) return "again-later";
    const result = await this.#tools
      .valt()
      .addMark({ room, recordingId: recording, timeSeconds, text, color });
    if (result.ok || result.failure.heard === "yes") return result;
    if (result.failure.httpStatus === 500 && ++mark.errors >= MOST_ERRORS) return result;
    mark.attempt = result.failure.heard === "maybe" ? "unheard" : "again";
    return "again-later";
  }
}

const elsewhere: ValtFailure = {
  kind: "refused",
  message: "its recording is on another server than the mapping names now",
  heard: "no",
  again: "never",
};

/** Nobody will ever know its time, and the marks behind it must not wait for that. */
const neverTimed: ValtFailure = {
  kind: "refused",
  message: "the recording ended before the server had said how far it had run",
  heard: "no",
  again: "never",
};

function refuse(reason: Extract<Outcome, { kind: "refused" }>["reason"]): Promise<Outcome> {
  return Promise.resolve({ kind: "refused", reason });
}
