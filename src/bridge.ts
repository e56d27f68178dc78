/**
 * The whole flow, one way:
 *
 *   press       devices -> supervisor -> recognizer -> deliberation -> match -> dispatch (bridge/device-session.ts)
 *   request     devices -> access     -> dialect    -> match -> dispatch, answered with the outcome (bridge/link-session.ts)
 *   dispatch    permission -> decide -> perform, one at a time per room -> VALT    (bridge/dispatcher.ts)
 *   rooms       a server's list -> the mapping read anew -> adopted like an edit (bridge/room-list.ts)
 *   monitoring  poller -> store: only what the server said makes a state true      (bridge/room-monitor.ts)
 *   output      store -> rules -> painter -> write queue -> devices                (bridge/panel-output.ts)
 *   publishing  store -> words -> publisher -> devices
 *   alarms      store -> room watch -> board -> panels, links, log, webhook         (bridge/alarm-service.ts)
 */
import type { Action, Cause, Outcome } from "./action/action.ts";
import type { ActionTable } from "./action/action-kind.ts";
import { actions as allActions } from "./action/actions/index.ts";
import type { MarkKeeper } from "./action/mark.ts";
import type { AlarmKind } from "./alarm/alarm.ts";
import type { StartedRecordings } from "./alarm/started.ts";
import type { Cancel, Clock } from "./base/clock.ts";
import {
  type ControlId,
  correlationIds,
  type DeviceId,
  deviceId,
  type RecordingId,
  type RoomName,
  type ServerName,
  valtRoomId,
} from "./base/identifiers.ts";
import type { Log } from "./base/log.ts";
import { fail, type Result, succeed } from "./base/result.ts";
import { eachInTurns } from "./base/shared-turn.ts";
import { detectStalls, type StallDetector } from "./base/stall-detector.ts";
import { AlarmService } from "./bridge/alarm-service.ts";
import type { BridgeContext } from "./bridge/bridge-context.ts";
import type { PanelPlan } from "./bridge/device-plan.ts";
import type { PanelView } from "./bridge/device-session.ts";
import { DeviceSessions } from "./bridge/device-sessions.ts";
import { Dispatcher } from "./bridge/dispatcher.ts";
import { FactStream } from "./bridge/fact-stream.ts";
import { HourChanges } from "./bridge/hour-changes.ts";
import type { Learner, LessonRefusal } from "./bridge/lesson.ts";
import type { LeftLook } from "./bridge/looks-file.ts";
import { RoomLists } from "./bridge/room-list.ts";
import { RoomMonitor } from "./bridge/room-monitor.ts";
import type { Listing } from "./bridge/server-client.ts";
import { Site } from "./bridge/site.ts";
import {
  type BridgeStatus,
  describeRoom,
  describeServers,
  mostTroubled,
  type RoomStatusEntry,
  type ServerStatus,
} from "./bridge/status.ts";
import type { ControlEvent, Peer } from "./driver/contract.ts";
import type { ColorConvention } from "./feedback/look.ts";
import { type Words, wordsFor } from "./feedback/words.ts";
import type { GestureRule } from "./gesture/gesture-rule.ts";
import { gestures as allGestures } from "./gesture/gestures/index.ts";
import type { FactSink } from "./journal/fact.ts";
import type { Language } from "./language/language.ts";
import type { ControlBinding, Mapping, RoomMapping, ServerMapping, UnfoundRoom } from "./mapping/mapping.ts";
import { lazyKeyImages } from "./panel/key-image/lazy.ts";
import type { PanelTest } from "./panel/test-pattern.ts";
import type { RoomView } from "./room/room-view.ts";
import type { RoomChange } from "./room/store.ts";
import type { ValtClient } from "./valt/client.ts";
import type { ValtFailure } from "./valt/failure.ts";
import type { RecordingDetails } from "./valt/rooms.ts";
import type { Schedule } from "./valt/schedules.ts";

