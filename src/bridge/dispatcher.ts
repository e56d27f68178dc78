import { randomUUID } from "node:crypto";
import type { Action, Cause, Outcome, Refusal } from "../action/action.ts";
import { briefFailure, deadlineOf, explainOutcome } from "../action/action.ts";
import { decide, isToggle } from "../action/decide.ts";
import type { Mark, MarkKeeper, OpenMarks } from "../action/mark.ts";
import { elsewhere } from "../action/mark-delivery.ts";
import { MarkQueue } from "../action/marks.ts";
import { Performer, type StateAction } from "../action/perform.ts";
import { isPermitted } from "../action/permit.ts";
import { toPrintable } from "../action/printable-action.ts";
import { createRecordingNamer } from "../action/recording-name.ts";
import { createRepeatGuard } from "../action/repeat-guard.ts";
import type { Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import { createThinning, type Log, type Thinning } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import type { Result } from "../base/result.ts";
import type { FactBody } from "../journal/fact.ts";
import type { Mapping, Permission, RoomMapping } from "../mapping/mapping.ts";
import type { RoomNames } from "../preflight/room-names.ts";
import { estimateAt } from "../room/recording-clock.ts";
import type { RoomReader } from "../room/room-reader.ts";
import { fulfils, type RoomState } from "../room/room-state.ts";
import type { RoomView } from "../room/room-view.ts";
import type { RoomStore } from "../room/store.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";

export interface ActionDispatcherTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RoomStore;
  readonly keeper: MarkKeeper;
  /** As they are now: an edit may name another server. */
  mapping(): Mapping;
  valt(): ValtClient;
  view(room: RoomName): RoomView;
  lookNow(room: RoomName): void;
  /** Asks the server about a room out of turn. */
  readonly reader: RoomReader;
  /** Whether the server has another room under a room's id. */
  names(): Pick<RoomNames, "findFault" | "verify">;
  /** A mark that was taken and that the server will not have; the text tells how many of the room's are open. */
  markRefused(room: RoomName, text: string): void;
  /** Marks wait for a server that the mapping does not name; nothing when none does any more. */
  marksElsewhere(text: string | undefined): void;
  /** Every refused mark of the room has been settled. */
  marksSettled(room: RoomName): void;
  record(fact: FactBody): void;
}

interface Asking {
  readonly cause: Cause;
  readonly may: ReadonlySet<Permission> | "everything";
  /** Whether an action of the same list went before it in the same room. */
  readonly follows: "nothing" | "another";
}

interface StartToCome {
  readonly turn: Promise<void>;
  readonly pressedAtMs: number;
}

type ApplyPreset = Extract<Action, { kind: "apply-preset" }>;

const MARK_REPEAT_MS = 250;

/** Doing: action -> permission -> decide -> perform, one at a time per room -> VALT. */
export class ActionDispatcher {
  readonly #tools: ActionDispatcherTools;
  readonly #performer: Performer;
  readonly #marks: MarkQueue;
  readonly #thin: Thinning;
  /** The last action under way of each list, by its cause and room. */
  readonly #lists = new Map<string, Promise<Outcome>>();
  /** Starts that wait for the action before them in their list, until it is their turn. */
  readonly #startsToCome = new Map<RoomName, StartToCome>();

  constructor(tools: ActionDispatcherTools) {
    this.#tools = tools;
    this.#thin = createThinning(tools.clock);
    this.#performer = this.#createPerformer();
    this.#marks = this.#createMarkQueue();
  }

  /** Takes over the marks that an earlier process left. */
  restore(): Promise<void> {
    return this.#marks.restore();
  }

  /** The mapping names another server: marks may have waited for it. */
  resumeMarks(): void {
    this.#marks.resume();
  }

  /** The clocks leapt: presses that still wait were meant for another moment. */
  expireWaiting(): void {
    this.#performer.expireWaiting();
  }

  /** Of several actions with one cause, each one in a room begins when the one before it has ended. */
  act(action: Action, cause: Cause, may: ReadonlySet<Permission> | "everything"): Promise<Outcome> {
    const list = `${cause.correlation} ${action.room}`;
    const before = this.#lists.get(list);
    const acting =
      before === undefined
        ? this.#actNow(action, { cause, may, follows: "nothing" })
        : this.#follow(before, action, { cause, may, follows: "another" });
    this.#lists.set(list, acting);
    const forget = () => {
      if (this.#lists.get(list) === acting) this.#lists.delete(list);
    };
    acting.then(forget, forget);
    return acting;
  }

  /** Resolves when the start that was pressed last before then has been answered, also one that waits in its list. */
  #startUnderWay(room: RoomName, pressedAtMs: number): Promise<void> | undefined {
    const toCome = this.#startsToCome.get(room);
    const ofLane = () => this.#performer.startUnderWay(room, pressedAtMs);
    return toCome !== undefined && toCome.pressedAtMs <= pressedAtMs ? toCome.turn.then(ofLane) : ofLane();
  }

