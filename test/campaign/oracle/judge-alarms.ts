import type { Fact } from "../../../src/journal/fact.ts";
import { commandsOf } from "../controls.ts";
import type { House } from "../house.ts";
import type { Span } from "../truth.ts";
import type { Ask } from "./asks.ts";
import type { CalmWatch } from "./calm.ts";
import { tell } from "./judge-commands.ts";
import type { Scene } from "./scene.ts";

/**
 * A press here so long before the end may have been the one: its deadline, the request's, and what a look that settles it
 * waits for. So soon after the end, whoever pressed was there and saw.
 */
const OWN_PRESS_BEFORE_MS = 20_000;
const OWN_PRESS_AFTER_MS = 12_000;
/** The kernel of a killed process may bring a stop so long after its press. */
const KILLED_MS = 120_000;
/** All is well for so long: whoever looks has seen it. */
const SEEN_MS = 20_000;
/** A process that is killed so soon after it told something may not have written that down: that a start was its own, or an end. */
const NOTED_MS = 50;

interface Untold extends Span {
  /** When the bridge could see the room last before this end. */
  readonly seenMs: number;
  /** When it could see the room first after it; Infinity until it does. */
  seenAgainMs: number;
}

/** An alarm "stopped elsewhere" is raised exactly when a recording of this bridge was ended by somebody else. */
export class AlarmJudge {
  readonly #scene: Scene;
  readonly #house: House;
  readonly #calm: CalmWatch;
  /** Own recordings that others have ended, as long as that may still be told. */
  #untold: Untold[] = [];
  /** Recordings of others that were taken for own ones, and whose ends were told. */
  readonly #taken = new Set<string>();
  /** Kinds and rooms of the alarms that hold. */
  readonly #standing = new Set<string>();
  /** When the last end in a room was told. */
  readonly #toldMs = new Map<number, number>();
  #seen = 0;

  constructor(scene: Scene, house: House, calm: CalmWatch) {
    this.#scene = scene;
    this.#house = house;
    this.#calm = calm;
  }

  /** Whether some alarm of the room holds, which an idle room shows instead of its state. */
  holds(room: number): boolean {
    return [...this.#standing].some((alarm) => alarm.endsWith(` ${room}`));
  }

  /** The process is gone, and with it the alarms that it held. */
  forget(): void {
    this.#standing.clear();
  }

  hear(fact: Extract<Fact, { kind: "alarm" }>): void {
    if (fact.room === undefined) return;
    const room = Number(fact.room.replace("room-", ""));
    const alarm = `${fact.alarm} ${room}`;
    if (fact.state === "ended") this.#standing.delete(alarm);
    else this.#standing.add(alarm);
    if (fact.alarm !== "stopped-elsewhere" || fact.state === "ended") return;
    this.#takeUp();
    const isTrue = this.#untold.some((span) => span.room === room);
    this.#untold = this.#untold.filter((span) => span.room !== room);
    const mayBeAgain = this.#wasKilledAfter(this.#toldMs.get(room) ?? -Infinity);
    if (isTrue || mayBeAgain) this.#toldMs.set(room, this.#scene.clock.monotonicMs());
    if (isTrue || mayBeAgain || this.#wasTakenForOwn(room)) return;
    this.#scene.object(
      "alarm-false",
      `bridge ${this.#house.by} says that room ${room} was stopped elsewhere: no recording of its own was ended by others`,
    );
  }

  /** A stop whose process was killed may have been the one, as far as the next process can know. */
  #wasCutShort({ wish, atMs }: Ask, endedMs: number): boolean {
    const isStop = commandsOf(wish).includes("stop") && atMs > endedMs - KILLED_MS;
    return (
      isStop && this.#house.killsMs.some((killMs) => killMs >= atMs && killMs <= atMs + OWN_PRESS_BEFORE_MS)
    );
  }

