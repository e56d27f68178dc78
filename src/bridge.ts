/**
 * The whole flow, one way:
 *
 *   press       devices -> supervisor -> recognizer -> match -> dispatch          (bridge/device-session.ts)
 *   request     devices -> access     -> dialect    -> match -> dispatch, answered with the outcome (bridge/link-session.ts)
 *   dispatch    permission -> decide -> perform, one at a time per room -> VALT    (bridge/dispatcher.ts)
 *   monitoring  poller -> store: only what the server said makes a state true      (bridge/room-monitor.ts)
 *   output      store -> rules -> painter -> write queue -> devices                (bridge/panel-output.ts)
 *   publishing  store -> words -> publisher -> devices
 *   alarms      store -> room watch -> board -> panels, links, log, webhook         (bridge/alarm-service.ts)
 */
import type { MarkKeeper } from "./action/mark.ts";
import { hasSeenRoom } from "./action/permit.ts";
import type { AlarmKind } from "./alarm/alarm.ts";
import type { StartedRecordings } from "./alarm/started.ts";
import type { Clock } from "./base/clock.ts";
import {
  type ControlId,
  correlationIds,
  type DeviceId,
  type RoomName,
  valtRoomId,
} from "./base/identifiers.ts";
import type { Log } from "./base/log.ts";
import { type Result, succeed } from "./base/result.ts";
import { detectStalls, type StallDetector } from "./base/stall-detector.ts";
import { AlarmService } from "./bridge/alarm-service.ts";
import type { BridgeContext } from "./bridge/bridge-context.ts";
import { CurrentServer } from "./bridge/current-server.ts";
import { DeviceSession, type PanelView } from "./bridge/device-session.ts";
import { ActionDispatcher } from "./bridge/dispatcher.ts";
import { RoomMonitor } from "./bridge/room-monitor.ts";
import { type BridgeStatus, describeBridge, describeServer } from "./bridge/status.ts";
import type { ControlEvent, Peer } from "./driver/contract.ts";
import { type Words, wordsFor } from "./feedback/words.ts";
import type { Fact, FactBody, FactSink } from "./journal/fact.ts";
import { indexRooms, type LinkRooms, onlyRoom } from "./link/link-rooms.ts";
import type { ControlBinding, DeviceMapping, Mapping } from "./mapping/mapping.ts";
import { lazyKeyImages } from "./panel/key-image/lazy.ts";
import { overhearNames } from "./preflight/room-names.ts";
import type { RoomView } from "./room/room-view.ts";
import type { ValtClient } from "./valt/client.ts";
import type { ValtFailure } from "./valt/failure.ts";
import type { Schedule } from "./valt/schedules.ts";

export interface BridgeOptions {
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly log: Log;
  readonly facts: readonly FactSink[];
  /** Where marks are safe from the end of the process. */
  readonly keeper: MarkKeeper;
  readonly started?: StartedRecordings | undefined;
  /** A client for the server that a mapping names; called again when an edit names another. */
  connect(server: Mapping["server"]): ValtClient;
  /** A passcode by the name that the mapping gives it. */
  secret(name: string): string | undefined;
  /** Overwrites secrets in a text that goes out. */
  readonly hide?: ((text: string) => string) | undefined;
}

/** All are counted; people read the newest. */
const MOST_MARKS_TOLD = 50;
/** Whoever follows all rooms says so every second. */
const FOLLOWED_MS = 3000;

