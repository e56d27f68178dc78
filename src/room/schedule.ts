import type { Cancel, Clock } from "../base/clock.ts";
import { Budget, type Purse } from "./budget.ts";
import { gridMs, type Pace, type RoomCounts, URGENCIES, type Urgency } from "./pace.ts";
import { Slots } from "./slots.ts";
import { Turns } from "./turns.ts";
import { nextTurnMs, type Watched } from "./watched.ts";

interface ScheduleTools {
  readonly clock: Clock;
  requestsPerSecond(): number;
  /** How often rooms are looked at when there are so many of each urgency. */
  plan(counts: RoomCounts): Pace;
  /** While the server is lost, or that is being found out, it is asked by one look at a time. */
  isServerUp(): boolean;
  urgencyOf(room: Watched): Urgency;
  /** It is the room's turn; counts against this purse. */
  look(room: Watched, purse: Purse): void;
}

/** When which room is looked at, within the budget. */
export class Schedule {
  readonly budget: Budget;
  readonly slots = new Slots();
  readonly #tools: ScheduleTools;
  readonly #turns = new Turns();
  #slowFromMs = -Infinity;
  #wakeAtMs = Infinity;
  #cancelWake: Cancel = () => undefined;
  #isClosed = false;

  constructor(tools: ScheduleTools) {
    this.#tools = tools;
    this.budget = new Budget(() => tools.requestsPerSecond(), tools.clock.monotonicMs());
  }

  #pace(): Pace {
    return this.#tools.plan(this.#turns.counts());
  }

  add(room: Watched): void {
    this.#turns.add(room);
  }

  remove(room: Watched): void {
    this.#turns.remove(room);
  }

  /** A look at the room has ended. */
  planNext(room: Watched, lookedMs: number): void {
    const urgency = this.#tools.urgencyOf(room);
    const intervalMs = this.#pace().intervalMs[urgency];
    this.#turns.move(room, { urgency, turnMs: nextTurnMs(room, { urgency, lookedMs, intervalMs }) });
  }

  /** Something about the room has changed that may make its look more or less urgent. */
  review(room: Watched): void {
    const urgency = this.#tools.urgencyOf(room);
    if (urgency === room.urgency) return;
    this.#turns.move(room, { urgency, turnMs: room.turnMs });
    if (room.looking === "no") this.#wakeBy(room.turnMs + this.#pace().intervalMs[urgency]);
  }

  /** Makes it the room's turn, also if it is to have this urgency next. */
  hasten(room: Watched, urgency: Urgency = room.urgency): void {
    const dueMs = this.#tools.clock.monotonicMs() - this.#pace().intervalMs[urgency];
    this.#turns.move(room, { urgency: room.urgency, turnMs: Math.min(room.turnMs, dueMs) });
  }

  /** Lets look whose turn it is. */
  wake(): void {
    this.#wakeAtMs = Infinity;
    let next = this.#next();
    for (; typeof next !== "number"; next = this.#next()) {
      if (next.urgency === "listed") this.#slowFromMs = this.#tools.clock.monotonicMs() + this.#slowGapMs();
      this.#tools.look(next, purseOf(next.urgency));
    }
    this.#wakeBy(next);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelWake();
  }

  /** The room to look at now, or when there will be one; what ends meanwhile wakes as well. */
  #next(): Watched | number {
    const nowMs = this.#tools.clock.monotonicMs();
    const mode = this.#tools.isServerUp() ? "usual" : "one";
    const { intervalMs } = this.#pace();
    let soonestMs = Infinity;
    for (const urgency of this.#isClosed ? [] : URGENCIES) {
      const room = this.slots.isFree(urgency, mode) ? this.#turns.first(urgency) : undefined;
      if (room === undefined) continue;
      const dueMs =
        urgency === "listed"
          ? Math.max(this.#slowFromMs, room.turnMs + intervalMs.listed / 2)
          : room.turnMs + intervalMs[urgency];
      const readyMs = Math.max(dueMs, this.budget.freeMs(purseOf(urgency)));
      if (readyMs <= nowMs) return room;
      soonestMs = Math.min(soonestMs, readyMs);
    }
    return soonestMs;
  }

  /** The slow round goes on evenly: those who join it together would come together for ever. */
  #slowGapMs(): number {
    return this.#pace().intervalMs.listed / this.#turns.counts().listed;
  }

  #wakeBy(atMs: number): void {
    const { clock, requestsPerSecond } = this.#tools;
    const stepMs = gridMs(requestsPerSecond());
    const nowMs = clock.monotonicMs();
    const wakeMs = Math.ceil(Math.max(atMs, nowMs) / stepMs) * stepMs;
    if (wakeMs >= this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = wakeMs;
    this.#cancelWake = clock.after(wakeMs - nowMs, () => this.wake());
  }
}

function purseOf(urgency: Urgency): Purse {
  return urgency === "hurried" ? "hurried" : "round";
}