  #wasKilledAfter(toldMs: number): boolean {
    return this.#house.killsMs.some((atMs) => atMs >= toldMs && atMs <= toldMs + NOTED_MS);
  }

  /** Its start's answer was lost, people were told that it is done, and somebody else had begun what was seen: told once. */
  #wasTakenForOwn(room: number): boolean {
    const { asks, server } = this.#scene;
    const { by } = this.#house;
    const seenMs = asks
      .of(by, room)
      .flatMap(({ wish, seenDoneMs = -1 }) => (commandsOf(wish).includes("start") ? [seenDoneMs] : []));
    const taken = server.truth.ended.find(
      (span) =>
        span.room === room &&
        span.endedBy !== by &&
        !this.#taken.has(span.id) &&
        !this.#isOverdue(span) &&
        seenMs.some((atMs) => atMs >= span.fromMs && atMs <= span.toMs + SEEN_MS),
    );
    if (taken !== undefined) this.#taken.add(taken.id);
    return taken !== undefined;
  }

  /** Often: takes up what has ended since, and asks for alarms that are overdue. */
  look(): void {
    this.#takeUp();
    for (const span of this.#untold) {
      const seenMs = this.#calm.seenMs(this.#house, span.room);
      if (seenMs > span.toMs) span.seenAgainMs = Math.min(span.seenAgainMs, seenMs);
    }
    const overdue = this.#untold.filter((span) => this.#isOverdue(span));
    if (overdue.length === 0) return;
    this.#untold = this.#untold.filter((span) => !overdue.includes(span));
    for (const span of overdue) this.#miss(span);
  }

  #takeUp(): void {
    const { ended } = this.#scene.server.truth;
    const { by } = this.#house;
    for (; this.#seen < ended.length; this.#seen++) {
      const span = ended[this.#seen] as Span;
      const seenMs = Math.min(span.toMs, this.#calm.seenMs(this.#house, span.room));
      if (span.startedBy === by && span.endedBy !== by)
        this.#untold.push({ ...span, seenMs, seenAgainMs: Infinity });
    }
  }

  #isOverdue({ room, toMs }: Span): boolean {
    const sinceMs = Math.max(toMs, this.#calm.fairSinceMs(this.#house, room));
    return this.#scene.clock.monotonicMs() - sinceMs > SEEN_MS;
  }

  /** Nobody knows what became of a stop from here, and the room could not be seen since, or between its end and the stop. */
  #isInDoubt({ wish, atMs, isInDoubt, seenDoneMs }: Ask, { seenMs, seenAgainMs, toMs }: Untold): boolean {
    if (!commandsOf(wish).includes("stop")) return false;
    if (atMs <= toMs) return isInDoubt && seenMs < atMs + OWN_PRESS_BEFORE_MS;
    return (isInDoubt || seenDoneMs !== undefined) && atMs <= seenAgainMs;
  }

  #miss(untold: Untold): void {
    const { id, room, fromMs, toMs, endedBy } = untold;
    const asks = this.#scene.asks.of(this.#house.by, room);
    const isNear = ({ atMs }: Ask) => atMs > toMs - OWN_PRESS_BEFORE_MS && atMs < toMs + OWN_PRESS_AFTER_MS;
    if (asks.some((ask) => this.#wasCutShort(ask, toMs) || this.#isInDoubt(ask, untold))) return;
    const toldMs = asks.find(({ began }) => began === id)?.doneMs;
    if (asks.some(isNear) || toldMs === undefined) return;
    if (this.#wasKilledAfter(toldMs)) return;
    if (this.#standing.has(`stopped-elsewhere ${room}`)) return;
    const who = endedBy === "else" ? "somebody" : `bridge ${endedBy}`;
    this.#scene.object(
      "alarm-missing",
      `bridge ${this.#house.by} has not said that its recording in room ${room} (from ${tell(fromMs)}) was ended by ${who} at ${tell(toMs)}`,
    );
  }
}
