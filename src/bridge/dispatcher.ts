import { randomUUID } from "node:crypto";
import type { Action, Cause, Outcome, Refusal } from "../action/action.ts";
import { briefFailure, deadlineOf, explainOutcome } from "../action/action.ts";
import type { ActionKind, ActionStage, ActionTable } from "../action/action-kind.ts";
import type { Mark, MarkKeeper, OpenMarks } from "../action/mark.ts";
import { elsewhere, type MarkPlace } from "../action/mark-delivery.ts";
import { MarkQueue } from "../action/marks.ts";
import { Performer } from "../action/perform.ts";
import { hasSeenRoom, isPermitted, type Permissions } from "../action/permit.ts";
import { createRepeatGuard } from "../action/repeat-guard.ts";
import { Turns } from "../action/turns.ts";
import type { Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import { createThinning, type Log, type Thinning } from "../base/log.ts";
import { printable } from "../base/printable.ts";
import { redact } from "../base/redact.ts";
import type { Result } from "../base/result.ts";
import { isSameServer } from "../base/server-address.ts";
import type { FactBody } from "../journal/fact.ts";
import type { ServerMapping } from "../mapping/mapping.ts";
import { serverOf } from "../mapping/server-part.ts";
import { estimateAt } from "../room/recording-clock.ts";
import type { RoomState } from "../room/room-state.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { AlarmService } from "./alarm-service.ts";
import type { RoomMonitor } from "./room-monitor.ts";
import type { Site } from "./site.ts";

interface DispatcherTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly rooms: RoomMonitor;
  readonly alarms: AlarmService;
  readonly actions: ActionTable;
  /** Where marks are safe from the end of the process. */
  readonly keeper: MarkKeeper;
  /** A mark has ended; whoever pressed may have been told already. */
  markEnded(cause: Cause, room: RoomName, outcome: Outcome): void;
  record(fact: FactBody): void;
}

interface StartToCome {
  readonly correlation: Cause["correlation"];
  readonly pressedAtMs: number;
  /** Resolves when it is under way, or never will be. */
  readonly handedOver: Promise<void>;
}

const MARK_REPEAT_MS = 250;
/** How long an asker waits before it is told that the mark is kept. */
const MARK_ANSWER_MS = 2000;

/** Action -> permission -> decide -> perform, one at a time per room -> VALT. */
export class Dispatcher {
  readonly #tools: DispatcherTools;
  readonly #performer: Performer;
  readonly #marks: MarkQueue;
  readonly #thin: Thinning;
  /** Of the actions with one cause in one room, which one it is the turn of. */
  readonly #lists = new Turns();
  /** Starts that wait for the action before them in their list, until it is their turn. */
  readonly #startsToCome = new Map<RoomName, StartToCome>();

