import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId, DeviceId, RoomName } from "../base/identifiers.ts";
import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { PanelView } from "../bridge/device-session.ts";
import type { BridgeStatus, RoomStatusEntry, ServerStatus } from "../bridge/status.ts";
import type { Fact } from "../journal/fact.ts";
import { describeBinding, vocabularyOf } from "./describe-binding.ts";
import { describeDevice } from "./describe-device.ts";
import { describeRoom, seenAt } from "./describe-room.ts";
import type { FaultSwitches } from "./fault-switches.ts";
import { stampOf } from "./language-stamp.ts";
import { LinkLines } from "./link-lines.ts";
import { MappingSource } from "./mapping-source.ts";
import type { Metrics } from "./metrics.ts";
import type { FromBridge } from "./page/messages.ts";
import type { Topic, TopicMessage } from "./page/pages.ts";
import type { BindingInfo, DeviceInfo, Overview, RoomInfo, ServerInfo } from "./page/protocol.ts";
import { checkReadiness, isReady } from "./readiness.ts";
import { Recordings } from "./recordings.ts";
import { RoomChanges } from "./room-changes.ts";
import { Stories } from "./stories.ts";
import { createTopics, type TopicProvider } from "./topics.ts";
import type { Turns } from "./turns.ts";
import { tell, type Viewer, type Viewers } from "./viewers.ts";

interface FeedParts {
  readonly clock: Clock;
  readonly source: ConsoleSource;
  readonly viewers: Viewers;
  readonly metrics: Metrics;
  readonly switches: FaultSwitches | undefined;
  readonly turns: Turns;
}

const SETTLE_MS = 40;
const TICK_MS = 1000;
const MOST_STORIES = 500;

/** Follows the bridge and tells the pages what changed; says nothing twice. */
export class Feed {
  readonly #parts: FeedParts;
  readonly #stories: Stories;
  readonly #lines: LinkLines;
  readonly #changes = new RoomChanges();
  readonly #changedRooms = new Map<RoomName, RoomInfo>();
  readonly #topics: ReadonlyMap<Topic, TopicProvider<TopicMessage>>;
  readonly #mappingSource = new MappingSource();
  readonly #said = new Map<string, string>();
  readonly #cancels: Cancel[];
  #roomEntries: ReadonlyMap<RoomName, RoomStatusEntry> = new Map();
  readonly #servers = new Map<string, { state: "reachable" | "lost"; sinceMs: number }>();
  #isSettling = false;
  #ticks = 0;

