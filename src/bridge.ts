/**
 * The whole flow, one way:
 *
 *   touch    devices -> supervisor -> recognizer -> match  -> act      (station.ts)
 *   link     devices -> gate       -> dialect    -> match  -> act, answered with the outcome (conversation.ts)
 *   act      permission -> decide -> perform, one at a time per room -> VALT           (actor.ts)
 *   truth    poller -> store: only what the server said makes a state true
 *   drawing  store -> rules -> painter -> write queue -> devices                       (display.ts)
 *   telling  store -> words -> teller -> devices
 *   alarms   store -> room watch -> board -> panels, links, log, webhook                (watchman.ts)
 */
import type { MarkKeeper } from "./action/mark.ts";
import { Actor } from "./actor.ts";
import type { AlarmKind } from "./alarm/alarm.ts";
import type { Cancel, Clock } from "./base/clock.ts";
import {
  type ControlId,
  correlationIds,
  type DeviceId,
  type RoomName,
  valtRoomId,
} from "./base/identifiers.ts";
import type { Log } from "./base/log.ts";
import type { ControlEvent, Peer } from "./driver/contract.ts";
import { type Words, wordsFor } from "./feedback/words.ts";
import type { FactBody, FactSink } from "./journal/fact.ts";
import type { LinkRooms } from "./link/dialect.ts";
import { indexRooms, onlyRoom } from "./link/link-rooms.ts";
import type { ControlBinding, DeviceMapping, Mapping } from "./mapping/mapping.ts";
import { lazyKeyImages } from "./panel/key-image/lazy.ts";
import { watchForLeaps } from "./room/leap-watch.ts";
import type { PollSettings } from "./room/pace.ts";
import { Poller } from "./room/poller.ts";
import { type RoomView, viewRoom } from "./room/room-view.ts";
import { createRoomStore, type RoomStore } from "./room/store.ts";
import { type Core, type PanelView, Station } from "./station.ts";
import { type BridgeStatus, describeBridge } from "./status.ts";
import type { ValtClient } from "./valt/client.ts";
import { Watchman } from "./watchman.ts";

export interface BridgeOptions {
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly log: Log;
  readonly facts: readonly FactSink[];
  /** Where marks are safe from the end of the process. */
  readonly keeper: MarkKeeper;
  /** A client for the server that a mapping names; called again when an edit names another. */
  connect(server: Mapping["server"]): ValtClient;
  /** A passcode by the name that the mapping gives it. */
  secret(name: string): string | undefined;
}

const HURRIED_POLL_MS = 250;
const CONFIRM_MS = 5000;
const LOOK_FOR_MS = 10_000;
const TROUBLE_MS = 4000;

