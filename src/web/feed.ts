import type { Cancel, Clock } from "../base/clock.ts";
import type { DeviceId, RoomName } from "../base/identifiers.ts";
import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { PanelView } from "../bridge/device-session.ts";
import type { Fact } from "../journal/fact.ts";
import { type Audience, tell } from "./audience.ts";
import { describeBinding } from "./describe-binding.ts";
import { describeDevice } from "./describe-device.ts";
import { describeMarks } from "./describe-marks.ts";
import { describeRoom, seenAt } from "./describe-room.ts";
import type { FaultSwitches } from "./fault-switches.ts";
import { LinkLines } from "./link-lines.ts";
import type { Metrics } from "./metrics.ts";
import type { BindingInfo, DeviceInfo, Overview, RoomInfo, Story } from "./page/protocol.ts";
import { checkReadiness, isReady } from "./readiness.ts";
import { Stories } from "./stories.ts";
import type { Turns } from "./turns.ts";
import type { Viewer } from "./viewer.ts";

export interface FeedParts {
  readonly clock: Clock;
  readonly source: ConsoleSource;
  readonly audience: Audience;
  readonly metrics: Metrics;
  readonly switches: FaultSwitches | undefined;
  readonly turns: Turns;
}

const SETTLE_MS = 40;
const TICK_MS = 1000;
const MOST_STORIES = 500;
const MOST_TOLD = 200;

/** Follows the bridge and tells the audience what changed; says nothing twice. */
export class Feed {
  readonly #parts: FeedParts;
  readonly #stories: Stories;
  readonly #lines = new LinkLines();
  readonly #changedRooms = new Map<RoomName, RoomInfo>();
  readonly #changedStories = new Map<string, Story>();
  readonly #said = new Map<string, string>();
  readonly #cancels: Cancel[];
  #roomIds: ReadonlyMap<RoomName, number> = new Map();
  #server: { state: "reachable" | "lost"; sinceMs: number };
  #isSettling = false;
  #ticks = 0;