  constructor(parts: FeedParts) {
    const { clock, source, metrics } = parts;
    this.#parts = parts;
    const stories = new Stories(MOST_STORIES, metrics.observe);
    const recordings = new Recordings(source, clock);
    this.#stories = stories;
    this.#lines = new LinkLines(() => source.language());
    this.#topics = new Map(
      Object.entries(createTopics({ ...parts, stories, recordings })).map(([topic, provider]) => [
        topic as Topic,
        provider,
      ]),
    );
    this.#followServers(source.servers());
    this.#tellRooms();
    this.#cancels = [source.subscribe((fact) => this.#take(fact)), clock.every(TICK_MS, () => this.#tick())];
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
  }

  overview(): Overview {
    const { source } = this.#parts;
    const status = source.status();
    const mapping = source.mapping();
    const checks = checkReadiness(status, mapping);
    return {
      servers: this.#followServers(status.servers),
      site: { words: stampOf(source.language()), colors: source.colors() },
      marksWaiting: status.marksWaiting,
      mapping: {
        file: mapping.file,
        fingerprint: mapping.fingerprint,
        problems: mapping.problems.length,
      },
      alarms: status.alarms.map(({ room = "", words, text, remedy, sinceWallMs }) => ({
        room,
        words,
        text,
        remedy,
        sinceWallMs,
      })),
      isReady: isReady(checks),
      checks,
    };
  }

  /** Everything that a page needs to begin with. */
  introduce(viewer: Viewer): void {
    viewer.send({ type: "rooms", rooms: this.#rooms() });
    viewer.send({ type: "devices", devices: this.#devices() });
    viewer.send({ type: "overview", overview: this.overview() });
  }

  /** What a panel shows now, for somebody who begins to look at it. */
  present(device: DeviceId, viewer: Viewer): void {
    const panel = this.#parts.source.panels().find(({ id }) => id === device);
    for (const [control, frame] of panel?.shown ?? []) viewer.show(device, control, frame);
    viewer.send({ type: "talk", device, talk: this.#lines.of(device) });
    viewer.send({ type: "bindings", device, bindings: this.#bindings(device, panel) });
    this.#tellRoomsOf([viewer]);
  }

  /** Which rooms a tablet is told of follows from what its panel means now. */
  #tellRoomsOf(viewers: readonly Viewer[]): void {
    const tablets = viewers.filter(({ visitor }) => visitor.kiosk !== undefined);
    if (tablets.length > 0) tell(tablets, { type: "rooms", rooms: this.#rooms() });
  }

  /** All that is known of a topic now, for somebody who begins to follow it. */
  async presentTopic(topic: Topic, viewer: Viewer): Promise<void> {
    const message = await this.#topics.get(topic)?.whole?.();
    if (message !== undefined) viewer.send(message);
  }

  #take(fact: Fact): void {
    const { viewers } = this.#parts;
    this.#stories.take(fact);
    this.#changes.take(fact);
    const device = this.#lines.take(fact);
    if (device !== undefined)
      tell(viewers.watching(device), { type: "talk", device, talk: this.#lines.of(device) });
    if (viewers.size === 0) return;
    for (const [topic, provider] of this.#topics) this.#tellFollowers(topic, provider.tell?.(fact));
    if (fact.kind === "shown")
      for (const viewer of viewers.watching(fact.device)) viewer.show(fact.device, fact.control, fact.frame);
    if (fact.kind === "room") this.#noteRoom(fact);
    const isNews = fact.kind === "room" || fact.kind === "device" || fact.kind === "mark";
    if (isNews || this.#stories.hasChanged) this.#settle();
  }

  #noteRoom({ room, view, atMs, wallMs }: Extract<Fact, { kind: "room" }>): void {
    const entry = this.#roomEntries.get(room);
    if (entry === undefined) return;
    const info = describeRoom({ ...entry, ...view }, { nowMs: atMs, wallMs }, this.#changes);
    this.#changedRooms.set(room, info);
  }

  /** What comes in a burst is told together. */
  #settle(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    this.#parts.clock.after(SETTLE_MS, () => {
      this.#isSettling = false;
      const { viewers } = this.#parts;
      if (this.#changedRooms.size > 0)
        viewers.tellAll({ type: "room-changes", rooms: [...this.#changedRooms.values()] });
      this.#changedRooms.clear();
      this.#tellTopics(["at-once"]);
      this.#tellIfNew("devices", { type: "devices", devices: this.#devices() });
      this.#tellIfNew("overview", { type: "overview", overview: this.overview() });
    });
  }

  #tellTopics(paces: readonly TopicProvider<TopicMessage>["pace"][]): void {
    for (const [topic, provider] of this.#topics) {
      if (!paces.includes(provider.pace)) continue;
      if (provider.news !== undefined) this.#tellFollowers(topic, provider.news());
      else if (this.#parts.viewers.following(topic).length > 0) void this.#tellWhole(topic, provider);
    }
  }

  async #tellWhole(topic: Topic, { whole }: TopicProvider<TopicMessage>): Promise<void> {
    const message = await whole?.();
    if (message !== undefined && this.#isNew(`topic ${topic}`, message)) this.#tellFollowers(topic, message);
  }

  #tellFollowers(topic: Topic, message: TopicMessage | undefined): void {
    if (message !== undefined) tell(this.#parts.viewers.following(topic), message);
  }

  #tick(): void {
    const { viewers, source, clock, turns } = this.#parts;
    this.#ticks += 1;
    if (viewers.size === 0) {
      this.#followServers(source.servers());
      return;
    }
    source.follow();
    this.#tellRooms();
    this.#tellTopics(["at-once", "each-second"]);
    this.#tellIfNew("devices", { type: "devices", devices: this.#devices() });
    this.#tellIfNew("overview", { type: "overview", overview: this.overview() });
    const panels = new Map(source.panels().map((panel) => [panel.id, panel]));
    for (const device of viewers.watched())
      turns.ask(`bindings of ${device}`, () => this.#tellBindings(device, panels.get(device)));
    if (this.#ticks % 2 !== 0) return;
    const nowMs = clock.monotonicMs();
    viewers.tellAll({ type: "seen", atMs: source.status().rooms.map((room) => seenAt(room, nowMs)) });
  }

  /** The whole list only when rooms came or went, or their names did. */
  #tellRooms(): void {
    const { source, viewers } = this.#parts;
    const { rooms } = source.status();
    const names = rooms
      .map(({ name, id = 0, label, server, serverName = "" }) =>
        JSON.stringify([name, id, label, server, serverName]),
      )
      .join();
    if (this.#said.get("rooms") === names) return;
    this.#said.set("rooms", names);
    this.#roomEntries = new Map(rooms.map((room) => [room.name, room]));
    viewers.tellAll({ type: "rooms", rooms: this.#rooms() });
  }

  #tellBindings(device: DeviceId, panel: PanelView | undefined): void {
    const bindings = this.#bindings(device, panel);
    if (!this.#isNew(`bindings ${device}`, bindings)) return;
    const watching = this.#parts.viewers.watching(device);
    tell(watching, { type: "bindings", device, bindings });
    this.#tellRoomsOf(watching);
  }

  #tellIfNew(what: string, message: FromBridge): void {
    if (this.#isNew(what, message)) this.#parts.viewers.tellAll(message);
  }

  /** Whether it is another one than was said last; it counts as said then. */
  #isNew(what: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    if (this.#said.get(what) === text) return false;
    this.#said.set(what, text);
    return true;
  }

  #rooms(): readonly RoomInfo[] {
    const { clock, source } = this.#parts;
    const moment = { nowMs: clock.monotonicMs(), wallMs: clock.wallMs() };
    return source.status().rooms.map((room) => describeRoom(room, moment, this.#changes));
  }

  #devices(): readonly DeviceInfo[] {
    const { source } = this.#parts;
    const panels = new Map(source.panels().map((panel) => [panel.id, panel]));
    return source
      .status()
      .devices.map((device) => describeDevice(device, panels.get(device.id), source.planOf(device.id)));
  }

  #bindings(device: DeviceId, panel: PanelView | undefined): readonly BindingInfo[] {
    const { source } = this.#parts;
    const vocabulary = vocabularyOf(source);
    const plan = panel === undefined ? source.planOf(device) : undefined;
    const bindingOf = (control: ControlId) =>
      plan === undefined ? source.bindingOf(device, control) : plan.bindingOf(control);
    const { text } = source.mapping();
    return (
      (panel ?? plan)?.controls.map((control) => {
        const info = describeBinding(control, bindingOf(control.id), vocabulary);
        const written = this.#mappingSource.textOf(text, { device, control: control.id });
        return written === undefined ? info : { ...info, snippet: redact(written) };
      }) ?? []
    );
  }

  #followServers(all: BridgeStatus["servers"]): readonly ServerInfo[] {
    return all.map((server) => {
      const name = all.length === 1 ? "" : server.name;
      const { url, state, why = "", brief = "" } = server;
      return { name, url: redact(url), state, sinceAtMs: this.#followServer(server, name), why, brief };
    });
  }

  /** Since when it is as it is. */
  #followServer({ state, lostForMs }: ServerStatus, name: string): number {
    const nowMs = this.#parts.clock.monotonicMs();
    const before = this.#servers.get(name) ?? { state: "reachable", sinceMs: nowMs };
    const now = state === before.state ? before : { state, sinceMs: nowMs - (lostForMs ?? 0) };
    this.#servers.set(name, now);
    return now.sinceMs;
  }
}
