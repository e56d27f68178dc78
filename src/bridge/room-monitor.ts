import { refusalBriefs } from "../action/action.ts";
import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName, ServerName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { FactBody } from "../journal/fact.ts";
import type { Phrase } from "../language/phrases.ts";
import { told } from "../language/told.ts";
import type { ServerPart } from "../mapping/server-part.ts";
import { type Check, found } from "../preflight/check.ts";
import { watchForLeaps } from "../room/leap-watch.ts";
import type { Outage } from "../room/outage.ts";
import { pollSettings, roundAges, tellAge } from "../room/pace.ts";
import { Poller } from "../room/poller.ts";
import { createRoomReader, type RoomReader } from "../room/room-reader.ts";
import type { RoomTiming } from "../room/room-state.ts";
import type { RoomView } from "../room/room-view.ts";
import { settledLook } from "../room/settled-look.ts";
import { createRoomStore, type RoomStore } from "../room/store.ts";
import { concernsAccount } from "../valt/failure.ts";
import type { LeftLook } from "./looks-file.ts";
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
  readonly site: Pick<Site, "mapping" | "parts" | "valt" | "valtOf" | "serverOf" | "placeOf">;
  /** What the process before has left of its looks. */
  readonly left?: readonly LeftLook[] | undefined;
  /** Who sees rooms now: these are looked at first. */
  readonly sessions: Viewers;
  /** What the check of the freshness limit finds has changed. */
  freshnessChanged(): void;
  /** A server was lost, or is back. */
  serverChanged(state: ServerState): void;
  record(fact: FactBody): void;
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

type ServerState = "up" | "down";

/** VALT -> a poller for each server -> store. Only what the server said makes a state true. */
export class RoomMonitor {
  readonly store: RoomStore;
  readonly reader: RoomReader;
  readonly #tools: RoomMonitorTools;
  readonly #pollers = new Map<ServerName, Poller>();
  readonly #cancels: Cancel[];
  #toldFreshness = "";

