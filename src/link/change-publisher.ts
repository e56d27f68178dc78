import type { Cancel, Clock } from "../base/clock.ts";
import type { PeerId, RoomName } from "../base/identifiers.ts";
import type { LinkMessage } from "../driver/link.ts";
import type { LinkRooms } from "./link-rooms.ts";

type Recipient = PeerId | "targets";

/** The link whose changes are told. */
interface ChangeSource {
  readonly clock: Clock;
  describe(room: RoomName): readonly LinkMessage[];
  /** What concerns no single room; the first value tells messages of one address apart. */
  describeSite(): readonly LinkMessage[];
  rooms(): LinkRooms;
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
/** Snapshots for all subscribers together. */
const SNAPSHOT_RULES: PaceRules = { burst: 256, perSecond: 8000 };

interface Subscriber {
  untilMs: number;
  readonly to: PeerId;
}

/** What one peer is still owed of what it asked for. */
interface Snapshot {
  readonly pace: Pace;
  readonly rooms: Set<RoomName>;
}

/**
 * Tells the targets and subscribers of a link what rooms are: only what was confirmed, only what changed, and all of it
 * again every 30 s. Never more at once than a slow receiver reads; what somebody did goes out before what time alone
 * changes, and that before what was asked for.
 */
export class ChangePublisher {
  readonly #source: ChangeSource;
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

  constructor(source: ChangeSource) {
    this.#source = source;
    this.#pace = new Pace(source.clock);
    this.#paceOfSnapshots = new Pace(source.clock, SNAPSHOT_RULES);
    this.#cancelTick = source.clock.every(TICK_MS, () => this.#tick());
    this.#siteRefreshAtMs = source.clock.monotonicMs() + REFRESH_MS;
    this.siteChanged();
    this.#queue(this.#repeated, this.#rooms());
  }

  /** Rooms that this link does not serve are not told. */
  roomChanged(room: RoomName): void {
    if (this.#rooms().includes(room)) this.#tellSoon(room, this.#changed);
  }

  #rooms(): readonly RoomName[] {
    return this.#source.rooms().all.map(({ name }) => name);
  }

  siteChanged(): void {
    for (const message of this.#source.describeSite()) this.#tellChange(siteSubject(message), message);
  }

  #tellSoon(room: RoomName, queue: Set<RoomName>): void {
    if (this.#resting.has(room)) return;
    const { clock } = this.#source;
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
    for (const message of this.#source.describeSite()) this.#source.send(message, to);
    return this.tellSnapshot(this.#rooms(), to);
  }

  unsubscribe(peer: PeerId): void {
    this.#subscribers.delete(peer);
  }

  /**
   * What these rooms are, to one peer only: what it asks for again before it was told is told once. False when too
   * many are being told already.
   */
  tellSnapshot(rooms: readonly RoomName[], to: PeerId): boolean {
    if (!this.#hasRoomFor(to)) return false;
    const snapshot = this.#snapshots.get(to) ?? { pace: new Pace(this.#source.clock), rooms: new Set() };
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
    const served = new Set(this.#rooms());
    for (const queue of [this.#changed, this.#repeated]) this.#tellAll(queue, served);
    this.#tellSnapshots(served);
    const waits = [this.#changed, this.#repeated, ...[...this.#snapshots.values()].map(({ rooms }) => rooms)];
    if (this.#cancelTurn !== undefined || waits.every(({ size }) => size === 0)) return;
    this.#cancelTurn = this.#source.clock.after(TURN_MS, () => {
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
      // A change is told to all subscribers first: else it would count as told, and its end would not be told.
      if (this.#resting.has(room) || this.#changed.has(room)) continue;
      rooms.delete(room);
      const messages = served.has(room) ? this.#source.describe(room) : [];
      for (const message of messages) this.#source.send(message, to);
      for (const one of [pace, this.#paceOfSnapshots]) one.spend(messages.length);
    }
  }

  /** How many messages that took. */
  #tell(room: RoomName): number {
    const { clock } = this.#source;
    const news = this.#source.describe(room).filter((message) => this.#tellChange(message.text, message));
    if (news.length > 0) this.#toldAtMs.set(room, clock.monotonicMs());
    return news.length;
  }

  /** False when that was told already. */
  #tellChange(subject: string, message: LinkMessage): boolean {
    const print = JSON.stringify(message.values);
    if (this.#told.get(subject) === print) return false;
    this.#told.set(subject, print);
    this.#source.send(message, "targets");
    for (const { to } of this.#subscribers.values()) this.#source.send(message, to);
    return true;
  }

  /** Once a second: what time changes, subscriptions that end, and one share of the refresh. */
  #tick(): void {
    const nowMs = this.#source.clock.monotonicMs();
    for (const [peer, { untilMs }] of this.#subscribers) if (nowMs >= untilMs) this.#subscribers.delete(peer);
    for (const [to, { pace, rooms }] of this.#snapshots)
      if (rooms.size === 0 && pace.isFull()) this.#snapshots.delete(to);
    if (nowMs >= this.#siteRefreshAtMs) this.#refreshSite(nowMs);
    const rooms = this.#rooms();
    this.#refreshDue += (rooms.length * TICK_MS) / REFRESH_MS;
    for (; this.#refreshDue >= 1; this.#refreshDue--) this.#refresh(rooms[this.#refreshed++ % rooms.length]);
    for (const room of rooms) if (this.#source.ticks(room)) this.#tellSoon(room, this.#repeated);
  }

  #refreshSite(nowMs: number): void {
    this.#siteRefreshAtMs = nowMs + REFRESH_MS;
    for (const message of this.#source.describeSite()) this.#told.delete(siteSubject(message));
    this.siteChanged();
  }

  #refresh(room: RoomName | undefined): void {
    if (room === undefined) return;
    for (const message of this.#source.describe(room)) this.#told.delete(message.text);
    this.#tellSoon(room, this.#repeated);
  }
}

function siteSubject({ text, values: [what] }: LinkMessage): string {
  return `${text} ${String(what)}`;
}

interface PaceRules {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Half of what a usual receive buffer was seen to hold of our datagrams (Linux, 212,992 bytes: 256); and whoever needs a
 * millisecond for each keeps up.
 */
const FOR_ONE_RECEIVER: PaceRules = { burst: 128, perSecond: 800 };

/** How fast messages go out: so many at once, then so many a second. */
class Pace {
  readonly #clock: Clock;
  readonly #rules: PaceRules;
  /** Below zero when more was told than there was left. */
  #left: number;
  #atMs: number;

  constructor(clock: Clock, rules = FOR_ONE_RECEIVER) {
    this.#clock = clock;
    this.#rules = rules;
    this.#left = rules.burst;
    this.#atMs = clock.monotonicMs();
  }

  /** Whether something may go out now. */
  isOpen(): boolean {
    return this.#grow() >= 1;
  }

  isFull(): boolean {
    return this.#grow() === this.#rules.burst;
  }

  spend(messages: number): void {
    this.#left = this.#grow() - messages;
  }

  #grow(): number {
    const { burst, perSecond } = this.#rules;
    const nowMs = this.#clock.monotonicMs();
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) / 1000) * perSecond);
    this.#atMs = nowMs;
    return this.#left;
  }
}
