import type { KeptMark, LeftMarks, MarkKeeper, MarkSettlement } from "../action/mark.ts";
import { type Cancel, type Clock, within } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { DurableQueue } from "./durable-queue.ts";
import { createHealthReport, type HealthReport, type HealthWatch, logHealth } from "./health.ts";
import { KnownMarks } from "./known-marks.ts";
import type { LedgerChange } from "./ledger-file.ts";
import type { Storage } from "./storage.ts";
import type { LedgerOpened } from "./tasks.ts";

interface LedgerSettings {
  readonly storage: Storage;
  /** Created where it is missing, for this user alone. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long delivered marks are remembered; default 30. Refused ones stay. */
  readonly keepDeliveredDays?: number;
}

/** Where marks are safe from the end of the process, in a file of their own. */
export interface Ledger extends MarkKeeper {
  /** Whether the file can be written. */
  readonly health: HealthWatch;
  /** Writes what waits, for at most two seconds. */
  close(): Promise<void>;
}

interface Item {
  readonly change: LedgerChange;
  /** Tells who waits for it, as long as somebody does. */
  readonly tell: (how: "kept" | "not-kept") => void;
}

/** Somebody stands at a key: later than this it is said not to be safe, though it may become so. */
const KEEP_WITHIN_MS = 1500;
const MOST_WAITING = 100_000;
const CLOSE_WITHIN_MS = 2000;
const OPEN_WITHIN_MS = 2000;
const DAY_MS = 86_400_000;

/** Never fails: a ledger that cannot be opened is tried again, and says so in its health. */
export async function openLedger(settings: LedgerSettings): Promise<Ledger> {
  const ledger = new LedgerWriter(settings);
  await within(settings.clock, ledger.start(), OPEN_WITHIN_MS);
  return ledger;
}

class LedgerWriter implements Ledger {
  readonly #settings: LedgerSettings;
  readonly #queue: DurableQueue<Item>;
  readonly health: HealthReport;
  readonly #cancelPruning: Cancel;
  readonly #firstOpened: Promise<LedgerOpened>;
  readonly #known = new KnownMarks();
  #isLoaded = false;
  #opened: (lists: LedgerOpened) => void = () => undefined;

  constructor(settings: LedgerSettings) {
    const { clock, log, storage } = settings;
    this.#settings = settings;
    this.health = createHealthReport(clock);
    this.#firstOpened = new Promise((resolve) => {
      this.#opened = resolve;
    });
    this.#queue = new DurableQueue({
      clock,
      health: this.health,
      gatherMs: 0,
      mostWaiting: MOST_WAITING,
      open: (damage) => this.#open(damage),
      look: () => storage.ask("check-ledger", null),
      write: (items) => this.#write(items),
      written: (items) => tellAll(items, "kept"),
      failed: (items) => tellAll(items, "not-kept"),
    });
    this.#cancelPruning = clock.every(DAY_MS, () => this.#prune());
    logHealth(this.health, log, "the file of marks");
  }

  start(): Promise<void> {
    return this.#queue.start();
  }

  keep(mark: KeptMark, safe: () => void = () => undefined): Promise<"kept" | "not-kept"> {
    return new Promise((resolve) => {
      const cancel = this.#settings.clock.after(KEEP_WITHIN_MS, () => resolve("not-kept"));
      const tell = (how: "kept" | "not-kept") => {
        cancel();
        resolve(how);
        if (how === "kept") safe();
      };
      if (!this.#put({ kind: "keep", mark }, tell)) return tell("not-kept");
      // It stays in the queue and is written as soon as that is possible; nobody should wait for that.
      if (this.health.current().state !== "working") tell("not-kept");
    });
  }

  note(id: string, timeSeconds: number): void {
    this.#put({ kind: "note", id, timeSeconds });
  }

  settle(id: string, result: MarkSettlement, why: string): void {
    this.#put({ kind: "settle", id, result, why, wallMs: this.#settings.clock.wallMs() });
  }

  /** Resolves when the file could first be read, however late that is. */
  async load(): Promise<LeftMarks> {
    const { waiting, delivered, refused } = await this.#firstOpened;
    return { waiting, delivered, refused };
  }

  async close(): Promise<void> {
    const { storage, clock, log } = this.#settings;
    this.#cancelPruning();
    const left = await this.#queue.close(CLOSE_WITHIN_MS);
    if (left > 0) log.error("changes of marks were not kept on the disk", { count: left });
    await within(clock, storage.ask("close-ledger", null), CLOSE_WITHIN_MS);
  }

  #put(change: LedgerChange, tell: Item["tell"] = () => undefined): boolean {
    const hasRoom = this.#queue.put({ change, tell });
    if (hasRoom) this.#known.note(change);
    if (!hasRoom) this.health.become("off", "the disk cannot be written, and memory is full of marks");
    return hasRoom;
  }

  async #open(damage: string | undefined) {
    const { storage, folder, clock, log } = this.#settings;
    // What the first opening finds is an earlier process's alone.
    const known = this.#isLoaded ? this.#known.changes() : [];
    const opened = await storage.ask("open-ledger", { folder, damage, known, wallMs: clock.wallMs() });
    if (!opened.ok) return opened;
    if (!this.#isLoaded) this.#known.load(opened.value);
    this.#isLoaded = true;
    const { salvage } = opened.value;
    if (salvage !== undefined) log.error("the file of marks was damaged: a new one is begun", { ...salvage });
    this.#opened(opened.value);
    this.#prune();
    return opened;
  }

  async #write(items: readonly Item[]) {
    const { storage, log } = this.#settings;
    const changes = items.map(({ change }) => change);
    const result = await storage.ask("change-marks", changes);
    if (!result.ok) return result;
    for (const id of result.value) log.error("a mark cannot be kept on the disk", { id });
    const unusable = items.filter(
      ({ change }) => change.kind === "keep" && result.value.includes(change.mark.id),
    );
    tellAll(unusable, "not-kept");
    return result;
  }

  #prune(): void {
    const { storage, clock, keepDeliveredDays = 30 } = this.#settings;
    void storage.ask("prune-marks", { beforeWallMs: clock.wallMs() - keepDeliveredDays * DAY_MS });
  }
}

function tellAll(items: readonly Item[], how: "kept" | "not-kept"): void {
  for (const { tell } of items) tell(how);
}