  constructor(tools: RoomMonitorTools) {
    const { clock, site } = tools;
    this.#tools = tools;
    this.store = createRoomStore({ clock, timingOf: () => this.#timing() });
    this.reader = createRoomReader({
      clock,
      store: this.store,
      valt: (room) => site.valtOf(room),
      roomId: (room) => site.mapping.rooms.get(room)?.id,
    });
    this.#cancels = [
      watchForLeaps(clock, (byMs) => this.#doubt(byMs)),
      clock.every(REVIEW_MS, () => this.#reviewFreshness()),
    ];
  }

  #recordServer(server: ServerName): void {
    const { record } = this.#tools;
    const outage = this.outage(server);
    if (outage === undefined) record({ kind: "server", server, state: "back" });
    else {
      const state = outage.account === "at-fault" ? "not-asked" : "lost";
      record({ kind: "server", server, state, why: outage.failure.message });
    }
  }

  view(room: RoomName): RoomView {
    const view = this.store.view(room);
    const { unfound, searches } = this.#tools.site.mapping;
    const lost = unfound.get(room);
    if (lost !== undefined) {
      const { why, server } = lost;
      return searches.get(server)?.isListed === true
        ? { ...view, why, trouble: why, brief: refusalBriefs["room-not-found"] }
        : { ...view, why };
    }
    const outage = this.outage(this.#tools.site.serverOf(room).name);
    // "No contact" would send people to the server, and what they can mend is here.
    if (outage?.account !== "at-fault" || view.status !== undefined) return view;
    return { ...view, trouble: view.trouble ?? outage.failure.message };
  }

  /** After a command: outside the budget. */
  lookNow(room: RoomName): void {
    this.#pollers.get(this.#tools.site.serverOf(room).name)?.lookNow(room);
  }

  /** Counts a request that is no look in the server's budget. */
  spend(server: ServerName): void {
    this.#pollers.get(server)?.spend();
  }

  /** Whether the server can be asked at all, as far as is known. */
  state(server: ServerName): ServerState {
    return this.outage(server) === undefined ? "up" : "down";
  }

  /** The same of the servers of several rooms: `down` as soon as one of them is. */
  stateOf(rooms: Iterable<RoomName>): ServerState {
    const servers = new Set([...rooms].map((room) => this.#tools.site.serverOf(room).name));
    return [...servers].some((server) => this.state(server) === "down") ? "down" : "up";
  }

  outage(server: ServerName): SiteOutage | undefined {
    const outage = this.#pollers.get(server)?.outage();
    return outage && { ...outage, account: concernsAccount(outage.failure) ? "at-fault" : "in-order" };
  }

  /** False when no look at a server has ended for far longer than any of them takes, with whatever answer. */
  isLooking(): boolean {
    return [...this.#tools.site.parts].every(([name, { rooms, timing }]) => {
      const sinceMs = this.#pollers.get(name)?.sinceLookMs() ?? 0;
      return rooms.size === 0 || sinceMs < timing.freshMs + STILL_MS;
    });
  }

  /** Whether the freshness limit is kept: of rooms that nobody sees, a few that miss it keep nobody from pressing. */
  freshness(part: ServerPart): Check {
    const pace = this.#judgePace(part);
    if (pace.state !== "fine" || this.outage(part.server.name) === undefined) return pace;
    const said: Phrase = "no status is fresh: the server does not answer";
    return found("freshness", "not-known", { said, text: said });
  }

  #judgePace({ server, rooms, timing }: ServerPart): Check {
    const { shown, all } = this.#pollers.get(server.name)?.outlook().oldestMs ?? { shown: 0, all: 0 };
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
    const { parts, mapping } = this.#tools.site;
    if (stillTrue !== "all") this.store.track(stillTrue);
    this.store.track([...mapping.rooms.keys()]);
    for (const [name, poller] of this.#pollers) {
      if (parts.has(name)) continue;
      poller.close();
      this.#pollers.delete(name);
    }
    for (const [name, { rooms }] of parts) {
      const poller = this.#pollers.get(name) ?? this.#createPoller(name);
      this.#pollers.set(name, poller);
      poller.watch(new Map([...rooms.values()].map((room) => [room.name, room.id])));
    }
  }

  /** What a process that follows this one may show at once. */
  looks(): readonly LeftLook[] {
    return [...this.store.rooms()].flatMap((room) => {
      const look = settledLook(this.store.get(room));
      return look === undefined ? [] : [{ room, place: this.#tools.site.placeOf(room), ...look }];
    });
  }

  /** The process before has seen this: a status counts from the moment it was asked, whoever asked. */
  recall(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const { room, place, askedMs: sentMs, ...look } of this.#tools.left ?? []) {
      if (place !== this.#tools.site.placeOf(room) || nowMs - sentMs >= this.#timing().freshMs) continue;
      this.store.tell(room, { kind: "seen", recordingId: undefined, ...look, sentMs, receivedMs: nowMs });
    }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    for (const poller of this.#pollers.values()) poller.close();
  }

  #createPoller(name: ServerName): Poller {
    const { clock, log, site, sessions, serverChanged } = this.#tools;
    return new Poller({
      clock,
      log: site.parts.size === 1 ? log : log.child({ server: name }),
      store: this.store,
      valt: () => site.valt(name),
      settings: () => pollSettings(site.mapping.timing),
      shown: () => sessions.shownRooms(),
      followed: () => sessions.followsAll(),
      serverChanged: (state) => {
        this.#recordServer(name);
        serverChanged(state);
      },
    });
  }

  close(): void {
    this.store.close();
  }

  #timing(): RoomTiming {
    const { freshMs, statusTrailsMs } = this.#tools.site.mapping.timing;
    return { freshMs, statusTrailsMs, lookWithinMs: LOOK_WITHIN_MS, troubleMs: TROUBLE_MS };
  }

  #reviewFreshness(): void {
    const states = [...this.#tools.site.parts].map(
      ([name, part]) => `${name} ${this.#judgePace(part).state}`,
    );
    const found = states.filter((state) => !state.endsWith("fine")).join();
    if (found === this.#toldFreshness) return;
    this.#toldFreshness = found;
    this.#tools.freshnessChanged();
  }

  /** The machine slept, or its time was set: rooms are unknown until they are looked at. */
  #doubt(byMs: number): void {
    const { log, leapt, site } = this.#tools;
    const why = "the clocks leapt";
    log.warn(`${why}: rooms are looked at anew`, { seconds: Math.round(byMs / 1000) });
    leapt();
    for (const room of site.mapping.rooms.keys()) this.store.tell(room, { kind: "leapt", why });
    for (const poller of this.#pollers.values()) poller.lookAgain();
  }
}
