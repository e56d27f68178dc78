import type { Clock } from "../../src/base/clock.ts";
import { elapsedMsAt, type RoomMoment, type RoomStatus } from "../../src/simulator/room-machine.ts";
import type { World } from "../../src/simulator/world.ts";

/** Who changed a room: one of the two bridges, or somebody at the web page. */
export type Doer = "a" | "b" | "else";

/** A recording as it truly was. */
export interface Span {
  readonly id: string;
  readonly room: number;
  readonly fromMs: number;
  readonly startedBy: Doer;
  /** Infinity while it runs. */
  toMs: number;
  endedBy: Doer | undefined;
}

/** All that the rooms ever were; what the server says of them is another matter. */
export class Truth {
  readonly spans: Span[] = [];
  /** In the order of their ends. */
  readonly ended: Span[] = [];
  readonly #world: World;
  readonly #clock: Clock;
  readonly #moments: RoomMoment[][] = [];
  readonly #spanById = new Map<string, Span>();

  constructor(world: World, clock: Clock) {
    this.#world = world;
    this.#clock = clock;
    this.note("else");
  }

  /** Something was done: what has changed since the last call is its effect. */
  note(doer: Doer): void {
    for (const room of this.#world.rooms.values()) {
      this.#moments[room.id] ??= [];
      const known = this.#moments[room.id] as RoomMoment[];
      const before = known.at(-1);
      const now = room.moments.at(-1);
      if (now === undefined || now === before) continue;
      known.push(now);
      if (before?.recordingId !== now.recordingId) this.#turn(room.id, { before, now, doer });
    }
  }

  at(room: number, atMs: number): RoomMoment {
    const moments = this.#moments[room] ?? [];
    return (moments.findLast(({ sinceMs }) => sinceMs <= atMs) ?? moments[0]) as RoomMoment;
  }

  now(room: number): RoomMoment {
    return this.at(room, this.#clock.monotonicMs());
  }

  /** Whether the room was so at some moment from one to the other, both included. */
  wasEver(
    room: number,
    [fromMs, toMs]: readonly [number, number],
    isSo: (moment: RoomMoment) => boolean,
  ): boolean {
    const moments = this.#moments[room] ?? [];
    for (let index = moments.length - 1; index >= 0; index--) {
      const moment = moments[index] as RoomMoment;
      if (moment.sinceMs > toMs) continue;
      if (isSo(moment)) return true;
      if (moment.sinceMs <= fromMs) return false;
    }
    return false;
  }

  /** When the room last was so; -Infinity if it never was. */
  lastMs(room: number, isSo: (moment: RoomMoment) => boolean): number {
    const moments = this.#moments[room] ?? [];
    for (let index = moments.length - 1; index >= 0; index--) {
      if (!isSo(moments[index] as RoomMoment)) continue;
      return moments[index + 1]?.sinceMs ?? this.#clock.monotonicMs();
    }
    return -Infinity;
  }

  span(id: string): Span | undefined {
    return this.#spanById.get(id);
  }

  /** Recorded time of a recording, pauses left out; before its begin 0, after its end its length. */
  elapsedMs(id: string, atMs: number): number {
    const span = this.#spanById.get(id);
    if (span === undefined || atMs <= span.fromMs) return 0;
    const insideMs = Math.min(atMs, span.toMs);
    const moment = (this.#moments[span.room] ?? []).findLast(
      ({ sinceMs, recordingId }) => sinceMs <= insideMs && String(recordingId) === id,
    );
    return moment === undefined ? 0 : elapsedMsAt(moment, insideMs, "excluded");
  }

  #turn(
    room: number,
    { before, now, doer }: { before: RoomMoment | undefined; now: RoomMoment; doer: Doer },
  ): void {
    const ended = before?.recordingId === undefined ? undefined : this.span(String(before.recordingId));
    if (ended !== undefined) {
      Object.assign(ended, { toMs: now.sinceMs, endedBy: doer });
      this.ended.push(ended);
    }
    if (now.recordingId === undefined) return;
    const id = String(now.recordingId);
    const span = { id, room, fromMs: now.sinceMs, startedBy: doer, toMs: Infinity, endedBy: undefined };
    this.spans.push(span);
    this.#spanById.set(id, span);
  }
}

export const isRecording = ({ status }: RoomMoment): boolean => status === "recording";
export const isRunning = ({ recordingId }: RoomMoment): boolean => recordingId !== undefined;
export const isStatus =
  (...wanted: readonly RoomStatus[]) =>
  ({ status }: RoomMoment): boolean =>
    wanted.includes(status);
