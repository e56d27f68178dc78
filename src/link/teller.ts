import type { Cancel, Clock } from "../base/clock.ts";
import type { PeerId, RoomName } from "../base/identifiers.ts";
import type { LinkMessage } from "../driver/link.ts";

export type Recipient = PeerId | "targets";

export interface TellerTools {
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
/** A snapshot goes out in portions: a usual receive buffer was seen to hold 256 of our datagrams (Linux). */
const PORTION_ROOMS = 16;
const PORTION_GAP_MS = 20;

interface Subscriber {
  untilMs: number;
  readonly to: PeerId;
}

/** Tells a link's listeners what rooms are: only what was confirmed, only what changed, and all of it now and then. */
export class Teller {
  readonly #tools: TellerTools;
  readonly #told = new Map<string, string>();
  readonly #toldAtMs = new Map<RoomName, number>();
  readonly #waiting = new Set<RoomName>();
  readonly #subscribers = new Map<PeerId, Subscriber>();
  readonly #cancels: Cancel[];
  #refreshed = 0;
  #siteRefreshAtMs: number;
  #isClosed = false;
  /** Rooms whose turn it is, with the part of a room left over from the last tick. */
  #refreshDue = 0;

  constructor(tools: TellerTools) {
    this.#tools = tools;
    this.#cancels = [tools.clock.every(TICK_MS, () => this.#tick())];
    this.#siteRefreshAtMs = tools.clock.monotonicMs() + REFRESH_MS;
    this.siteChanged();
    for (const room of tools.rooms()) this.#tell(room);
  }

  /** Rooms that this link does not serve are none of its listeners' business. */
  roomChanged(room: RoomName): void {
    if (this.#tools.rooms().includes(room)) this.#tellSoon(room);
  }

  siteChanged(): void {
    for (const message of this.#tools.describeSite()) this.#tellChange(siteSubject(message), message);
  }

  #tellSoon(room: RoomName): void {
    if (this.#waiting.has(room)) return;
    const { clock } = this.#tools;
    const dueMs = (this.#toldAtMs.get(room) ?? -Infinity) + SHORTEST_GAP_MS;
    const waitMs = dueMs - clock.monotonicMs();
    if (waitMs <= 0) {
      this.#tell(room);
      return;
    }
    this.#waiting.add(room);
    clock.after(waitMs, () => {
      const isWanted = this.#waiting.delete(room) && this.#tools.rooms().includes(room);
      if (isWanted) this.#tell(room);
    });
  }

  /** Sends a snapshot of everything, then changes until `untilMs`; false when there are too many already. */
  subscribe(peer: PeerId, to: PeerId, untilMs: number): boolean {
    if (!this.#subscribers.has(peer) && this.#subscribers.size >= MOST_SUBSCRIBERS) return false;
    this.#subscribers.set(peer, { untilMs, to });
    for (const message of this.#tools.describeSite()) this.#tools.send(message, to);
    this.tellSnapshot(this.#tools.rooms(), to);
    return true;
  }

  unsubscribe(peer: PeerId): void {
    this.#subscribers.delete(peer);
  }

  /** What these rooms are, to one listener only. */
  tellSnapshot(rooms: readonly RoomName[], to: PeerId): void {
    const { clock, describe, send } = this.#tools;
    const served = new Set(this.#tools.rooms());
    for (const room of rooms.slice(0, PORTION_ROOMS)) {
      if (served.has(room)) for (const message of describe(room)) send(message, to);
    }
    const later = rooms.slice(PORTION_ROOMS);
    if (later.length === 0) return;
    clock.after(PORTION_GAP_MS, () => {
      if (!this.#isClosed) this.tellSnapshot(later, to);
    });
  }

  subscribers(): number {
    return this.#subscribers.size;
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#cancels) cancel();
    this.#waiting.clear();
  }

  #tell(room: RoomName): void {
    const { clock, describe } = this.#tools;
    for (const message of describe(room)) {
      if (this.#tellChange(message.text, message)) this.#toldAtMs.set(room, clock.monotonicMs());
    }
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
    if (nowMs >= this.#siteRefreshAtMs) this.#refreshSite(nowMs);
    const rooms = this.#tools.rooms();
    this.#refreshDue += (rooms.length * TICK_MS) / REFRESH_MS;
    for (; this.#refreshDue >= 1; this.#refreshDue--) this.#refresh(rooms[this.#refreshed++ % rooms.length]);
    for (const room of rooms) if (this.#tools.ticks(room)) this.#tellSoon(room);
  }

  #refreshSite(nowMs: number): void {
    this.#siteRefreshAtMs = nowMs + REFRESH_MS;
    for (const message of this.#tools.describeSite()) this.#told.delete(siteSubject(message));
    this.siteChanged();
  }

  #refresh(room: RoomName | undefined): void {
    if (room === undefined) return;
    for (const message of this.#tools.describe(room)) this.#told.delete(message.text);
    this.#tellSoon(room);
  }
}

function siteSubject({ text, values: [what] }: LinkMessage): string {
  return `${text} ${String(what)}`;
}
