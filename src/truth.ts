import type { Cancel, Clock } from "./base/clock.ts";
import type { RoomName } from "./base/identifiers.ts";
import type { Log } from "./base/log.ts";
import type { Mapping } from "./mapping/mapping.ts";
import { watchForLeaps } from "./room/leap-watch.ts";
import type { Outage } from "./room/outage.ts";
import type { PollSettings } from "./room/pace.ts";
import { Poller } from "./room/poller.ts";
import { createRoomReader, type RoomReader } from "./room/room-reader.ts";
import { type RoomView, viewRoom } from "./room/room-view.ts";
import { createRoomStore, type RoomStore } from "./room/store.ts";
import type { ValtClient } from "./valt/client.ts";

export interface TruthTools {
  readonly clock: Clock;
  readonly log: Log;
  /** As they are now: an edit may name another server. */
  mapping(): Mapping;
  valt(): ValtClient;
  serverChanged(server: "up" | "down"): void;
  /** The clocks leapt: whatever waits was meant for another moment. */
  leapt(): void;
}

const HURRIED_POLL_MS = 250;
const STATUS_TRAILS_MS = 5000;
const LOOK_WITHIN_MS = 3000;
const TROUBLE_MS = 4000;
/** On top of three looks: requests and back-off have limits well below. */
const STILL_MS = 60_000;

/** Truth: VALT -> poller -> store. Only what the server said makes a state true. */
export class Truth {
  readonly store: RoomStore;
  readonly reader: RoomReader;
  readonly #tools: TruthTools;
  readonly #poller: Poller;
  readonly #stopLeapWatch: Cancel;

  constructor(tools: TruthTools) {
    const { clock, mapping } = tools;
    this.#tools = tools;
    this.store = createRoomStore({ clock, timingOf: (status) => this.#timingOf(status) });
    this.reader = createRoomReader({
      ...tools,
      store: this.store,
      roomId: (room) => mapping().rooms.get(room)?.id,
    });
    this.#poller = new Poller({ ...tools, settings: () => pollSettings(mapping()), store: this.store });
    this.#stopLeapWatch = watchForLeaps(clock, (byMs) => this.#doubt(byMs));
  }

  view(room: RoomName): RoomView {
    return viewRoom(this.store.get(room), this.#tools.clock.monotonicMs());
  }

  /** After a command: outside the budget. */
  lookNow(room: RoomName): void {
    this.#poller.lookNow(room);
  }

  /** Counts a request that is no look in the budget. */
  spend(): void {
    this.#poller.spend();
  }

  outage(): Outage | undefined {
    return this.#poller.outage();
  }

  /** False when no look has ended for far longer than any of them takes, with whatever answer. */
  isLooking(): boolean {
    const { rooms, timing } = this.#tools.mapping();
    return rooms.size === 0 || this.#poller.sinceLookMs() < 3 * timing.idlePollMs + STILL_MS;
  }

  /** Watches the rooms of the mapping as it is now; of others than these nothing is known any more. */
  watch(stillTrue: readonly RoomName[] | "all"): void {
    const rooms = [...this.#tools.mapping().rooms.values()];
    if (stillTrue !== "all") this.store.track(stillTrue);
    this.store.track(rooms.map(({ name }) => name));
    this.#poller.watch(new Map(rooms.map(({ name, id }) => [name, id])));
  }

  stop(): void {
    this.#stopLeapWatch();
    this.#poller.close();
  }

  close(): void {
    this.store.close();
  }

  #timingOf(status: RoomView["status"]) {
    const freshMs = this.#poller.pace().freshMs(status);
    return {
      freshMs,
      statusTrailsMs: STATUS_TRAILS_MS,
      lookWithinMs: LOOK_WITHIN_MS,
      troubleMs: TROUBLE_MS,
    };
  }

  /** The machine slept, or its time was set: rooms are unknown until they are looked at. */
  #doubt(byMs: number): void {
    const { log, leapt, mapping } = this.#tools;
    const why = "the clocks leapt";
    log.warn(`${why}: rooms are looked at anew`, { seconds: Math.round(byMs / 1000) });
    leapt();
    for (const room of mapping().rooms.keys()) this.store.tell(room, { kind: "leapt", why });
    this.#poller.lookAgain();
  }
}

function pollSettings({ timing }: Mapping): PollSettings {
  const { activePollMs: activeMs, idlePollMs: idleMs, requestsPerSecond, freshIntervals } = timing;
  return { activeMs, idleMs, hurriedMs: HURRIED_POLL_MS, requestsPerSecond, freshIntervals };
}
