import { type Backoff, createBackoff } from "../base/backoff.ts";
import { type Clock, pause } from "../base/clock.ts";
import type { RecordingId, RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Result } from "../base/result.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStore } from "../room/store.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Action, Cause, Outcome } from "./action.ts";
import {
  fromKept,
  type KeptMark,
  type Mark,
  type MarkKeeper,
  type OpenMarks,
  type RefusedMark,
  toKept,
} from "./mark.ts";
import { elsewhere, MarkDelivery, type MarkDeliveryTools } from "./mark-delivery.ts";
import { type OnItsWay, OpenMarkList } from "./open-marks.ts";
import type { RepeatGuard } from "./repeat-guard.ts";
import { isSameServer } from "./same-server.ts";

export interface MarkTools extends Pick<MarkDeliveryTools, "valt" | "server"> {
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly guard: RepeatGuard;
  readonly keeper: MarkKeeper;
  newId(): string;
  /** How long an asker waits before it is told that the mark is kept. */
  readonly answerWithinMs: number;
  roomId(room: RoomName): ValtRoomId | undefined;
  /** How far that recording had run, when the server has said enough to know. */
  elapsedMs(room: RoomName, recording: RecordingId, atMs: number): number | undefined;
  view(room: RoomName): RoomView;
  delivered(mark: Mark, result: Result<unknown, ValtFailure>): void;
  /** Marks wait for a server that the mapping does not name: a sentence, or nothing when none does any more. */
  elsewhere(text: string | undefined): void;
}

/** At a few hundred bytes each: some megabytes. */
const MOST_WAITING = 100_000;

/** How long after its deadline a request may still be acted upon (unverified: seen of busy servers). */
const LATE_MS = 5000;
/** An earlier process may have sent a mark just before it ended: its request's usual deadline, and `LATE_MS`. */
const STRAY_MS = 10_000;

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
  #waiting = 0;

  constructor(tools: MarkTools) {
    this.#tools = tools;
    this.#delivery = new MarkDelivery({
      valt: tools.valt,
      server: tools.server,
      time: (mark) => this.#time(mark),
      isOver: (mark) => this.#isOver(mark),
    });
  }

  /** Takes over what an earlier process left. */
  async restore(): Promise<void> {
    const { keeper, clock, server } = this.#tools;
    const { waiting, delivered, refused } = await keeper.load();
    const notBeforeMs = clock.monotonicMs() + STRAY_MS;
    for (const mark of delivered) this.#delivery.remember(mark);
    for (const mark of refused) this.#open.refuse(mark);
    for (const made of waiting) {
      if (isSameServer(made.server, server())) this.#takeUp(made, notBeforeMs);
      else this.#open.setAside({ made, mark: made });
    }
    this.#tellElsewhere();
  }

  /** The mapping may name another server now, for which marks have waited. */
  resume(): void {
    for (const { made, mark } of this.#open.takeBack(this.#tools.server()))
      this.#takeUp({ ...made, timeSeconds: mark.timeSeconds }, 0);
    this.#tellElsewhere();
  }

  add(action: Extract<Action, { kind: "mark" }>, cause: Cause): Promise<Outcome> {
    const { guard, view, roomId, newId, server } = this.#tools;
    const { room, text, color } = action;
    const id = roomId(room);
    if (id === undefined) return refuse("unknown-room");
    if (guard.repeats(`${cause.device} ${room} ${text}`, cause.pressedAtMs)) return refuse("repeated");
    const { recording, status } = view(room);
    if (recording === undefined) {
      const mayRecord = status === undefined || status === "recording" || status === "paused";
      return refuse(mayRecord ? "recording-unknown" : "not-recording");
    }
    if (this.#waiting >= MOST_WAITING) return refuse("too-many");
    return this.#keep({
      id: newId(),
      room,
      roomId: id,
      recording,
      server: server(),
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
  }

  /** The mark is on its way to the disk and to the server at once; either makes it safe. */
  #keep(mark: Mark): Promise<Outcome> {
    const { keeper, clock, answerWithinMs } = this.#tools;
    mark.timeSeconds = this.#measure(mark);
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
      this.#enqueue(waiting);
    });
  }

  /** Whoever pressed waits no longer. */
  #takeUp(made: KeptMark, notBeforeMs: number): void {
    const mark = fromKept(made, this.#tools.clock);
    const kept = Promise.resolve("kept" as const);
    this.#enqueue({ made, mark, kept, safety: "safe", notBeforeMs, end: () => undefined });
  }

  #enqueue(waiting: Waiting): void {
    const { room } = waiting.mark;
    const lane = this.#lanes.get(room) ?? [];
    this.#lanes.set(room, lane);
    this.#waiting++;
    lane.push(waiting);
    if (lane.length === 1) void this.#deliver(lane);
    else this.#recount(room, lane);
  }

  /** False as long as nobody knows when in the recording it was. */
  #time(mark: Mark): boolean {
    if (mark.timeSeconds !== undefined) return true;
    const timeSeconds = this.#measure(mark);
    if (timeSeconds === undefined) return false;
    mark.timeSeconds = timeSeconds;
    this.#tools.keeper.note(mark.id, timeSeconds);
    return true;
  }

  /** Only a look tells: right after a restart and during an outage a recording that is not known may go on. */
  #isOver({ room, recording }: Mark): boolean {
    const { knowledge, status, recording: current } = this.#tools.view(room);
    if (knowledge !== "live") return false;
    const isHidden = current === undefined && (status === "recording" || status === "paused");
    return !isHidden && current !== recording;
  }

  #measure({ room, recording, cause }: Mark): number | undefined {
    const elapsedMs = this.#tools.elapsedMs(room, recording, cause.pressedAtMs);
    return elapsedMs === undefined ? undefined : Math.max(0, Math.floor(elapsedMs / 1000));
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
        const leastMs = result === "again-late" ? LATE_MS : 0;
        await pause(clock, Math.max(leastMs, backoff.nextMs()), this.#closing.signal);
        continue;
      }
      backoff.reset();
      lane.shift();
      this.#waiting--;
      this.#recount(first.mark.room, lane);
      this.#finish(first, result);
    }
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
      store.tell(mark.room, { kind: "marks-troubled", text, atMs: clock.monotonicMs() });
    }
    delivered(mark, result);
    end(result.ok ? { kind: "done" } : { kind: "failed", failure: result.failure });
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

function refuse(reason: Extract<Outcome, { kind: "refused" }>["reason"]): Promise<Outcome> {
  return Promise.resolve({ kind: "refused", reason });
}
