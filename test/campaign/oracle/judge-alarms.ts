import type { Fact } from "../../../src/journal/fact.ts";
import type { House } from "../house.ts";
import type { Span } from "../truth.ts";
import type { Ask } from "./asks.ts";
import type { CalmWatch } from "./calm.ts";
import { tell } from "./judge-commands.ts";
import type { Scene } from "./scene.ts";

/** A press here so close to the end: it may have been the one, or whoever pressed it was there and saw. */
const OWN_PRESS_MS = 12_000;
/** All is well for so long: whoever looks has seen it. */
const SEEN_MS = 20_000;
/** A process that is killed so soon after a start may have forgotten that it was its own. */
const NOTED_MS = 15_000;

/** An alarm "stopped elsewhere" is raised exactly when a recording of this bridge was ended by somebody else. */
export class AlarmJudge {
  readonly #scene: Scene;
  readonly #house: House;
  readonly #calm: CalmWatch;
  /** Own recordings that others have ended, as long as that may still be told. */
  #untold: Span[] = [];
  /** Kinds and rooms of the alarms that hold. */
  readonly #standing = new Set<string>();
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
    if (isTrue) return;
    this.#scene.object(
      "alarm-false",
      `bridge ${this.#house.by} says that room ${room} was stopped elsewhere: no recording of its own was ended by others`,
    );
  }

  /** Often: takes up what has ended since, and asks for alarms that are overdue. */
  look(): void {
    this.#takeUp();
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
      if (span.startedBy === by && span.endedBy !== by) this.#untold.push(span);
    }
  }

  #isOverdue({ room, toMs }: Span): boolean {
    const sinceMs = Math.max(toMs, this.#calm.fairSinceMs(this.#house, room));
    return this.#scene.clock.monotonicMs() - sinceMs > SEEN_MS;
  }

  #miss({ id, room, fromMs, toMs, endedBy }: Span): void {
    const asks = this.#scene.asks.of(this.#house.by, room);
    const isNear = ({ atMs }: Ask) => Math.abs(atMs - toMs) < OWN_PRESS_MS;
    const start = asks.find(({ began }) => began === id);
    const wasKilled = this.#house.killsMs.some((atMs) => atMs >= fromMs && atMs <= fromMs + NOTED_MS);
    if (asks.some(isNear) || start?.doneMs === undefined || wasKilled) return;
    if (this.#standing.has(`stopped-elsewhere ${room}`)) return;
    const who = endedBy === "else" ? "somebody" : `bridge ${endedBy}`;
    this.#scene.object(
      "alarm-missing",
      `bridge ${this.#house.by} has not said that its recording in room ${room} (from ${tell(fromMs)}) was ended by ${who} at ${tell(toMs)}`,
    );
  }
}
