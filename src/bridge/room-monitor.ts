import { refusalBriefs } from "../action/action.ts";
import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { Phrase } from "../language/phrases.ts";
import { told } from "../language/told.ts";
import { type Check, found } from "../preflight/check.ts";
import { watchForLeaps } from "../room/leap-watch.ts";
import type { Outage } from "../room/outage.ts";
import { pollSettings, roundAges, tellAge } from "../room/pace.ts";
import { Poller } from "../room/poller.ts";
import { createRoomReader, type RoomReader } from "../room/room-reader.ts";
import type { RoomTiming } from "../room/room-state.ts";
import type { RoomView } from "../room/room-view.ts";
import { createRoomStore, type RoomStore } from "../room/store.ts";
import { concernsAccount } from "../valt/failure.ts";
import type { Site } from "./site.ts";

interface Viewers {
  /** Rooms that somebody sees now. */
  shownRooms(): ReadonlySet<RoomName>;
  /** Whether somebody sees all rooms at once. */
  followsAll(): boolean;
}

interface RoomMonitorTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "mapping" | "valt">;
  /** Who sees rooms now: these are looked at first. */
  readonly sessions: Viewers;
  /** What the check of the freshness limit finds has changed. */
  freshnessChanged(): void;
  serverChanged(server: "up" | "down"): void;
  /** The clocks leapt: whatever waits was meant for another moment. */
  leapt(): void;
}

const LOOK_WITHIN_MS = 3000;
const TROUBLE_MS = 4000;
/** On top of the freshness limit: requests and back-off have limits well below. */
const STILL_MS = 60_000;
const REVIEW_MS = 10_000;

/** Why the server cannot be asked: where the account here is at fault, it may be as it should be. */
export interface SiteOutage extends Outage {
  readonly account: "in-order" | "at-fault";
}

/** VALT -> poller -> store. Only what the server said makes a state true. */
export class RoomMonitor {
  readonly store: RoomStore;
  readonly reader: RoomReader;
  readonly #tools: RoomMonitorTools;
  readonly #poller: Poller;
  readonly #cancels: Cancel[];
  #toldFreshness: Check["state"] = "fine";

  constructor(tools: RoomMonitorTools) {
    const { clock, log, site, sessions, serverChanged } = tools;
    this.#tools = tools;
    this.store = createRoomStore({ clock, timingOf: () => this.#timing() });
    this.reader = createRoomReader({
      clock,
      store: this.store,
      valt: () => site.valt,
      roomId: (room) => site.mapping.rooms.get(room)?.id,
    });
    this.#poller = new Poller({
      clock,
      log,
      store: this.store,
      valt: () => site.valt,
      settings: () => pollSettings(site.mapping.timing),
      shown: () => sessions.shownRooms(),
      followed: () => sessions.followsAll(),
      serverChanged,
    });
    this.#cancels = [
      watchForLeaps(clock, (byMs) => this.#doubt(byMs)),
      clock.every(REVIEW_MS, () => this.#reviewFreshness()),
    ];
  }

  view(room: RoomName): RoomView {
    const view = this.store.view(room);
    const { unfound, search } = this.#tools.site.mapping;
    const why = unfound.get(room)?.why;
    if (why !== undefined)
      return search?.isListed === true
        ? { ...view, why, trouble: why, brief: refusalBriefs["room-not-found"] }
        : { ...view, why };
    const outage = this.outage();
    // "No answer" would send people to the server, and what they can mend is here.
    if (outage?.account !== "at-fault" || view.status !== undefined) return view;
    return { ...view, trouble: view.trouble ?? outage.failure.message };
  }

  /** After a command: outside the budget. */
  lookNow(room: RoomName): void {
    this.#poller.lookNow(room);
  }

  /** Counts a request that is no look in the budget. */
  spend(): void {
    this.#poller.spend();
  }

  outage(): SiteOutage | undefined {
    const outage = this.#poller.outage();
    return outage && { ...outage, account: concernsAccount(outage.failure) ? "at-fault" : "in-order" };
  }

  /** False when no look has ended for far longer than any of them takes, with whatever answer. */
  isLooking(): boolean {
    const { rooms, timing } = this.#tools.site.mapping;
    return rooms.size === 0 || this.#poller.sinceLookMs() < timing.freshMs + STILL_MS;
  }

  /** Whether the freshness limit is kept: of rooms that nobody sees, a few that miss it keep nobody from pressing. */
  freshness(): Check {
    const { rooms, timing } = this.#tools.site.mapping;
    const { shown, all } = this.#poller.outlook().oldestMs;
    const text = tellAge(pollSettings(timing), { rooms: rooms.size, oldestMs: all });
    const ages = roundAges(timing.freshMs, all);
    const said = told("a status may be {oldest} s old, the limit is {limit} s", ages);
    if (all <= timing.freshMs) return found("freshness", "fine", { said, text });
    const remedy: Phrase =
      "Raise requestsPerSecond or freshMs in the mapping's timing, or let the account see the list of rooms.";
    const state = shown <= timing.freshMs ? "warning" : "failed";
    return found("freshness", state, { said, text, remedy });
  }

  /** Watches the rooms of the mapping as it is now; of others than these nothing is known any more. */
  watch(stillTrue: readonly RoomName[] | "all"): void {
    const rooms = [...this.#tools.site.mapping.rooms.values()];
    if (stillTrue !== "all") this.store.track(stillTrue);
    this.store.track(rooms.map(({ name }) => name));
    this.#poller.watch(new Map(rooms.map(({ name, id }) => [name, id])));
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#poller.close();
  }

  close(): void {
    this.store.close();
  }

  #timing(): RoomTiming {
    const { freshMs, statusTrailsMs } = this.#tools.site.mapping.timing;
    return { freshMs, statusTrailsMs, lookWithinMs: LOOK_WITHIN_MS, troubleMs: TROUBLE_MS };
  }

  #reviewFreshness(): void {
    const { state } = this.freshness();
    if (state === this.#toldFreshness) return;
    this.#toldFreshness = state;
    this.#tools.freshnessChanged();
  }

  /** The machine slept, or its time was set: rooms are unknown until they are looked at. */
  #doubt(byMs: number): void {
    const { log, leapt, site } = this.#tools;
    const why = "the clocks leapt";
    log.warn(`${why}: rooms are looked at anew`, { seconds: Math.round(byMs / 1000) });
    leapt();
    for (const room of site.mapping.rooms.keys()) this.store.tell(room, { kind: "leapt", why });
    this.#poller.lookAgain();
  }
}
