import { colors } from "../../../src/feedback/look.ts";
import type { RoomStatus } from "../../../src/simulator/room-machine.ts";
import type { Wish } from "../controls.ts";
import type { House } from "../house.ts";
import { isRecording } from "../truth.ts";
import type { Touch } from "./asks.ts";
import type { CalmWatch } from "./calm.ts";
import { tell } from "./judge-commands.ts";
import { claimOf } from "./judge-lamps.ts";
import type { Scene } from "./scene.ts";

/** Longer than everything that a bridge waits for after trouble. */
export const SETTLED_MS = 25_000;
/** The site is checked every half minute as long as something is wrong. */
const CHECKED_MS = 45_000;
/** In order, or in order but for something that needs a person. */
const SITE_FINE = [
  JSON.stringify({ rgb: colors.green, blink: "steady" }),
  JSON.stringify({ rgb: colors.orange, blink: "slow" }),
];
const OBEYED_MS = 6000;
const DELIVERED_MS = 20_000;

/** Whoever says nothing tells no lies: where all is well, lamps tell what is so, presses work, and marks arrive. */
export class CalmJudge {
  readonly #scene: Scene;
  readonly #calm: CalmWatch;
  /** Panels that have been found silent: each silence is told once. */
  readonly #silent = new Set<string>();

  constructor(scene: Scene, calm: CalmWatch) {
    this.#scene = scene;
    this.#calm = calm;
  }

  judgeLamp(house: House, room: number, hasAlarm: boolean): void {
    const { status } = this.#scene.server.truth.now(room);
    const lamp = house.panels[room - 1]?.lamp("tally");
    const key = `${house.by} ${room}`;
    const isCalm = this.#calm.calmMs(house, room) > SETTLED_MS;
    const should = claimByStatus[status];
    if (!isCalm || hasAlarm || lamp === undefined || claimOf(lamp) === should) {
      this.#silent.delete(key);
      return;
    }
    if (this.#silent.has(key)) return;
    this.#silent.add(key);
    this.#scene.object(
      "calm-lamp",
      `room ${room} is ${status}, nothing has happened there for ${tell(this.#calm.calmMs(house, room))}, and bridge ${house.by} shows ${JSON.stringify(lamp)}`,
    );
  }

  /** One room's odd answer is no reason to call the whole site out of order. */
  judgeSite(house: House, room: number): void {
    const lamp = house.panels[room - 1]?.lamp("site");
    const sinceMs = this.#calm.fairSinceMs(house, room);
    const isCalm = this.#scene.clock.monotonicMs() - sinceMs > CHECKED_MS;
    const key = `${house.by} ${room} site`;
    if (!isCalm || lamp === undefined || SITE_FINE.includes(JSON.stringify(lamp))) this.#silent.delete(key);
    else if (!this.#silent.has(key)) {
      this.#silent.add(key);
      this.#scene.object(
        "calm-site",
        `nothing is wrong with the server since ${tell(sinceMs)} but ${JSON.stringify(this.#scene.server.weather.odd)}, and the site's lamp of panel ${room} at bridge ${house.by} shows ${JSON.stringify(lamp)}`,
      );
    }
  }

  /** Before the touch is noted. */
  pressed(house: House, { room, control, by, atMs }: Touch, wishes: readonly Wish[]): void {
    const { server, clock, object } = this.#scene;
    const before = server.truth.now(room).status;
    const touches = this.#calm.touches(room);
    if (wishes.length === 0 || this.#calm.calmMs(house, room) < SETTLED_MS) return;
    const should = wishes.reduce((status, wish) => effectOf(wish, status), before);
    clock.after(OBEYED_MS, () => {
      const isUntouched =
        this.#calm.touches(room) === touches + 1 && this.#calm.fairSinceMs(house, room) <= atMs;
      const { status } = server.truth.now(room);
      if (isUntouched && status !== should)
        object(
          "calm-command",
          `${control} of room ${room} (bridge ${by}, ${tell(atMs)}): the room was ${before} and is ${status}`,
        );
    });
  }

  marked(house: House, room: number, text: string): void {
    const { server, clock, object } = this.#scene;
    const atMs = clock.monotonicMs();
    const touches = this.#calm.touches(room);
    if (this.#calm.calmMs(house, room) < SETTLED_MS || !isRecording(server.truth.now(room))) return;
    clock.after(DELIVERED_MS, () => {
      const isUntouched = this.#calm.touches(room) === touches && this.#calm.fairSinceMs(house, room) <= atMs;
      const isThere = server.world.recordings().some(({ marks }) => marks.some((mark) => mark.text === text));
      if (isUntouched && !isThere)
        object(
          "calm-mark",
          `${text} of room ${room} (bridge ${house.by}, ${tell(atMs)}) is not there ${tell(DELIVERED_MS)} later`,
        );
    });
  }
}

const claimByStatus: Readonly<Record<RoomStatus, ReturnType<typeof claimOf>>> = {
  available: "ready",
  recording: "recording",
  paused: "paused",
  locked: "locked",
  prepared: undefined,
};

/** What a room is to be after a wish; what makes no sense changes nothing. */
function effectOf(wish: Wish, status: RoomStatus): RoomStatus {
  const effects: Readonly<Partial<Record<RoomStatus, RoomStatus>>> = {
    start: { available: "recording" },
    stop: { recording: "available", paused: "available" },
    toggle: { available: "recording", recording: "available", paused: "available" },
    pause: { recording: "paused" },
    resume: { paused: "recording" },
    "toggle-pause": { recording: "paused", paused: "recording" },
    lock: { available: "locked" },
    unlock: { locked: "available" },
  }[wish] as Readonly<Partial<Record<RoomStatus, RoomStatus>>>;
  return effects[status] ?? status;
}
