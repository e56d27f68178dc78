import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { isRunning } from "../base/running.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { RoomStatusAnswer } from "../valt/rooms.ts";
import type { Purse } from "./budget.ts";
import { type BulkWatch, type ListedRooms, startBulkWatch } from "./bulk-watch.ts";
import { type ElapsedReaderTools, readElapsed } from "./elapsed-reader.ts";
import { createFaultLog, type FaultLog } from "./fault-log.ts";
import { hasLeapt, noteClocks } from "./leap-watch.ts";
import { type Blame, createOutageWatch, mayConcernServer, type Outage, type OutageWatch } from "./outage.ts";
import {
  canShow,
  jitterMs,
  LIST_FROM_ROOMS,
  noRooms,
  type Pace,
  type PollSettings,
  planPace,
  type RoomCounts,
} from "./pace.ts";
import { knownStatus } from "./room-state.ts";
import { Schedule } from "./schedule.ts";
import type { RoomStore } from "./store.ts";
import {
  beginLook,
  countFailure,
  createWatched,
  expectedUrgency,
  urgencyOf,
  type Watched,
} from "./watched.ts";

interface PollerTools {
  /** The client of the server that the mapping names now. */
  valt(): Pick<ValtClient, "roomStatus" | "roomInfo" | "rooms">;
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly log: Log;
  settings(): PollSettings;
  /** Rooms that somebody sees now; asked every second. */
  shown(): ReadonlySet<RoomName>;
  /** Somebody sees all rooms at once, such as a link of all rooms; asked every second. */
  followed(): boolean;
  /** The server was lost, or is back. */
  serverChanged(server: "up" | "down"): void;
}

const SECOND_MS = 1000;
/** Weight of the newest answer in the time that an answer takes. */
const SMOOTHING = 0.1;
/** A difference between list and look that so many looks have not settled is left to the round. */
const MOST_VAIN_DOUBTS = 6;

/** Asks the server about rooms, each once however many panels show it, and tells the store. */
export class Poller {
  readonly #tools: PollerTools;
  readonly #watched = new Map<RoomName, Watched>();
  readonly #schedule: Schedule;
  readonly #outage: OutageWatch;
  readonly #faults: FaultLog;
  readonly #list: BulkWatch;
  readonly #elapsedReader: ElapsedReaderTools;
  readonly #cancels: Cancel[];
  #shown: ReadonlySet<RoomName> = new Set();
  #answerMs = 0;
  #sufferedMs = -Infinity;
  #lookedMs: number;
  #isClosed = false;

