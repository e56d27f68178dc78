import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import { startBulkWatch } from "./bulk-watch.ts";
import { DueQueue } from "./due-queue.ts";
import { concernsServer, createOutageWatch, type Outage, type OutageWatch } from "./outage.ts";
import { isActive, type Pace, type PollSettings, planPace } from "./pace.ts";
import { knownStatus } from "./room-state.ts";
import type { RoomStore } from "./store.ts";

export interface PollerTools {
  /** The client of the server that the mapping names now. */
  valt(): Pick<ValtClient, "roomStatus" | "roomInfo" | "rooms">;
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly log: Log;
  settings(): PollSettings;
  /** The server was lost, or is back. */
  serverChanged(server: "up" | "down"): void;
}

interface Watched {
  readonly name: RoomName;
  readonly id: ValtRoomId;
  /** Share of an interval that keeps rooms apart in the round, above 0 and up to 1. */
  readonly phase: number;
  dueMs: number;
  looking: "no" | "yes" | "and-again";
  hurry: "planned" | "urgent";
  looks: number;
  timedAtMs: number;
}

/** With fewer rooms each is looked at often enough on its own. */
const BULK_FROM_ROOMS = 12;
/** Fewer than the client has connections, so that a press finds one free. */
const LOOKS_AT_ONCE = 6;
/**
 * Looks start on a grid: a few together cost the processor half of what as many apart do. Where many
 * are allowed the grid is fine, so that a press never waits behind a crowd of them.
 */
const GRID_MS = { fine: 5, coarse: 125 };
const FINE_FROM_PER_SECOND = 100;
/** How often the elapsed time of a running recording is compared with the server's. */
const RETIME_MS = 30_000;
const GOLDEN_RATIO = 0.618_034;

/** Asks the server about rooms, each once however many panels show it, and tells the store. */
export class Poller {
  readonly #tools: PollerTools;
  readonly #watched = new Map<RoomName, Watched>();
  readonly #queue = new DueQueue<Watched>();
  readonly #byId = new Map<ValtRoomId, Watched>();
  readonly #outage: OutageWatch;
  readonly #cancels: Cancel[];
  #pace: Pace;
  #looksUnderWay = 0;
  /** When the budget, or the back-off, allows the next planned look. */
  #nextFreeMs: number;
  #sufferedMs = -Infinity;
  #lookedMs: number;
  #wakeAtMs = Infinity;
  #cancelWake: Cancel = () => undefined;
  #closed = false;