interface BridgeOptions {
  readonly mapping: Mapping;
  readonly clock: Clock;
  readonly log: Log;
  readonly facts: readonly FactSink[];
  /** Where marks are safe from the end of the process. */
  readonly keeper: MarkKeeper;
  readonly started?: StartedRecordings | undefined;
  /** What the process before has left of its looks. */
  readonly looks?: readonly LeftLook[] | undefined;
  /** What can be asked for; default all that there is. The mapping was read against the same. */
  readonly actions?: ActionTable;
  /** The same for gestures. */
  readonly gestures?: readonly GestureRule[];
  /** A client for a server that a mapping names; called again when an edit names another. */
  connect(server: ServerMapping): ValtClient;
  /** A passcode by the name that the mapping gives it. */
  secret(name: string): string | undefined;
  /** Overwrites secrets in a text that goes out. */
  readonly hide?: ((text: string) => string) | undefined;
  /** Since when nobody had read what is read now (monotonic), where it goes on at the sockets of an earlier process. */
  readonly unheardSinceMs?: (() => number | undefined) | undefined;
  /** A server has shown its list of rooms, or said why not: a mapping that takes rooms from it may be read anew. */
  readonly listed?: ((server: ServerName, answer: Listing) => "read-anew" | "as-before") | undefined;
}

/** All are counted; people read the newest. */
const MOST_MARKS_TOLD = 50;

/** Where a request of the console came in, for the journal. */
const CONSOLE = deviceId("console");

export class Bridge {
  readonly #clock: Clock;
  readonly #facts: FactStream;
  readonly #stalls: StallDetector;
  readonly #site: Site;
  readonly #sessions: DeviceSessions;
  readonly #rooms: RoomMonitor;
  readonly #lists: RoomLists;
  readonly #alarms: AlarmService;
  readonly #dispatcher: Dispatcher;
  readonly #context: BridgeContext;
  readonly #hours: HourChanges;
  #adopting: Promise<unknown> = Promise.resolve();

  constructor(options: BridgeOptions) {
    const { clock, log, mapping, keeper, actions = allActions, gestures = allGestures, secret } = options;
    this.#clock = clock;
    this.#facts = new FactStream(clock, options.facts);
    const { record } = this.#facts;
    this.#stalls = detectStalls(clock, log, options.unheardSinceMs);
    const stalls = this.#stalls;

    // An observation becomes a lamp: the server's answer -> rooms -> alarms, sessions.
    const site = new Site(mapping, {
      ...options,
      moved: (server, change) => record({ kind: "address", server, ...change }),
      hear: (server, id, name) => this.#alarms.names.hear(server, id, name),
      hearList: (server, answer) => {
        this.#lists.noteAnswer(server);
        this.#alarms.noteList(options.listed?.(server, answer) === "read-anew");
      },
    });
    const sessions = new DeviceSessions(clock, log);
    const rooms = new RoomMonitor({
      clock,
      log,
      site,
      sessions,
      left: options.looks,
      record,
      serverChanged: (state) => this.#showServer(state),
      freshnessChanged: () => this.#alarms.doubt(),
      leapt: () => {
        this.#dispatcher.expireWaiting();
        this.#hours.lookAgain();
      },
    });
    this.#lists = new RoomLists({ clock, site, rooms });
    const alarms = new AlarmService({ ...options, site, rooms, sessions, record });
    rooms.store.onChange((change) => this.#showRoom(change));

    // A press becomes a request: session -> dispatcher -> the server.
    const dispatcher = new Dispatcher({
      ...{ clock, log, site, rooms, alarms, actions, keeper, record },
      markEnded: (cause, room, outcome) => sessions.get(cause.device)?.markEnded(cause, room, outcome),
    });
    this.#context = {
      ...{ clock, log, site, actions, gestures, rooms, alarms, dispatcher, stalls, secret, record },
      correlate: correlationIds(clock.wallMs()),
      words: (room) => this.#words(room),
      language: () => site.mapping.language,
      missing: () => sessions.missing(),
      keyImages: lazyKeyImages({ clock, log }, () => site.mapping),
    };
    this.#site = site;
    this.#sessions = sessions;
    this.#hours = new HourChanges(clock, () => sessions.hoursChanged());
    this.#rooms = rooms;
    this.#alarms = alarms;
    this.#dispatcher = dispatcher;
  }

  start(): void {
    this.#adopting = this.#sessions.adopt(this.#site.mapping, this.#context);
    this.#hours.follow(this.#site.mapping);
    this.#rooms.watch("all");
    this.#lists.follow();
    this.#alarms.recall(this.#site.mapping.rooms.keys());
    this.#rooms.recall();
    this.#alarms.begin();
    void this.#dispatcher.restore();
  }