  constructor(tools: DispatcherTools) {
    const { clock, site, rooms, alarms, record } = tools;
    this.#tools = tools;
    this.#thin = createThinning(clock);
    this.#performer = new Performer({
      clock,
      site,
      record,
      store: rooms.store,
      reader: rooms.reader,
      names: alarms.names,
      lookNow: (room) => rooms.lookNow(room),
    });
    this.#marks = this.#createMarkQueue();
  }

  /** Takes over the marks that an earlier process left. */
  restore(): Promise<void> {
    return this.#marks.restore();
  }

  /** The mapping is another one: marks may have waited for one of its servers. */
  resumeMarks(): void {
    this.#marks.resume();
  }

  /** The clocks leapt: presses that still wait were meant for another moment. */
  expireWaiting(): void {
    this.#performer.expireWaiting();
  }

  /** Of several actions with one cause, each one in a room begins when the one before it has ended. */
  async act(wanted: Action, cause: Cause, may: Permissions): Promise<Outcome> {
    const { actions, alarms, record } = this.#tools;
    const { kind: word, room } = wanted;
    const kind = actions.get(word) as ActionKind<Action>;
    // What was seen at the press, and nothing later: a press that comes to nothing may have been made in the dark.
    const seen = hasSeenRoom(wanted, may, actions) ? alarms.board.eventsOf(room) : [];
    const turn = this.#lists.enter(`${cause.correlation} ${room}`);
    const isAlone = turn.before === undefined;
    // It would be carried out before an older press that is still to begin a recording.
    const older = kind.turn === "in-turn" ? this.#startToComeBefore(room, cause)?.handedOver : undefined;
    const handOver = kind.beginsRecording && !isAlone ? this.#announceStart(room, cause) : undefined;
    try {
      if (!isAlone) await turn.before;
      if (older !== undefined) await older;
      const action = kind.toPrintable?.(wanted, printable) ?? wanted;
      record({ kind: "action", cause, action: word, room });
      // In a list the start before it has been answered, and has perhaps failed.
      const isBegun = !isAlone && this.#tools.rooms.store.get(room).recording !== undefined;
      const begun = kind.keepsMoment === true && !isBegun ? this.#begun(room, cause) : undefined;
      const finding = this.#findObstacle(kind, room, { cause, may, isAlone });
      const obstacle = finding instanceof Promise ? await finding : finding;
      const ending = obstacle ?? kind.run(action, this.#stageFor(action, cause, begun));
      handOver?.();
      const outcome = await ending;
      record({ kind: "outcome", correlation: cause.correlation, room, outcome });
      if (outcome.kind === "done" || outcome.kind === "already-so") alarms.board.acknowledge(seen);
      this.#log(action, cause, outcome);
      return outcome;
    } finally {
      handOver?.();
      turn.leave();
    }
  }

  /** A start waits for the action before it in its list. The returned function says that it waits no longer. */
  #announceStart(room: RoomName, { pressedAtMs, correlation }: Cause): () => void {
    let resolve: () => void = () => undefined;
    const handedOver = new Promise<void>((settle) => {
      resolve = settle;
    });
    const start = { pressedAtMs, correlation, handedOver };
    this.#startsToCome.set(room, start);
    return () => {
      if (this.#startsToCome.get(room) === start) this.#startsToCome.delete(room);
      resolve();
    };
  }

  /** Why the action is not begun, as far as that can be told now: the name of the room may have to be asked for. */
  #findObstacle(
    { keepsMoment, endsMistakes, staysHere, word, turn }: ActionKind,
    room: RoomName,
    { cause, may, isAlone }: { cause: Cause; may: Permissions; isAlone: boolean },
  ): Outcome | Promise<Outcome | undefined> | undefined {
    const { actions, alarms, site } = this.#tools;
    if (!isPermitted({ kind: word }, may, actions)) return refused("not-permitted");
    if (staysHere) return undefined;
    if (site.mapping.unfound.has(room)) return refused("room-not-found");
    // What runs by mistake may be ended.
    if (!endsMistakes && alarms.names.findFault(room) !== undefined) return refused("wrong-room");
    // A mark keeps the moment of its press, however long the action before it in the list took.
    if (this.#leftMs(cause) < 0 && (isAlone || !keepsMoment)) return { kind: "expired" };
    // Commands ask when it is their turn: they wait for each other.
    const verdict = turn === "at-once" ? alarms.names.verify(room, cause.completedAtMs) : undefined;
    return verdict?.then((is) => (is === "wrong" ? refused("wrong-room") : undefined));
  }

  #stageFor({ kind: command, room }: Action, cause: Cause, begun: ActionStage["begun"]): ActionStage {
    const { site, record } = this.#tools;
    return {
      cause,
      performer: this.#performer,
      marks: this.#marks,
      begun,
      call: async (send) => {
        const about = { correlation: cause.correlation, command, room };
        const known = site.mapping.rooms.get(room);
        if (known === undefined) return refused("unknown-room");
        const answering = send(site.valtOf(room), { sendWithinMs: this.#leftMs(cause) }, known.id);
        record({ kind: "request", ...about });
        const answer = await answering;
        record({ kind: "answer", ...about, answer: answer.ok ? "accepted" : answer.failure.message });
        return answer.ok ? { kind: "done" } : this.#fail(room, answer.failure);
      },
    };
  }

  #fail(room: RoomName, failure: ValtFailure): Outcome {
    const { rooms, clock } = this.#tools;
    rooms.store.tell(room, {
      kind: "troubled",
      text: failure.message,
      brief: briefFailure(failure),
      atMs: clock.monotonicMs(),
    });
    return { kind: "failed", failure };
  }

  /** How long the press may still be acted on. */
  #leftMs(cause: Cause): number {
    const { clock, site } = this.#tools;
    return deadlineOf(cause, site.mapping.timing.pressDeadlineMs) - clock.monotonicMs();
  }

  /** Resolves when the start that was pressed last before then has been answered, also one that waits in another list. */
  #startUnderWay(room: RoomName, cause: Cause): Promise<void> | undefined {
    const ofLane = () => this.#performer.startUnderWay(room, cause.pressedAtMs);
    const toCome = this.#startToComeBefore(room, cause);
    return toCome === undefined ? ofLane() : toCome.handedOver.then(ofLane);
  }

  /** A start of another list that was pressed by then, and waits for the action before it there. */
  #startToComeBefore(room: RoomName, { pressedAtMs, correlation }: Cause): StartToCome | undefined {
    const toCome = this.#startsToCome.get(room);
    const isOlder = toCome !== undefined && toCome.pressedAtMs <= pressedAtMs;
    return isOlder && toCome.correlation !== correlation ? toCome : undefined;
  }

  /** The room at the moment when that start is answered. */
  #begun(room: RoomName, cause: Cause): Promise<RoomState> | undefined {
    return this.#startUnderWay(room, cause)?.then(() => this.#tools.rooms.store.get(room));
  }

  /** A key that is hammered on must not flood the log: the journal has every press. */
  #log({ kind, room }: Action, cause: Cause, outcome: Outcome): void {
    const text = explainOutcome(outcome);
    const isFine = outcome.kind === "done" || outcome.kind === "already-so";
    const leftOut = isFine ? undefined : this.#thin(`${cause.device} ${kind} ${room} ${text}`);
    const fields = { ...cause, outcome: outcome.kind, ...(leftOut === undefined ? {} : { leftOut }) };
    this.#tools.log[leftOut === undefined ? "debug" : "warn"](`${kind} ${room}: ${text}`, fields);
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
    const { record, alarms } = this.#tools;
    record({ kind: "mark", correlation, room, result: "settled", text, recording, ...time, why, by });
    if (this.#marks.refusedIn(room) === 0) alarms.board.end("mark-refused", room);
    return true;
  }

  close(): void {
    this.#marks.close();
  }

  #createMarkQueue(): MarkQueue {
    const { clock, site, rooms, keeper, alarms } = this.#tools;
    const { store, reader } = rooms;
    return new MarkQueue({
      valt: (mark) => this.#serverOfMark(mark).valt,
      isOnServer: (mark) => this.#serverOfMark(mark).isItsOwn,
      store,
      clock,
      guard: createRepeatGuard(() => MARK_REPEAT_MS, "ignore"),
      keeper,
      newId: randomUUID,
      answerWithinMs: MARK_ANSWER_MS,
      // Kept with every mark: whoever wrote a password into the address must not find it there.
      server: (room) => redact(site.serverOf(room).url),
      roomId: (room) => site.mapping.rooms.get(room)?.id,
      read: (room, sinceMs) => reader.read(room, sinceMs),
      statusTrailsMs: () => site.mapping.timing.statusTrailsMs,
      elapsed: (room, id, atMs) => {
        const recording = store.get(room).recording;
        return recording?.id === id && recording.clock ? estimateAt(recording.clock, atMs) : undefined;
      },
      delivered: (mark, result, outcome) => {
        this.#recordMark(mark, result);
        this.#tools.markEnded(mark.cause, mark.room, outcome);
      },
      elsewhere: (text) => alarms.board.hold("marks-elsewhere", text),
    });
  }

  /** The server of the mark's room; of a room that is gone, the one that the mark was made on where it is still there. */
  #serverOfMark({ room, server }: MarkPlace): { readonly valt: ValtClient; readonly isItsOwn: boolean } {
    const { site } = this.#tools;
    const isHere = (one: ServerMapping) => isOneOf(server, one);
    const known = serverOf(site.mapping, room) ?? [...site.mapping.servers.values()].find(isHere);
    const now = known ?? site.serverOf(room);
    return { valt: site.valt(now.name), isItsOwn: isHere(now) };
  }

  #recordMark(
    { cause, room, text, recording, timeSeconds }: Mark,
    result: Result<unknown, ValtFailure>,
  ): void {
    const { record, alarms } = this.#tools;
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
    const refusal = count > 1 ? `${count} marks were refused, the last one` : "a mark was refused";
    alarms.board.raise("mark-refused", `${refusal}: ${result.failure.message}`, room);
  }
}

/** A list of addresses may have got another first one since. */
function isOneOf(server: string, { url, otherUrls }: ServerMapping): boolean {
  return [url, ...otherUrls].some((one) => isSameServer(server, redact(one)));
}

function refused(reason: Refusal): Outcome {
  return { kind: "refused", reason };
}