export class Bridge {
  readonly #options: BridgeOptions;
  readonly #store: RoomStore;
  readonly #poller: Poller;
  readonly #actor: Actor;
  readonly #watchman: Watchman;
  readonly #stopLeapWatch: Cancel;
  readonly #core: Core;
  readonly #stations = new Map<DeviceId, Station>();
  #mapping: Mapping;
  #valt: ValtClient;
  #rooms: LinkRooms;
  #polling: PollSettings;
  #adopting: Promise<void> = Promise.resolve();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#mapping = options.mapping;
    this.#valt = options.connect(options.mapping.server);
    this.#rooms = indexRooms(options.mapping.rooms.values());
    this.#polling = pollSettings(options.mapping);
    this.#store = createRoomStore({ clock: options.clock, timingOf: (status) => this.#timingOf(status) });
    this.#poller = this.#createPoller();
    this.#actor = this.#createActor();
    this.#core = this.#createCore();
    this.#watchman = new Watchman({
      ...options,
      store: this.#store,
      mapping: () => this.#mapping,
      valt: () => this.#valt,
      record: (fact) => this.#record(fact),
      reviewed: () => this.#stations.forEach((station) => void station.siteChanged()),
    });
    this.#stopLeapWatch = watchForLeaps(options.clock, (byMs) => this.#leap(byMs));
    this.#store.onChange((change) => {
      this.#tellChange(change.room);
      this.#watchman.see(change);
    });
  }

  start(): void {
    for (const device of this.#mapping.devices.values()) this.#add(device);
    this.#watchRooms();
    this.#watchman.begin();
    void this.#actor.restore();
  }

  /** Takes an edited mapping over: devices that did not change stay open, presses under way go on. */
  adopt(mapping: Mapping): Promise<void> {
    this.#adopting = this.#adopting.then(() => this.#change(mapping));
    return this.#adopting;
  }

  async #change(mapping: Mapping): Promise<void> {
    const previous = this.#mapping;
    this.#mapping = mapping;
    this.#rooms = indexRooms(mapping.rooms.values());
    this.#polling = pollSettings(mapping);
    const isSameServer = JSON.stringify(mapping.server) === JSON.stringify(previous.server);
    if (!isSameServer) {
      void this.#valt.close();
      this.#valt = this.#options.connect(mapping.server);
    }
    const same = [...mapping.rooms.values()].filter(({ name, id }) => previous.rooms.get(name)?.id === id);
    this.#store.track(isSameServer ? same.map(({ name }) => name) : []);
    for (const [id, station] of this.#stations) {
      const device = mapping.devices.get(id);
      if (device !== undefined && station.adopt(device)) continue;
      this.#stations.delete(id);
      await station.stop();
    }
    for (const device of mapping.devices.values()) if (!this.#stations.has(device.id)) this.#add(device);
    this.#watchRooms();
    this.#watchman.begin();
  }

  async close(): Promise<void> {
    this.#stopLeapWatch();
    this.#poller.close();
    this.#actor.close();
    this.#watchman.close();
    await Promise.all([...this.#stations.values()].map((station) => station.stop()));
    this.#store.close();
    await this.#valt.close();
  }

  status(): BridgeStatus {
    return describeBridge({
      mapping: this.#mapping,
      outage: this.#poller.outage(),
      nowMs: this.#options.clock.monotonicMs(),
      marksWaiting: this.#actor.marksWaiting(),
      alarms: this.#watchman.alarms(),
      readiness: this.#watchman.readiness(),
      view: (room) => this.view(room),
      stations: this.#stations,
    });
  }

  /** Every device that is open now and has a panel, in the order of the mapping. */
  panels(): readonly PanelView[] {
    const stations = [...this.#mapping.devices.keys()].map((id) => this.#stations.get(id));
    return stations.flatMap((station) => station?.panel() ?? []);
  }

  /** A touch from elsewhere than the hardware, such as the console, with all that the device's own would do. */
  touch(device: DeviceId, event: ControlEvent, from: Peer): "taken" | "no-such-panel" | "no-such-control" {
    return this.#stations.get(device)?.touch(event, from) ?? "no-such-panel";
  }

  /** What a control means on the page that its panel shows now. */
  bindingOf(device: DeviceId, control: ControlId): ControlBinding | undefined {
    return this.#stations.get(device)?.bindingOf(control);
  }

  /** Something outside found what people should know. */
  raiseAlarm(kind: AlarmKind, text: string): void {
    this.#watchman.raise(kind, text);
  }

  endAlarm(kind: AlarmKind): void {
    this.#watchman.end(kind);
  }

  view(room: RoomName): RoomView {
    return viewRoom(this.#store.get(room), this.#options.clock.monotonicMs());
  }

  // Truth: VALT -> poller -> store -> drawing and telling.

  #createPoller(): Poller {
    return new Poller({
      valt: () => this.#valt,
      settings: () => this.#polling,
      serverChanged: (server) => {
        for (const station of this.#stations.values()) station.serverChanged(server);
      },
      store: this.#store,
      clock: this.#options.clock,
      log: this.#options.log,
    });
  }

  #createActor(): Actor {
    const { clock, log, keeper } = this.#options;
    return new Actor({
      clock,
      log,
      keeper,
      store: this.#store,
      mapping: () => this.#mapping,
      valt: () => this.#valt,
      view: (room) => this.view(room),
      lookNow: (room) => this.#poller.lookNow(room),
      isWrong: (room) => this.#watchman.isWrong(room),
      markRefused: (room, why) => this.#watchman.raise("mark-refused", `a mark was refused: ${why}`, room),
      record: (fact) => this.#record(fact),
    });
  }

  #timingOf(status: RoomView["status"]) {
    const freshMs = this.#poller.pace().freshMs(status);
    return { freshMs, confirmMs: CONFIRM_MS, lookForMs: LOOK_FOR_MS, troubleMs: TROUBLE_MS };
  }

  /** The machine slept, or its time was set: presses that wait have expired, and rooms are unknown until looked at. */
  #leap(byMs: number): void {
    const seconds = Math.round(byMs / 1000);
    this.#options.log.warn("the clocks leapt: rooms are looked at anew", { seconds });
    this.#actor.expireWaiting();
    for (const room of this.#mapping.rooms.keys())
      this.#store.tell(room, { kind: "leapt", why: "the clocks leapt" });
    this.#poller.lookAgain();
  }

  #watchRooms(): void {
    const rooms = [...this.#mapping.rooms.values()];
    this.#store.track(rooms.map(({ name }) => name));
    this.#poller.watch(new Map(rooms.map(({ name, id }) => [name, id])));
  }

  #tellChange(room: RoomName): void {
    const correlation = this.#store.get(room).pending?.correlation;
    this.#record({
      kind: "room",
      room,
      view: this.view(room),
      ...(correlation === undefined ? {} : { correlation }),
    });
    for (const station of this.#stations.values()) station.roomChanged(room);
  }

  // Devices.

  #add(device: DeviceMapping): void {
    const station = new Station(device, this.#core);
    this.#stations.set(device.id, station);
    station.start();
  }

  #createCore(): Core {
    const { clock, log, secret } = this.#options;
    return {
      clock,
      log,
      secret,
      roomsFor: ({ room }) => (room === undefined ? this.#rooms : onlyRoom(this.#rooms, room)),
      view: (room) => this.view(room),
      readiness: () => this.#watchman.readiness(),
      words: (room) => this.#words(room),
      act: (action, cause, may) => {
        this.#watchman.acknowledge(action.room);
        return this.#actor.act(action, cause, may);
      },
      correlate: correlationIds(clock.wallMs()),
      keyImages: lazyKeyImages(log),
      record: (fact) => this.#record(fact),
    };
  }

  #words(room: RoomName): Words {
    // A station that has not taken an edit over yet may still ask about a room that is gone.
    const { id } = this.#mapping.rooms.get(room) ?? { id: valtRoomId(0) };
    return wordsFor(this.view(room), { name: room, id });
  }

  #record(body: FactBody): void {
    const { clock, facts } = this.#options;
    if (facts.length === 0) return;
    const fact = { atMs: clock.monotonicMs(), wallMs: clock.wallMs(), ...body };
    for (const sink of facts) sink(fact);
  }
}

function pollSettings({ timing }: Mapping): PollSettings {
  const { activePollMs: activeMs, idlePollMs: idleMs, requestsPerSecond, freshIntervals } = timing;
  return { activeMs, idleMs, hurriedMs: HURRIED_POLL_MS, requestsPerSecond, freshIntervals };
}