  // An observation becomes a lamp.

  #showRoom(change: RoomChange): void {
    this.#tellRoom(change.room);
    this.#alarms.see(change);
  }

  #tellRoom(room: RoomName): void {
    const correlation = this.#rooms.store.get(room).pending?.correlation;
    const because = correlation === undefined ? {} : { correlation };
    this.#facts.record({ kind: "room", room, view: this.#rooms.view(room), ...because });
    this.#sessions.roomChanged(room);
  }

  #showServer(state: "up" | "down"): void {
    this.#alarms.serverChanged(state);
    this.#sessions.serverChanged();
  }

  /** What lamps, keys and messages say of a room. */
  #words(room: RoomName): Words {
    // A session that has not taken an edit over yet may still ask about a room that is gone.
    const { rooms, unfound } = this.#site.mapping;
    const { label } = rooms.get(room) ?? unfound.get(room) ?? { label: room };
    return wordsFor(this.view(room), { name: room, label, id: rooms.get(room)?.id ?? valtRoomId(0) });
  }

  view(room: RoomName): RoomView {
    return this.#rooms.view(room);
  }

  // The mapping is edited, and the bridge ends.

  /** Takes an edited mapping over: devices that did not change stay open, presses under way go on. */
  adopt(mapping: Mapping): Promise<void> {
    const adopted = this.#adopting.then(() => this.#change(mapping));
    this.#adopting = adopted.catch(() => undefined);
    return adopted;
  }

  async #change(mapping: Mapping): Promise<void> {
    const site = this.#site;
    const { servers, rooms, unfound } = site.mapping;
    const names = [...rooms.keys(), ...unfound.keys()];
    const places = new Map(names.map((name) => [name, site.placeOf(name)]));
    site.change(mapping);
    // What was seen on a former server says nothing about the rooms of the one that has its name now.
    for (const [name, { url }] of servers)
      if (mapping.servers.get(name)?.url !== url) this.#alarms.names.forget(name);
    const isSame = (name: RoomName) => site.placeOf(name) === places.get(name);
    this.#rooms.watch(names.filter(isSame));
    this.#alarms.recall([...unfound.keys()].filter((name) => mapping.rooms.has(name)));
    this.#lists.follow();
    this.retryLogin();
    this.#dispatcher.resumeMarks();
    await eachInTurns(this.#clock, names, (room) => isSame(room) || this.#tellRoom(room));
    await this.#sessions.adopt(mapping, this.#context);
    this.#sessions.serverChanged(); // One that is away may not be named any more.
    this.#hours.follow(mapping);
    this.#alarms.begin();
  }

  async close(): Promise<void> {
    this.#stalls.stop();
    this.#hours.close();
    this.#lists.close();
    this.#rooms.stop();
    this.#dispatcher.close();
    this.#alarms.close();
    await this.#sessions.stop();
    this.#rooms.close();
    this.#facts.flush();
    await this.#site.close();
  }

  /** What is known of the rooms, for the process that follows; once this one is closed. */
  looks(): readonly LeftLook[] {
    return this.#rooms.looks();
  }

  // What people see and do from elsewhere.

  status(): BridgeStatus {
    const { mapping } = this.#site;
    const servers = this.servers();
    return {
      mapping: mapping.fingerprint,
      server: mostTroubled(servers),
      servers,
      marksWaiting: this.#dispatcher.marksWaiting(),
      marks: this.#dispatcher.openMarks(MOST_MARKS_TOLD),
      alarms: this.#alarms.board.list(),
      readiness: this.#alarms.readiness(),
      rooms: [...mapping.rooms.values(), ...mapping.unfound.values()].map((room) => this.#describeRoom(room)),
      devices: [...this.#sessions.entries()].map(([id, session]) => ({ id, ...session.status() })),
    };
  }

  #describeRoom(room: RoomMapping | UnfoundRoom): RoomStatusEntry {
    const view = this.view(room.name);
    const ownStart = this.#alarms.ownStartOf(room.name, view.recording);
    const heard = "id" in room ? this.#alarms.names.nameOf(room) : undefined;
    return describeRoom(room, { mapping: this.#site.mapping, heard, ownStart, view });
  }

  /** The servers' part of the status alone: of a thousand rooms the rest would take milliseconds. */
  servers(): readonly ServerStatus[] {
    return describeServers(this.#site, this.#rooms, this.#clock.monotonicMs());
  }

  colors(): ColorConvention {
    return this.#site.mapping.colors;
  }

  language(): Language {
    return this.#context.language();
  }

  /** Every device that is open now and has a panel, in the order of the mapping. */
  panels(): readonly PanelView[] {
    const sessions = [...this.#site.mapping.devices.keys()].map((id) => this.#sessions.get(id));
    return sessions.flatMap((session) => session?.panel() ?? []);
  }

  /** A panel as its mapping has it, also while it is not there; nothing where its model is not known. */
  planOf(device: DeviceId): PanelPlan | undefined {
    return this.#sessions.get(device)?.plan();
  }

  /** A touch from elsewhere than the hardware, such as the console, with all that the device's own would do. */
  touch(device: DeviceId, event: ControlEvent, from: Peer): "taken" | "no-such-panel" | "no-such-control" {
    return this.#sessions.get(device)?.touch(event, from) ?? "no-such-panel";
  }

  /** Shows which panel it is, or walks all colours over it; what may be recording keeps its look. */
  test(device: DeviceId, what: PanelTest): "shown" | "no-such-panel" {
    return this.#sessions.get(device)?.test(what) ?? "no-such-panel";
  }

  /**
   * Tells what is touched on a device instead of acting upon it, until the returned function is called or it ends by itself:
   * after a minute without a touch, or with the device.
   */
  learn(device: DeviceId, learner: Learner): Result<Cancel, LessonRefusal> {
    return this.#sessions.get(device)?.learn(learner) ?? fail("not-there");
  }

  /** Somebody asks for something at the console, without a panel: decided, carried out and recorded like any press. */
  request(action: Action, from: Peer): Promise<Outcome> {
    const nowMs = this.#clock.monotonicMs();
    const cause: Cause = {
      correlation: this.#context.correlate(),
      device: CONSOLE,
      source: action.kind,
      gesture: "request",
      peer: from.id,
      pressedAtMs: nowMs,
      completedAtMs: nowMs,
    };
    this.#facts.record({ kind: "press", cause });
    return this.#dispatcher.act(action, cause, "everything");
  }

  /** What a control means on the page that its panel shows now. */
  bindingOf(device: DeviceId, control: ControlId): ControlBinding | undefined {
    return this.#sessions.get(device)?.bindingOf(control);
  }

  /** Somebody has seen to a refused mark; false when no refused mark has this id. */
  settleMark(id: string, by: string): boolean {
    return this.#dispatcher.settleMark(id, by);
  }

  /** Somebody is at it: a login that was refused, and otherwise waits for long, is tried again. */
  retryLogin(): void {
    for (const name of this.#site.parts.keys())
      if (this.#rooms.outage(name)?.account === "at-fault") void this.#site.valt(name).authenticate("person");
  }

  /** Something outside found what people should know. */
  raiseAlarm(kind: AlarmKind, text: string): void {
    this.#alarms.board.raise(kind, text);
  }

  endAlarm(kind: AlarmKind): void {
    this.#alarms.board.end(kind);
  }

  /** The room's next planned recording, asked of the server; nothing when none is planned. */
  async nextSchedule(room: RoomName): Promise<Result<Schedule | undefined, ValtFailure>> {
    const { id } = this.#site.mapping.rooms.get(room) ?? { id: valtRoomId(0) };
    this.#rooms.spend(this.#site.serverOf(room).name);
    const schedules = await this.#site.valtOf(room).schedules(id);
    if (!schedules.ok) return schedules;
    return succeed(schedules.value.find(({ stopsAtMs }) => stopsAtMs > this.#clock.wallMs()));
  }

  /** What the server calls a recording of a room, and whose it is. */
  recordingDetails(room: RoomName, recording: RecordingId): Promise<Result<RecordingDetails, ValtFailure>> {
    this.#rooms.spend(this.#site.serverOf(room).name);
    return this.#site.valtOf(room).recordingDetails(recording);
  }

  /** Whether rooms are still being looked at, whatever the server answers; false only when something in here has stopped. */
  isLooking(): boolean {
    return this.#rooms.isLooking();
  }

  /** Somebody sees the list of all rooms: call it every second as long as that is so. */
  follow(): void {
    this.#sessions.follow();
  }
}