  constructor(tools: PollerTools) {
    this.#tools = tools;
    this.#pace = planPace(tools.settings(), { active: 0, idle: 0 });
    this.#nextFreeMs = tools.clock.monotonicMs();
    this.#lookedMs = this.#nextFreeMs;
    this.#outage = createOutageWatch({
      ...tools,
      changed: (server) => tools.serverChanged(server),
    });
    this.#cancels = [
      tools.store.onChange(({ state, previous }) => {
        if (isActive(knownStatus(state)) !== isActive(knownStatus(previous))) this.#replan();
      }),
      startBulkWatch({
        valt: () => tools.valt(),
        clock: tools.clock,
        worthwhile: () => this.#watched.size >= BULK_FROM_ROOMS && this.outage() === undefined,
        tell: (id, has) => this.#compare(id, has),
      }),
    ];
  }

  watch(rooms: ReadonlyMap<RoomName, ValtRoomId>): void {
    for (const room of this.#watched.values()) {
      if (rooms.get(room.name) === room.id) continue;
      this.#watched.delete(room.name);
      this.#byId.delete(room.id);
    }
    for (const [name, id] of rooms) {
      if (this.#watched.has(name)) continue;
      const room: Watched = {
        name,
        id,
        phase: 1 - ((this.#watched.size * GOLDEN_RATIO) % 1),
        dueMs: this.#tools.clock.monotonicMs(),
        looking: "no",
        hurry: "planned",
        looks: 0,
        timedAtMs: -Infinity,
      };
      this.#watched.set(name, room);
      this.#byId.set(id, room);
      this.#planFor(room, room.dueMs);
    }
    this.#replan();
    this.#wake();
  }

  /** At once and outside the budget: after a command, after a lost answer. */
  lookNow(name: RoomName): void {
    const room = this.#watched.get(name);
    if (room === undefined || this.#closed) return;
    room.hurry = "urgent";
    if (room.looking === "no") void this.#look(room);
    else room.looking = "and-again";
  }

  /** All rooms, within the budget: what was known of them is in doubt. */
  lookAgain(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const room of this.#watched.values()) this.#planFor(room, Math.min(room.dueMs, nowMs));
    this.#wake();
  }

  /** A request that is no look takes the place of one in the budget. */
  spend(): void {
    this.#spend(this.#tools.clock.monotonicMs());
  }

  pace(): Pace {
    return this.#pace;
  }

  /** Since a look ended, with whatever answer. */
  sinceLookMs(): number {
    return this.#tools.clock.monotonicMs() - this.#lookedMs;
  }

  outage(): Outage | undefined {
    return this.#outage.current();
  }

  close(): void {
    this.#closed = true;
    this.#cancelWake();
    for (const cancel of this.#cancels) cancel();
  }

  #wake(): void {
    this.#wakeAtMs = Infinity;
    const { clock } = this.#tools;
    const atOnce = this.outage() === undefined ? LOOKS_AT_ONCE : 1;
    while (!this.#closed && this.#looksUnderWay < atOnce) {
      const room = this.#nextDue();
      if (room === undefined) return;
      const readyMs = Math.max(room.dueMs, this.#nextFreeMs);
      if (readyMs > clock.monotonicMs()) {
        this.#wakeBy(readyMs);
        return;
      }
      void this.#look(room);
    }
  }

  #wakeBy(atMs: number): void {
    const { clock, settings } = this.#tools;
    const gridMs = settings().requestsPerSecond > FINE_FROM_PER_SECOND ? GRID_MS.fine : GRID_MS.coarse;
    const wakeMs = Math.ceil(atMs / gridMs) * gridMs;
    if (wakeMs >= this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = wakeMs;
    this.#cancelWake = clock.after(Math.max(0, wakeMs - clock.monotonicMs()), () => this.#wake());
  }

  /** The room whose turn it is. Entries that a later plan has overtaken are dropped on the way. */
  #nextDue(): Watched | undefined {
    for (let entry = this.#queue.peek(); entry !== undefined; entry = this.#queue.peek()) {
      const { item: room, dueMs } = entry;
      if (room.looking === "no" && room.dueMs === dueMs && this.#watched.get(room.name) === room) return room;
      this.#queue.pop();
    }
    return undefined;
  }

  #planFor(room: Watched, dueMs: number): void {
    room.dueMs = dueMs;
    this.#queue.push(room, dueMs);
  }

  async #look(room: Watched): Promise<void> {
    const { valt, store, clock } = this.#tools;
    const sentMs = clock.monotonicMs();
    if (room.hurry === "planned") this.#spend(sentMs);
    room.hurry = "planned";
    room.looking = "yes";
    this.#looksUnderWay++;
    const answer = await valt().roomStatus(room.id);
    this.#looksUnderWay--;
    this.#lookedMs = clock.monotonicMs();
    if (this.#closed || this.#watched.get(room.name) !== room) return this.#wake();
    const receivedMs = clock.monotonicMs();
    if (answer.ok) {
      const { status, recordingId } = answer.value;
      store.tell(room.name, { kind: "seen", status, recordingId, sentMs, receivedMs });
      if (this.outage() !== undefined) this.#resume(receivedMs);
      void this.#retime(room);
    } else {
      store.tell(room.name, { kind: "not-seen", failure: answer.failure, sentMs, atMs: receivedMs });
      if (concernsServer(answer.failure)) this.#suffer(answer.failure, sentMs);
    }
    this.#planNext(room, sentMs);
  }

  /** A budget of n a second allows one each 1/n s, and at most one second's worth in a burst. */
  #spend(nowMs: number): void {
    this.#nextFreeMs =
      Math.max(this.#nextFreeMs, nowMs - 1000) + 1000 / this.#tools.settings().requestsPerSecond;
  }

  #planNext(room: Watched, lookedMs: number): void {
    const again = room.looking === "and-again";
    room.looking = "no";
    const state = this.#tools.store.get(room.name);
    const hurried = state.pending !== undefined;
    const intervalMs = hurried ? this.#tools.settings().hurriedMs : this.#pace.intervalMs(knownStatus(state));
    const inRoundMs =
      room.looks++ === 0
        ? lookedMs + room.phase * intervalMs
        : nextTurnMs(room.dueMs, { lookedMs, intervalMs });
    this.#planFor(room, hurried ? lookedMs + intervalMs : inRoundMs);
    if (again && this.outage() === undefined) void this.#look(room);
    else this.#wake();
  }

  /** Reads how far the recording has run: when that is unknown, after a pause began or ended, and now and then. */
  async #retime(room: Watched): Promise<void> {
    const { valt, store, clock } = this.#tools;
    const recording = store.get(room.name).recording;
    const sentMs = clock.monotonicMs();
    if (recording === undefined) return;
    // A pause is seen up to an interval late, and the estimate ran on until then.
    const isTimed = recording.clock !== undefined && recording.reading !== undefined;
    if (isTimed && sentMs < room.timedAtMs + RETIME_MS) return;
    room.timedAtMs = sentMs;
    this.#spend(sentMs);
    const answer = await valt().roomInfo(room.id);
    if (!answer.ok || answer.value.recording === undefined) return;
    const { id, timeSeconds } = answer.value.recording;
    const receivedMs = clock.monotonicMs();
    store.tell(room.name, { kind: "timed", recordingId: id, timeSeconds, sentMs, receivedMs });
  }

  /** Looks that were under way together and fail together are one failure. */
  #suffer(failure: ValtFailure, sentMs: number): void {
    if (sentMs < this.#sufferedMs) return;
    this.#sufferedMs = this.#tools.clock.monotonicMs();
    this.#nextFreeMs = this.#sufferedMs + this.#outage.suffer(failure);
  }

  /** The server is back: no room waits for the next attempt, or for its turn in the round. */
  #resume(nowMs: number): void {
    this.#outage.recover();
    this.#nextFreeMs = nowMs;
    for (const room of this.#watched.values()) this.#planFor(room, Math.min(room.dueMs, nowMs));
  }

  #compare(id: ValtRoomId, has: "recording" | "no-recording"): void {
    const room = this.#byId.get(id);
    const status = room && knownStatus(this.#tools.store.get(room.name));
    if (room === undefined || status === undefined || isActive(status) === (has === "recording")) return;
    // Within the budget: a whole site may change at once, and presses need their connections.
    this.#planFor(room, Math.min(room.dueMs, this.#tools.clock.monotonicMs()));
    this.#wake();
  }

  #replan(): void {
    const { store, settings } = this.#tools;
    let active = 0;
    for (const name of this.#watched.keys()) if (isActive(knownStatus(store.get(name)))) active++;
    this.#pace = planPace(settings(), { active, idle: this.#watched.size - active });
    this.#wake();
  }
}

/** A room keeps its moment in the round, but after a look out of turn it must not wait for more than an interval. */
function nextTurnMs(
  dueMs: number,
  { lookedMs, intervalMs }: { readonly lookedMs: number; readonly intervalMs: number },
): number {
  if (dueMs > lookedMs) return Math.min(dueMs, lookedMs + intervalMs);
  const isInTime = dueMs + intervalMs > lookedMs;
  return (isInTime ? dueMs : lookedMs) + intervalMs;
}
