import type { Cancel, Clock } from "../base/clock.ts";
import type { PeerId, RoomName } from "../base/identifiers.ts";
import type { LinkMessage } from "../driver/link.ts";
import { Pace, type PaceRules } from "./pace.ts";

export type Recipient = PeerId | "targets";

export interface ChangePublisherTools {
  readonly clock: Clock;
  describe(room: RoomName): readonly LinkMessage[];
  /** What concerns no single room; the first value tells messages of one address apart. */
  describeSite(): readonly LinkMessage[];
  rooms(): readonly RoomName[];
  /** Whether time alone changes what is said about a room. */
  ticks(room: RoomName): boolean;
  send(message: LinkMessage, to: Recipient): void;
}

/** No address is told more often than this. */
const SHORTEST_GAP_MS = 50;
const TICK_MS = 1000;
/** Everything is told again this often, because datagrams get lost. */
const REFRESH_MS = 30_000;
const MOST_SUBSCRIBERS = 64;
const MOST_SNAPSHOTS = 64;
/** What waits for its turn is looked at this often. */
const TURN_MS = 25;
/** Snapshots of all listeners together. */
const SNAPSHOT_RULES: PaceRules = { burst: 256, perSecond: 8000 };

interface Subscriber {
  untilMs: number;
  readonly to: PeerId;
}

/** What one listener is still owed of what it asked for. */
interface Snapshot {
  readonly pace: Pace;
  readonly rooms: Set<RoomName>;
}

/**
 * Tells a link's listeners what rooms are: only what was confirmed, only what changed, and all of it now and then. Never
 * more at once than a slow listener reads; what somebody did goes out before what time alone changes, and that before
 * what was asked for.
 */
export class ChangePublisher {
  readonly #tools: ChangePublisherTools;
  readonly #told = new Map<string, string>();
  readonly #toldAtMs = new Map<RoomName, number>();
  /** Told a moment ago: they wait until they may be told again. */
  readonly #resting = new Set<RoomName>();
  readonly #changed = new Set<RoomName>();
  readonly #repeated = new Set<RoomName>();
  readonly #pace: Pace;
  readonly #paceOfSnapshots: Pace;
  readonly #subscribers = new Map<PeerId, Subscriber>();
  readonly #snapshots = new Map<PeerId, Snapshot>();
  readonly #cancelTick: Cancel;
  #cancelTurn: Cancel | undefined;
  #refreshed = 0;
  #siteRefreshAtMs: number;
  #isClosed = false;
  /** Rooms whose turn it is, with the part of a room left over from the last tick. */
  #refreshDue = 0;

  constructor(tools: ChangePublisherTools) {
    this.#tools = tools;
    this.#pace = new Pace(tools.clock);
    this.#paceOfSnapshots = new Pace(tools.clock, SNAPSHOT_RULES);
    this.#cancelTick = tools.clock.every(TICK_MS, () => this.#tick());
    this.#siteRefreshAtMs = tools.clock.monotonicMs() + REFRESH_MS;
    this.siteChanged();
    this.#queue(this.#repeated, tools.rooms());
  }