  constructor(parts: FeedParts) {
    const { clock, source, metrics } = parts;
    this.#parts = parts;
    this.#stories = new Stories({
      most: MOST_STORIES,
      timed: (timing) => metrics.observe(timing),
      told: (story) => {
        if (parts.audience.size > 0) this.#changedStories.set(story.id, story);
      },
    });
    this.#server = { state: "reachable", sinceMs: clock.monotonicMs() };
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
      server: {
        url: redact(status.server.url),
        why: status.server.why ?? "",
        ...this.#followServer(status.server),
      },
      marksWaiting: status.marksWaiting,
      mapping: {
        file: mapping.file,
        fingerprint: mapping.fingerprint,
        problems: mapping.problems.length,
      },
      alarms: status.alarms.map(({ room = "", text, remedy, sinceWallMs }) => ({
        room,
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
    viewer.send({ type: "lines", device, lines: this.#lines.of(device) });
    viewer.send({ type: "bindings", device, bindings: this.#bindings(device, panel) });
  }

  /** The stories so far, for somebody who begins to follow them. */
  tellStories(viewer: Viewer): void {
    viewer.send({ type: "stories", stories: this.#stories.recent().slice(-MOST_TOLD) });
  }

  /** The marks as they are now, for somebody who begins to follow them. */
  presentMarks(viewer: Viewer): void {
    viewer.send({ type: "marks", marks: describeMarks(this.#parts.source.status()) });
  }

  #take(fact: Fact): void {
    const { audience } = this.#parts;
    this.#stories.take(fact);
    const device = this.#lines.take(fact);
    if (device !== undefined)
      tell(audience.watching(device), { type: "lines", device, lines: this.#lines.of(device) });
    if (audience.size === 0) return;
    if (fact.kind === "touch") this.#tellTouch(fact);
    if (fact.kind === "shown")
      for (const viewer of audience.watching(fact.device)) viewer.show(fact.device, fact.control, fact.frame);
    if (fact.kind === "room") this.#noteRoom(fact);
    const isNews = fact.kind === "room" || fact.kind === "device" || fact.kind === "mark";
    if (isNews || this.#changedStories.size > 0) this.#settle();
  }

  #tellTouch({ device, event }: Extract<Fact, { kind: "touch" }>): void {
    const following = this.#parts.audience.following("learn");
    tell(following, { type: "touch", device, control: event.control, what: event.kind });
  }

  #noteRoom({ room, view, atMs }: Extract<Fact, { kind: "room" }>): void {
    const id = this.#roomIds.get(room);
    if (id === undefined) return;
    const info = describeRoom({ name: room, id, ...view }, atMs, this.#stories.lastChangeOf(room));
    this.#changedRooms.set(room, info);
  }

  /** What comes in a burst is told together. */
  #settle(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    this.#parts.clock.after(SETTLE_MS, () => {
      this.#isSettling = false;
      const { audience } = this.#parts;
      if (this.#changedRooms.size > 0)
        audience.tellAll({ type: "room-changes", rooms: [...this.#changedRooms.values()] });
      this.#changedRooms.clear();
      this.#tellChangedStories();
      this.#tellMarks();
      this.#tellIfNew("devices", { type: "devices", devices: this.#devices() });
      this.#tellIfNew("overview", { type: "overview", overview: this.overview() });
    });
  }

  #tellChangedStories(): void {
    const stories = [...this.#changedStories.values()];
    this.#changedStories.clear();
    if (stories.length > 0) tell(this.#parts.audience.following("activity"), { type: "stories", stories });
  }

  #tellMarks(): void {
    const following = this.#parts.audience.following("marks");
    if (following.length === 0) return;
    const marks = describeMarks(this.#parts.source.status());
    const text = JSON.stringify(marks);
    if (this.#said.get("marks") === text) return;
    this.#said.set("marks", text);
    tell(following, { type: "marks", marks });
  }

  #tick(): void {
    const { audience, switches, metrics, source, clock, turns } = this.#parts;
    this.#ticks += 1;
    if (audience.size === 0) {
      this.#followServer(source.server());
      return;
    }
    source.follow();
    this.#tellRooms();
    this.#tellChangedStories();
    this.#tellMarks();
    this.#tellIfNew("devices", { type: "devices", devices: this.#devices() });
    this.#tellIfNew("overview", { type: "overview", overview: this.overview() });
    const panels = new Map(source.panels().map((panel) => [panel.id, panel]));
    for (const device of audience.watched())
      turns.ask(`bindings of ${device}`, () => this.#tellBindings(device, panels.get(device)));
    const simulating = audience.following("simulator");
    if (switches !== undefined && simulating.length > 0)
      tell(simulating, { type: "simulator", simulator: switches.describe() });
    if (this.#ticks % 2 !== 0) return;
    const nowMs = clock.monotonicMs();
    audience.tellAll({ type: "seen", atMs: source.status().rooms.map((room) => seenAt(room, nowMs)) });
    const measuring = audience.following("latency");
    if (measuring.length > 0)
      void metrics.histograms().then((histograms) => tell(measuring, { type: "latency", histograms }));
  }

  /** The whole list only when rooms came or went. */
  #tellRooms(): void {
    const { source, audience } = this.#parts;
    const { rooms } = source.status();
    const names = rooms.map(({ name, id }) => `${id} ${name}`).join("\n");
    if (this.#said.get("rooms") === names) return;
    this.#said.set("rooms", names);
    this.#roomIds = new Map(rooms.map(({ name, id }) => [name, id]));
    audience.tellAll({ type: "rooms", rooms: this.#rooms() });
  }

  #tellBindings(device: DeviceId, panel: PanelView | undefined): void {
    const bindings = this.#bindings(device, panel);
    const text = JSON.stringify(bindings);
    if (this.#said.get(`bindings ${device}`) === text) return;
    this.#said.set(`bindings ${device}`, text);
    tell(this.#parts.audience.watching(device), { type: "bindings", device, bindings });
  }

  #tellIfNew(what: string, message: Parameters<Audience["tellAll"]>[0]): void {
    const text = JSON.stringify(message);
    if (this.#said.get(what) === text) return;
    this.#said.set(what, text);
    this.#parts.audience.tellAll(message);
  }

  #rooms(): readonly RoomInfo[] {
    const nowMs = this.#parts.clock.monotonicMs();
    const { rooms } = this.#parts.source.status();
    return rooms.map((room) => describeRoom(room, nowMs, this.#stories.lastChangeOf(room.name)));
  }

  #devices(): readonly DeviceInfo[] {
    const { source } = this.#parts;
    const panels = new Map(source.panels().map((panel) => [panel.id, panel]));
    return source.status().devices.map((device) => describeDevice(device, panels.get(device.id)));
  }

  #bindings(device: DeviceId, panel: PanelView | undefined): readonly BindingInfo[] {
    const { source } = this.#parts;
    return (panel?.controls ?? []).map((control) =>
      describeBinding(control, source.bindingOf(device, control.id)),
    );
  }

  #followServer({ state, lostForMs, why, account }: ReturnType<ConsoleSource["status"]>["server"]) {
    const { clock } = this.#parts;
    if (state !== this.#server.state) {
      this.#server = { state, sinceMs: clock.monotonicMs() - (lostForMs ?? 0) };
      const title =
        state === "reachable"
          ? "the server answers again"
          : `the server ${account === "at-fault" ? "cannot be asked" : "does not answer"}: ${why ?? ""}`;
      const verdict = state === "lost" ? "trouble" : "news";
      this.#stories.note({ wallMs: clock.wallMs(), kind: "server", title, verdict });
    }
    return { state, sinceAtMs: this.#server.sinceMs };
  }
}