export class Bridge {
  readonly #options: BridgeOptions;
  readonly #truth: RoomMonitor;
  readonly #actor: ActionDispatcher;
  readonly #watchman: AlarmService;
  readonly #core: BridgeContext;
  readonly #attention: StallDetector;
  readonly #stations = new Map<DeviceId, DeviceSession>();
  #mapping: Mapping;
  readonly #server: CurrentServer;
  #rooms: LinkRooms;
  /** Not told to the sinks yet. */
  #facts: Fact[] = [];
  #followedMs = -Infinity;
  #adopting: Promise<unknown> = Promise.resolve();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#mapping = options.mapping;
    this.#server = this.#createServer();
    this.#rooms = indexRooms(options.mapping.rooms.values());
    this.#truth = this.#createTruth();
    this.#actor = this.#createActor();
    this.#attention = detectStalls(options.clock, options.log);
    this.#core = this.#createCore();
    this.#watchman = new AlarmService({
      ...options,
      store: this.#truth.store,
      mapping: () => this.#mapping,
      valt: () => this.#server.valt(),
      record: (fact) => this.#record(fact),
      outage: () => this.#truth.outage(),
      freshness: () => this.#truth.freshness(),
      siteChanged: () => this.#stations.forEach((station) => void station.siteChanged()),
    });
    this.#truth.store.onChange((change) => {
      this.#tellChange(change.room);
      this.#watchman.see(change);
    });
  }

  start(): void {
    for (const device of this.#mapping.devices.values()) this.#add(device);
    this.#truth.watch("all");
    this.#watchman.recall();
    this.#watchman.begin();
    void this.#actor.restore();
  }

  /** Takes an edited mapping over: devices that did not change stay open, presses under way go on. */
  adopt(mapping: Mapping): Promise<void> {
    const adopted = this.#adopting.then(() => this.#change(mapping));
    this.#adopting = adopted.catch(() => undefined);
    return adopted;
  }

  async #change(mapping: Mapping): Promise<void> {
    const previous = this.#mapping;
    this.#server.change(mapping.server);
    this.#mapping = mapping;
    this.#rooms = indexRooms(mapping.rooms.values());
    const isSameServer = mapping.server.url === previous.server.url;
    if (!isSameServer) {
      this.#watchman.forget();
      this.#actor.resumeMarks();
    } else this.retryLogin();
    const isSame = (name: RoomName) => mapping.rooms.get(name)?.id === previous.rooms.get(name)?.id;
    const [same, others] = [true, false].map((wanted) =>
      [...previous.rooms.keys()].filter((name) => (isSameServer && isSame(name)) === wanted),
    );
    this.#truth.watch(same ?? []);
    for (const room of others ?? []) this.#tellChange(room);
    for (const [id, station] of this.#stations) {
      const device = mapping.devices.get(id);
      if (device !== undefined && this.#takesOver(station, device)) continue;
      this.#stations.delete(id);
      await station.stop();
    }
    for (const device of mapping.devices.values()) if (!this.#stations.has(device.id)) this.#add(device);
    this.#watchman.begin();
  }

  /** A bug in one driver must not keep the others from an edit: its device is opened anew. */
  #takesOver(station: DeviceSession, device: DeviceMapping): boolean {
    try {
      return station.adopt(device);
    } catch (error) {
      const fields = { device: device.id, why: String(error) };
      this.#options.log.error("unexpected while an edit was taken over: the device is opened anew", fields);
      return false;
    }
  }

  async close(): Promise<void> {
    this.#attention.stop();
    this.#truth.stop();
    this.#actor.close();
    this.#watchman.close();
    await Promise.all([...this.#stations.values()].map((station) => station.stop()));
    this.#truth.close();
    this.#tellFacts();
    await this.#server.close();
  }

  status(): BridgeStatus {
    return describeBridge({
      mapping: this.#mapping,
      outage: this.#truth.outage(),
      nowMs: this.#options.clock.monotonicMs(),
      marksWaiting: this.#actor.marksWaiting(),
      marks: this.#actor.openMarks(MOST_MARKS_TOLD),
      alarms: this.#watchman.alarms(),
      readiness: this.#watchman.readiness(),
      view: (room) => this.view(room),
      stations: this.#stations,
    });
  }

  /** The server's part of the status alone. */
  server(): BridgeStatus["server"] {
    const nowMs = this.#options.clock.monotonicMs();
    return describeServer({ mapping: this.#mapping, outage: this.#truth.outage(), nowMs });
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

  /** Somebody has seen to a refused mark; false when no refused mark has this id. */
  settleMark(id: string, by: string): boolean {
    return this.#actor.settleMark(id, by);
  }

  /** Somebody is at it: a login that was refused, and otherwise waits for long, is tried again. */
  retryLogin(): void {
    if (this.#truth.outage()?.account === "at-fault") void this.#server.valt().authenticate("person");
  }

  /** Something outside found what people should know. */
  raiseAlarm(kind: AlarmKind, text: string): void {
    this.#watchman.raise(kind, text);
  }

  endAlarm(kind: AlarmKind): void {
    this.#watchman.end(kind);
  }

  /** The room's next planned recording, asked of the server; nothing when none is planned. */
  async nextSchedule(room: RoomName): Promise<Result<Schedule | undefined, ValtFailure>> {
    const { id } = this.#mapping.rooms.get(room) ?? { id: valtRoomId(0) };
    this.#truth.spend();
    const schedules = await this.#server.valt().schedules(id);
    if (!schedules.ok) return schedules;
    const nowMs = this.#options.clock.wallMs();
    return succeed(schedules.value.find(({ stopsAtMs }) => stopsAtMs > nowMs));
  }

  /** Whether rooms are still being looked at, whatever the server answers; false only when something in here has stopped. */
  isLooking(): boolean {
    return this.#truth.isLooking();
  }

  view(room: RoomName): RoomView {
    return this.#truth.view(room);
  }

  /** Somebody sees the list of all rooms: call it every second as long as that is so. */
  follow(): void {
    this.#followedMs = this.#options.clock.monotonicMs();
  }

  #isFollowed(): boolean {
    const isSeen = this.#options.clock.monotonicMs() - this.#followedMs < FOLLOWED_MS;
    return isSeen || [...this.#stations.values()].some((station) => station.followsAll());
  }

  /** Every answer that carries a room's name is a check of it. */
  #createServer(): CurrentServer {
    const dress = (client: ValtClient) =>
      overhearNames(client, (id, name) => this.#watchman.names().hear(id, name));
    return new CurrentServer({ ...this.#options, dress }, this.#options.mapping.server);
  }

  #createTruth(): RoomMonitor {
    return new RoomMonitor({
      ...this.#options,
      mapping: () => this.#mapping,
      valt: () => this.#server.valt(),
      shown: () => new Set([...this.#stations.values()].flatMap((station) => station.shownRooms())),
      followed: () => this.#isFollowed(),
      freshnessChanged: () => this.#watchman.doubt(),
      serverChanged: (server) => {
        this.#watchman.serverChanged(server);
        for (const station of this.#stations.values()) station.serverChanged(server);
      },
      leapt: () => this.#actor.expireWaiting(),
    });
  }

  #createActor(): ActionDispatcher {
    const { clock, log, keeper } = this.#options;
    return new ActionDispatcher({
      clock,
      log,
      keeper,
      store: this.#truth.store,
      mapping: () => this.#mapping,
      valt: () => this.#server.valt(),
      view: (room) => this.view(room),
      lookNow: (room) => this.#truth.lookNow(room),
      reader: this.#truth.reader,
      names: () => this.#watchman.names(),
      markRefused: (room, text) => this.#watchman.raise("mark-refused", text, room),
      marksElsewhere: (text) => this.#watchman.hold("marks-elsewhere", text),
      marksSettled: (room) => this.#watchman.end("mark-refused", room),
      record: (fact) => this.#record(fact),
    });
  }

  #tellChange(room: RoomName): void {
    const correlation = this.#truth.store.get(room).pending?.correlation;
    const because = correlation === undefined ? {} : { correlation };
    this.#record({ kind: "room", room, view: this.view(room), ...because });
    for (const station of this.#stations.values()) station.roomChanged(room);
  }

  #add(device: DeviceMapping): void {
    const station = new DeviceSession(device, this.#core);
    this.#stations.set(device.id, station);
    station.start();
  }

  #createCore(): BridgeContext {
    const { clock, log, secret } = this.#options;
    return {
      clock,
      log,
      secret,
      roomsFor: ({ room }) => (room === undefined ? this.#rooms : onlyRoom(this.#rooms, room)),
      view: (room) => this.view(room),
      readiness: () => this.#watchman.readiness(),
      alarms: () => this.#watchman.alarms(),
      words: (room) => this.#words(room),
      act: (action, cause, may) => {
        const acting = this.#actor.act(action, cause, may);
        // An alarm that ends is drawn, which takes longer than a request.
        if (hasSeenRoom(action, may)) clock.soon(() => this.#watchman.acknowledge(action.room));
        return acting;
      },
      arrivedAtMs: () => this.#attention.arrivedAtMs(),
      correlate: correlationIds(clock.wallMs()),
      keyImages: lazyKeyImages(log, () => this.#mapping.font),
      record: (fact) => this.#record(fact),
    };
  }

  #words(room: RoomName): Words {
    // A station that has not taken an edit over yet may still ask about a room that is gone.
    const { id, label } = this.#mapping.rooms.get(room) ?? { id: valtRoomId(0), label: room };
    return wordsFor(this.view(room), { name: room, label, id });
  }

  /** What keeps and shows facts takes longer than a request: that is on its way first. */
  #record(body: FactBody): void {
    const { clock } = this.#options;
    // Whoever read these bytes may use their place again.
    const lasting = body.kind === "wire" ? { ...body, bytes: new Uint8Array(body.bytes) } : body;
    this.#facts.push({ atMs: clock.monotonicMs(), wallMs: clock.wallMs(), ...lasting });
    // An idle connection is written to in the first of these turns, once it is known that the server has not closed it.
    if (this.#facts.length === 1) clock.soon(() => clock.soon(() => this.#tellFacts()));
  }

  #tellFacts(): void {
    const told = this.#facts;
    this.#facts = [];
    for (const fact of told) for (const sink of this.#options.facts) sink(fact);
  }
}