  /** Rooms that this link does not serve are none of its listeners' business. */
  roomChanged(room: RoomName): void {
    if (this.#tools.rooms().includes(room)) this.#tellSoon(room, this.#changed);
  }

  siteChanged(): void {
    for (const message of this.#tools.describeSite()) this.#tellChange(siteSubject(message), message);
  }

  #tellSoon(room: RoomName, queue: Set<RoomName>): void {
    if (this.#resting.has(room)) return;
    const { clock } = this.#tools;
    const waitMs = (this.#toldAtMs.get(room) ?? -Infinity) + SHORTEST_GAP_MS - clock.monotonicMs();
    if (waitMs <= 0) {
      this.#queue(queue, [room]);
      return;
    }
    this.#resting.add(room);
    clock.after(waitMs, () => {
      if (this.#resting.delete(room)) this.#queue(queue, [room]);
    });
  }

  #queue(queue: Set<RoomName>, rooms: readonly RoomName[]): void {
    for (const room of rooms) queue.add(room);
    this.#takeTurn();
  }

  /** Sends a snapshot of everything, then changes until `untilMs`; false when there are too many already. */
  subscribe(peer: PeerId, to: PeerId, untilMs: number): boolean {
    if (!this.#subscribers.has(peer) && this.#subscribers.size >= MOST_SUBSCRIBERS) return false;
    if (!this.#hasRoomFor(to)) return false;
    this.#subscribers.set(peer, { untilMs, to });
    for (const message of this.#tools.describeSite()) this.#tools.send(message, to);
    return this.tellSnapshot(this.#tools.rooms(), to);
  }

  unsubscribe(peer: PeerId): void {
    this.#subscribers.delete(peer);
  }

  /**
   * What these rooms are, to one listener only: what it asks for again before it was told is told once. False when too
   * many are being told already.
   */
  tellSnapshot(rooms: readonly RoomName[], to: PeerId): boolean {
    if (!this.#hasRoomFor(to)) return false;
    const snapshot = this.#snapshots.get(to) ?? { pace: new Pace(this.#tools.clock), rooms: new Set() };
    this.#snapshots.set(to, snapshot);
    for (const room of rooms) snapshot.rooms.add(room);
    this.#takeTurn();
    return true;
  }

  #hasRoomFor(to: PeerId): boolean {
    const owed = [...this.#snapshots].filter(([, { rooms }]) => rooms.size > 0);
    return owed.length < MOST_SNAPSHOTS || owed.some(([id]) => id === to);
  }

  subscribers(): number {
    return this.#subscribers.size;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTick();
    this.#cancelTurn?.();
    this.#resting.clear();
  }

  /** Tells what may be told now, and comes again while something waits. */
  #takeTurn(): void {
    if (this.#isClosed) return;
    const served = new Set(this.#tools.rooms());
    for (const queue of [this.#changed, this.#repeated]) this.#tellAll(queue, served);
    this.#tellSnapshots(served);
    const waits = [this.#changed, this.#repeated, ...[...this.#snapshots.values()].map(({ rooms }) => rooms)];
    if (this.#cancelTurn !== undefined || waits.every(({ size }) => size === 0)) return;
    this.#cancelTurn = this.#tools.clock.after(TURN_MS, () => {
      this.#cancelTurn = undefined;
      this.#takeTurn();
    });
  }

  #tellAll(queue: Set<RoomName>, served: ReadonlySet<RoomName>): void {
    for (const room of queue) {
      if (!this.#pace.isOpen()) return;
      queue.delete(room);
      const count = served.has(room) ? this.#tell(room) : 0;
      this.#pace.spend(count);
      for (const { pace } of this.#snapshots.values()) pace.spend(count);
    }
  }

  /** Whoever was told last is the last of the next turn. */
  #tellSnapshots(served: ReadonlySet<RoomName>): void {
    for (const [to, snapshot] of [...this.#snapshots]) {
      if (!this.#paceOfSnapshots.isOpen()) return;
      this.#snapshots.delete(to);
      this.#snapshots.set(to, snapshot);
      this.#tellSnapshot(snapshot, to, served);
    }
  }

  #tellSnapshot({ pace, rooms }: Snapshot, to: PeerId, served: ReadonlySet<RoomName>): void {
    for (const room of rooms) {
      if (!pace.isOpen()) return;
      // Everybody hears of a change first: it would be taken for told, and its end not be told.
      if (this.#resting.has(room) || this.#changed.has(room)) continue;
      rooms.delete(room);
      const messages = served.has(room) ? this.#tools.describe(room) : [];
      for (const message of messages) this.#tools.send(message, to);
      for (const one of [pace, this.#paceOfSnapshots]) one.spend(messages.length);
    }
  }

  /** How many messages that took. */
  #tell(room: RoomName): number {
    const { clock, describe } = this.#tools;
    const news = describe(room).filter((message) => this.#tellChange(message.text, message));
    if (news.length > 0) this.#toldAtMs.set(room, clock.monotonicMs());
    return news.length;
  }

  /** False when that was told already. */
  #tellChange(subject: string, message: LinkMessage): boolean {
    const print = JSON.stringify(message.values);
    if (this.#told.get(subject) === print) return false;
    this.#told.set(subject, print);
    this.#tools.send(message, "targets");
    for (const { to } of this.#subscribers.values()) this.#tools.send(message, to);
    return true;
  }

  /** Once a second: what time changes, subscriptions that end, and one share of the refresh. */
  #tick(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const [peer, { untilMs }] of this.#subscribers) if (nowMs >= untilMs) this.#subscribers.delete(peer);
    for (const [to, { pace, rooms }] of this.#snapshots)
      if (rooms.size === 0 && pace.isFull()) this.#snapshots.delete(to);
    if (nowMs >= this.#siteRefreshAtMs) this.#refreshSite(nowMs);
    const rooms = this.#tools.rooms();
    this.#refreshDue += (rooms.length * TICK_MS) / REFRESH_MS;
    for (; this.#refreshDue >= 1; this.#refreshDue--) this.#refresh(rooms[this.#refreshed++ % rooms.length]);
    for (const room of rooms) if (this.#tools.ticks(room)) this.#tellSoon(room, this.#repeated);
  }

  #refreshSite(nowMs: number): void {
    this.#siteRefreshAtMs = nowMs + REFRESH_MS;
    for (const message of this.#tools.describeSite()) this.#told.delete(siteSubject(message));
    this.siteChanged();
  }

  #refresh(room: RoomName | undefined): void {
    if (room === undefined) return;
    for (const message of this.#tools.describe(room)) this.#told.delete(message.text);
    this.#tellSoon(room, this.#repeated);
  }
}

function siteSubject({ text, values: [what] }: LinkMessage): string {
  return `${text} ${String(what)}`;
}