  /** The room at the moment when that start is answered. */
  #begun(room: RoomName, pressedAtMs: number): Promise<RoomState> | undefined {
    return this.#startUnderWay(room, pressedAtMs)?.then(() => this.#tools.store.get(room));
  }

  #follow(before: Promise<Outcome>, action: Action, asking: Asking): Promise<Outcome> {
    const { room, kind } = action;
    const ended = () => undefined;
    const turn = before.then(ended, ended);
    const { pressedAtMs } = asking.cause;
    if (kind === "start") this.#startsToCome.set(room, { turn, pressedAtMs });
    return turn.then(() => {
      if (this.#startsToCome.get(room)?.turn === turn) this.#startsToCome.delete(room);
      return this.#actNow(action, asking);
    });
  }

  async #actNow(wanted: Action, { cause, may, follows }: Asking): Promise<Outcome> {
    const { record } = this.#tools;
    const action = toPrintable(wanted);
    const { kind, room } = action;
    record({ kind: "action", cause, action: kind, room });
    const reason = this.#findObjection(action, may);
    const outcome: Outcome =
      reason === undefined ? await this.#carryOut(action, { cause, follows }) : { kind: "refused", reason };
    record({ kind: "outcome", correlation: cause.correlation, room, outcome });
    this.#log(action, cause, outcome);
    return outcome;
  }

  /** A key that is hammered on must not flood the log: the journal has every press. */
  #log({ kind, room }: Action, cause: Cause, outcome: Outcome): void {
    const text = explainOutcome(outcome);
    const isFine = outcome.kind === "done" || outcome.kind === "already-so";
    const leftOut = isFine ? undefined : this.#thin(`${cause.device} ${kind} ${room} ${text}`);
    const fields = { ...cause, outcome: outcome.kind, ...(leftOut === undefined ? {} : { leftOut }) };
    this.#tools.log[leftOut === undefined ? "debug" : "warn"](`${kind} ${room}: ${text}`, fields);
  }

  #findObjection(action: Action, may: ReadonlySet<Permission> | "everything"): Refusal | undefined {
    if (!isPermitted(action, may)) return "not-permitted";
    // What runs by mistake may be ended.
    const isWrong = action.kind !== "stop" && this.#tools.names().findFault(action.room) !== undefined;
    return isWrong ? "wrong-room" : undefined;
  }

  marksWaiting(): number {
    return this.#marks.waiting();
  }

  /** Marks that are not on their server; at most so many of each kind. */
  openMarks(most: number): OpenMarks {
    return this.#marks.open(most);
  }

  /** Somebody has seen to a refused mark; false when no refused mark has this id. */
  settleMark(id: string, by: string): boolean {
    const mark = this.#marks.settle(id);
    if (mark === undefined) return false;
    const { room, correlation, text, recording, timeSeconds, why } = mark;
    const time = timeSeconds === undefined ? {} : { timeSeconds };
    const { record, marksSettled } = this.#tools;
    record({ kind: "mark", correlation, room, result: "settled", text, recording, ...time, why, by });
    if (this.#marks.refusedIn(room) === 0) marksSettled(room);
    return true;
  }

  close(): void {
    this.#marks.close();
  }

  async #carryOut(action: Action, { cause, follows }: Pick<Asking, "cause" | "follows">): Promise<Outcome> {
    // A mark keeps the moment of its press, however long the action before it in the list took.
    const keepsMoment = action.kind === "mark" && follows === "another";
    if (!keepsMoment && this.#leftMs(cause) < 0) return { kind: "expired" };
    // In a list the start before a mark has been answered.
    const isAlone = action.kind === "mark" && follows === "nothing";
    const begun = isAlone ? this.#begun(action.room, cause.pressedAtMs) : undefined;
    // Commands ask when it is their turn: they wait for each other.
    const asksNow = action.kind === "mark" || action.kind === "apply-preset";
    const verdict = asksNow ? this.#tools.names().verify(action.room, cause.completedAtMs) : undefined;
    if (verdict !== undefined && (await verdict) === "wrong")
      return { kind: "refused", reason: "wrong-room" };
    switch (action.kind) {
      case "mark":
        return this.#marks.add(action, cause, begun);
      case "apply-preset":
        return this.#applyPreset(action, cause);
      default:
        return this.#performer.perform(action satisfies StateAction, cause);
    }
  }

  /** How long the press may still be acted on. */
  #leftMs(cause: Cause): number {
    const { clock, mapping } = this.#tools;
    return deadlineOf(cause, mapping().timing.pressDeadlineMs) - clock.monotonicMs();
  }

  async #applyPreset({ room, camera, preset }: ApplyPreset, cause: Cause): Promise<Outcome> {
    const { valt, record } = this.#tools;
    const about = { correlation: cause.correlation, command: "apply-preset", room } as const;
    const answering = valt().applyPreset({ camera, preset }, { sendWithinMs: this.#leftMs(cause) });
    record({ kind: "request", ...about });
    const answer = await answering;
    record({ kind: "answer", ...about, answer: answer.ok ? "accepted" : answer.failure.message });
    return answer.ok ? { kind: "done" } : this.#fail(room, answer.failure);
  }

  #fail(room: RoomName, failure: ValtFailure): Outcome {
    const { store, clock } = this.#tools;
    store.tell(room, {
      kind: "troubled",
      text: failure.message,
      brief: briefFailure(failure),
      atMs: clock.monotonicMs(),
    });
    return { kind: "failed", failure };
  }

  #createPerformer(): Performer {
    const { clock, store, mapping, valt, view, names, lookNow, reader, record } = this.#tools;
    const complete = createRecordingNamer(clock);
    return new Performer({
      valt,
      store,
      clock,
      toggleGuard: createRepeatGuard(() => mapping().timing.toggleRepeatMs, "restart"),
      deadlineMs: () => mapping().timing.pressDeadlineMs,
      pinDigits: () => mapping().server.pinDigits,
      decide,
      isToggle,
      view,
      roomId: (room) => mapping().rooms.get(room)?.id,
      verify: (room, completedAtMs) => names().verify(room, completedAtMs),
      completeRecording: (room, wish) => complete(mapping().rooms.get(room) as RoomMapping, wish),
      lookNow,
      look: (room) => reader.look(room),
      fulfils,
      asked: (command, { room, correlation, author }) =>
        record({ kind: "request", correlation, command, room, ...(author === undefined ? {} : { author }) }),
      answered: (command, { room, correlation }, answer) =>
        record({ kind: "answer", correlation, command, room, answer }),
    });
  }

  #createMarkQueue(): MarkQueue {
    const { clock, store, mapping, valt, keeper, reader, marksElsewhere } = this.#tools;
    return new MarkQueue({
      valt,
      store,
      clock,
      guard: createRepeatGuard(() => MARK_REPEAT_MS, "ignore"),
      keeper,
      newId: randomUUID,
      answerWithinMs: 2000,
      // Kept with every mark: whoever wrote a password into the address must not find it there.
      server: () => redact(mapping().server.url),
      roomId: (room) => mapping().rooms.get(room)?.id,
      read: (room, sinceMs) => reader.read(room, sinceMs),
      statusTrailsMs: () => mapping().timing.statusTrailsMs,
      elapsed: (room, id, atMs) => {
        const recording = store.get(room).recording;
        return recording?.id === id && recording.clock ? estimateAt(recording.clock, atMs) : undefined;
      },
      delivered: (mark, result) => this.#recordMark(mark, result),
      elsewhere: marksElsewhere,
    });
  }

  #recordMark(
    { cause, room, text, recording, timeSeconds }: Mark,
    result: Result<unknown, ValtFailure>,
  ): void {
    const { record, markRefused } = this.#tools;
    const isSetAside = !result.ok && result.failure === elsewhere;
    record({
      kind: "mark",
      correlation: cause.correlation,
      room,
      result: result.ok ? "delivered" : isSetAside ? "waiting" : "refused",
      text,
      recording,
      ...(timeSeconds === undefined ? {} : { timeSeconds }),
      ...(result.ok ? {} : { why: result.failure.message }),
    });
    if (result.ok || isSetAside) return;
    const count = this.#marks.refusedIn(room);
    const refused = count > 1 ? `${count} marks were refused, the last one` : "a mark was refused";
    markRefused(room, `${refused}: ${result.failure.message}`);
  }
}