  constructor(tools: PollerTools) {
    const { clock, store } = tools;
    this.#tools = tools;
    this.#lookedMs = clock.monotonicMs();
    this.#schedule = new Schedule({
      clock,
      requestsPerSecond: () => tools.settings().requestsPerSecond,
      plan: (counts) => this.#plan(counts),
      isServerUp: () => this.#outage.state() === "up",
      urgencyOf: (room) => urgencyOf(room, store.get(room.name), this.#shown.has(room.name)),
      look: (room, purse) => void this.#look(room, purse),
    });
    this.#outage = createOutageWatch({ ...tools, changed: (server) => this.#changeServer(server) });
    this.#faults = createFaultLog(tools);
    const asked = (nowMs: number) => this.#schedule.budget.spend("round", nowMs);
    this.#elapsedReader = { ...tools, asked };
    this.#list = startBulkWatch({
      valt: () => tools.valt(),
      clock,
      worthwhile: () => this.#watched.size >= LIST_FROM_ROOMS && this.outage() === undefined,
      requestsPerSecond: () => tools.settings().requestsPerSecond,
      asked,
      told: (rooms, sentMs) => this.#hearList(rooms, sentMs),
    });
    this.#cancels = [
      store.onChange(({ room }) => this.#review(room)),
      clock.every(SECOND_MS, () => this.#passSecond()),
    ];
  }

  watch(rooms: ReadonlyMap<RoomName, ValtRoomId>): void {
    for (const room of this.#watched.values()) {
      if (rooms.get(room.name) === room.id) continue;
      this.#watched.delete(room.name);
      this.#schedule.remove(room);
    }
    for (const [name, id] of rooms) {
      if (this.#watched.has(name)) continue;
      const room = createWatched(name, id, this.#watched.size);
      this.#watched.set(name, room);
      this.#schedule.add(room);
    }
    this.#list.retry();
    this.#passSecond();
  }

  /** At once and outside the budget: after a command, after a lost answer. */
  lookNow(name: RoomName): void {
    const room = this.#watched.get(name);
    if (room === undefined || this.#isClosed) return;
    if (room.looking === "no") void this.#look(room, "none");
    else room.looking = "and-again";
  }

  /** All rooms, within the budget: what was known of them is in doubt. */
  lookAgain(): void {
    for (const room of this.#watched.values()) this.#schedule.hasten(room);
    this.#schedule.wake();
  }

  /** A request that is no look takes the place of one in the budget. */
  spend(): void {
    this.#schedule.budget.spend("round", this.#tools.clock.monotonicMs());
  }

  /** How often rooms are looked at once every room has been looked at, and the list tells all that may be hoped for. */
  outlook(): Pace {
    const isHopeful = this.#list.state() === "hopeful" && this.#watched.size >= LIST_FROM_ROOMS;
    const counts = { ...noRooms };
    for (const room of this.#watched.values())
      counts[expectedUrgency(room, isHopeful ? "hopeful" : "hopeless")]++;
    return this.#plan(counts);
  }

  /** Since a look ended, with whatever answer. */
  sinceLookMs(): number {
    return this.#tools.clock.monotonicMs() - this.#lookedMs;
  }

  outage(): Outage | undefined {
    return this.#outage.current();
  }

  close(): void {
    this.#isClosed = true;
    this.#schedule.close();
    this.#list.close();
    this.#faults.close();
    for (const cancel of this.#cancels) cancel();
  }

  #plan(counts: RoomCounts): Pace {
    return planPace(this.#tools.settings(), counts, { list: this.#list.pace(), answerMs: this.#answerMs });
  }

  #review(name: RoomName): void {
    const room = this.#watched.get(name);
    if (room !== undefined) this.#schedule.review(room);
  }

  #passSecond(): void {
    const before = this.#shown;
    this.#shown = this.#findShown();
    for (const name of new Set([...before, ...this.#shown])) this.#review(name);
    this.#schedule.wake();
  }

  /** A list of all rooms counts as showing them where the budget allows that, and else makes no room wait for another. */
  #findShown(): ReadonlySet<RoomName> {
    const { shown, followed, settings } = this.#tools;
    const means = { list: this.#list.pace(), answerMs: this.#answerMs };
    const isAll = followed() && canShow(settings(), this.#watched.size, means);
    return isAll ? new Set(this.#watched.keys()) : shown();
  }

  // Looks.

  async #look(room: Watched, purse: Purse | "none"): Promise<void> {
    const { valt, clock } = this.#tools;
    const { budget, slots } = this.#schedule;
    const sentMs = clock.monotonicMs();
    const clocks = noteClocks(clock);
    if (purse !== "none") budget.spend(purse, sentMs);
    const giveBack = slots.take(room.urgency);
    beginLook(room);
    const answer = await valt().roomStatus(room.id);
    giveBack();
    this.#lookedMs = clock.monotonicMs();
    if (this.#isClosed || this.#watched.get(room.name) !== room) return this.#schedule.wake();
    // What was asked before the clocks leapt is as old as the leap is long.
    if (hasLeapt(clock, clocks)) room.looking = "and-again";
    else if (answer.ok) this.#see(room, answer.value, sentMs);
    else this.#miss(room, answer.failure, sentMs);
    this.#endLook(room, sentMs);
  }

  #see(room: Watched, { status, recordingId }: RoomStatusAnswer, sentMs: number): void {
    const { store, clock } = this.#tools;
    const receivedMs = clock.monotonicMs();
    this.#answerMs += (receivedMs - sentMs - this.#answerMs) * SMOOTHING;
    room.failures = 0;
    store.tell(room.name, { kind: "seen", status, recordingId, sentMs, receivedMs });
    this.#faults.heard(room.name);
    this.#outage.heard(room.name);
    void readElapsed(room, this.#elapsedReader);
  }

  #miss(room: Watched, failure: ValtFailure, sentMs: number): void {
    const { store, clock } = this.#tools;
    countFailure(room, failure);
    store.tell(room.name, { kind: "not-seen", failure, sentMs, atMs: clock.monotonicMs() });
    const blame = this.#blame(room.name, failure, sentMs);
    if (blame === "room") this.#faults.failed(room.name, failure.message);
    else if (blame === "server") this.#suffer(failure, sentMs);
    else this.#hearWitness(blame.ask);
  }

  #blame(room: RoomName, failure: ValtFailure, sentMs: number): Blame {
    if (mayConcernServer(failure))
      return this.#outage.blame({ room, failure, sentMs }, [...this.#watched.keys()]);
    this.#outage.heard(room);
    return "room";
  }

  #hearWitness(name: RoomName): void {
    const witness = this.#watched.get(name);
    if (witness?.looking === "no") void this.#look(witness, "hurried");
  }

  #endLook(room: Watched, sentMs: number): void {
    const again = room.looking === "and-again";
    room.looking = "no";
    this.#schedule.planNext(room, sentMs);
    if (again && this.outage() === undefined) void this.#look(room, "none");
    this.#schedule.wake();
  }

  /** Looks that were under way together and fail together are one failure. */
  #suffer(failure: ValtFailure, sentMs: number): void {
    if (sentMs < this.#sufferedMs) return;
    this.#sufferedMs = this.#tools.clock.monotonicMs();
    this.#schedule.budget.allowFrom(this.#sufferedMs + this.#outage.suffer(failure));
  }

  /** When the server is back, no room waits for the next attempt, or for its turn in the round. */
  #changeServer(server: "up" | "down"): void {
    if (server === "up") {
      this.#schedule.budget.allowFrom(this.#tools.clock.monotonicMs());
      this.#list.retry();
      for (const room of this.#watched.values()) {
        room.failures = 0;
        this.#schedule.review(room);
        this.#schedule.hasten(room);
      }
    }
    this.#tools.serverChanged(server);
  }

  // The list of all rooms.

  #hearList(listed: ListedRooms | undefined, sentMs: number): void {
    const oldestMs = this.#list.pace()?.oldestMs ?? Infinity;
    const settings = this.#tools.settings();
    const isInTime = oldestMs + jitterMs(settings) <= settings.freshMs;
    if (listed !== undefined) this.#outage.heard();
    for (const room of this.#watched.values()) {
      const has = listed?.get(room.id);
      room.listed = isInTime ? has : undefined;
      if (has !== undefined) this.#compare(room, has, sentMs);
      this.#schedule.review(room);
    }
    this.#schedule.wake();
  }

  /** The list vouches for idle rooms; where it says otherwise than the last look, a look must tell. */
  #compare(room: Watched, has: "recording" | "no-recording", sentMs: number): void {
    const { store } = this.#tools;
    if (isRunning(knownStatus(store.get(room.name))) === (has === "recording")) {
      room.isDoubted = false;
      room.vainDoubts = 0;
      if (has === "no-recording" && room.failures === 0)
        store.tell(room.name, { kind: "still-idle", sentMs });
      return;
    }
    if (room.isDoubted || room.looking !== "no" || room.vainDoubts >= MOST_VAIN_DOUBTS) return;
    room.isDoubted = true;
    room.vainDoubts++;
    // Within the budget: a whole site may change at once, and presses need their connections.
    this.#schedule.hasten(room, "shown");
  }
}
