import { type Backoff, createBackoff } from "../base/backoff.ts";
import { type Cancel, type Clock, pause, within } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import type { StorageFailure } from "./database.ts";
import type { HealthReport } from "./health.ts";

interface DurableQueueTools<Item> {
  readonly clock: Clock;
  readonly health: HealthReport;
  /** How long items are gathered before they are written together; 0 for those that somebody waits for. */
  readonly gatherMs: number;
  readonly mostWaiting: number;
  /** Opens the file, again and again after failures; `damage` is what was found to be wrong with it in use. */
  open(damage: string | undefined): Promise<Result<unknown, StorageFailure>>;
  /** Looks after the open file, every second and before it is closed. */
  look(): Promise<Result<unknown, StorageFailure>>;
  /** All of the items or none. */
  write(items: readonly Item[]): Promise<Result<unknown, StorageFailure>>;
  written(items: readonly Item[]): void;
  /** They stay in the queue and are tried again. */
  failed(items: readonly Item[]): void;
}

const MOST_AT_ONCE = 500;
const LOOK_EVERY_MS = 1000;
/** What opening the file anew may end: its thread was ended, its name leads elsewhere, or it is damaged and makes room for another. */
const LOST: ReadonlySet<StorageFailure["kind"]> = new Set(["stopped", "replaced", "corrupt"]);
/** A disk that takes longer than this is said not to answer. */
const SLOW_MS = 3000;

/**
 * Writes items in their order, at most one batch at a time: while the disk is busy, the next batch gathers. After
 * a failure everything is kept, and the file is opened anew before the next try.
 */
export class DurableQueue<Item> {
  readonly #tools: DurableQueueTools<Item>;
  readonly #backoff: Backoff;
  readonly #closing = new AbortController();
  #items: Item[] = [];
  #isOpen = false;
  #damage: string | undefined;
  #working: Promise<void> | undefined;
  #cancelGathering: Cancel | undefined;
  #isLooking = false;
  /** How the file was lost since it last worked. */
  readonly #losses = new Set<StorageFailure["kind"]>();
  readonly #cancelLooking: Cancel;
  #tried: () => void = () => undefined;

  constructor(tools: DurableQueueTools<Item>) {
    this.#tools = tools;
    this.#backoff = createBackoff({ firstMs: 250, longestMs: 10_000, factor: 2, jitter: 0.3 }, tools.clock);
    this.#cancelLooking = tools.clock.every(LOOK_EVERY_MS, () => void this.#look());
  }

  /** Opens the file, and resolves when that has been tried once; goes on trying. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#tried = resolve;
      this.#begin();
    });
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  size(): number {
    return this.#items.length;
  }

  /** False when there is no room for it any more. */
  put(item: Item): boolean {
    const { mostWaiting, gatherMs, clock } = this.#tools;
    if (this.#closing.signal.aborted || this.#items.length >= mostWaiting) return false;
    this.#items.push(item);
    if (this.#working !== undefined || this.#cancelGathering !== undefined) return true;
    if (gatherMs === 0) this.#begin();
    else this.#cancelGathering = clock.after(gatherMs, () => this.#begin());
    return true;
  }

  /** Writes what waits as far as that is possible in the time; returns how many items are left. */
  async close(withinMs: number): Promise<number> {
    this.#closing.abort();
    this.#cancelLooking();
    await within(this.#tools.clock, this.#finish(), withinMs);
    return this.#items.length;
  }

  /** Work that is just ending has not seen what came last. */
  async #finish(): Promise<void> {
    await this.#working;
    await this.#look();
    this.#begin();
    await this.#working;
  }

  /** A file that was lost while nobody wrote is opened anew at once. What else went wrong is met by whoever writes. */
  async #look(): Promise<void> {
    if (!this.#isOpen || this.#isLooking) return;
    this.#isLooking = true;
    const result = await this.#tools.look();
    this.#isLooking = false;
    if (result.ok || !this.#isOpen || !LOST.has(result.failure.kind)) return;
    this.#isOpen = false;
    this.#noteLoss(result.failure);
    this.#begin();
  }

  #begin(): void {
    this.#cancelGathering?.();
    this.#cancelGathering = undefined;
    if (this.#working !== undefined) return;
    const working = this.#work().catch((bug: unknown) => this.#outlive(bug));
    this.#working = working.then(() => {
      this.#working = undefined;
      if ((this.#items.length > 0 || !this.#isOpen) && !this.#closing.signal.aborted) this.#begin();
    });
  }

  /** A mistake in here must neither end the record nor spin: it is tried again like anything else that fails. */
  async #outlive(bug: unknown): Promise<void> {
    this.#isOpen = false;
    await this.#recover({ kind: "failed", message: String(bug) }, []);
  }

  /** Ends when everything is written; after a failure only when the queue is closed. */
  async #work(): Promise<void> {
    while ((await this.#open()) && this.#items.length > 0) {
      const isLastTry = this.#closing.signal.aborted;
      const batch = this.#items.slice(0, MOST_AT_ONCE);
      const result = await this.#watch(this.#tools.write(batch));
      if (result.ok) {
        this.#items = this.#items.slice(batch.length);
        this.#succeed();
        this.#tools.written(batch);
      } else {
        this.#isOpen = false;
        if ((await this.#recover(result.failure, batch)) === "later" && isLastTry) return;
      }
    }
  }

  /** Waits for the next try, unless the next thread is likely to find the file usable. */
  async #recover(failure: StorageFailure, items: readonly Item[]): Promise<"now" | "later"> {
    const isFirst = LOST.has(failure.kind) && !this.#losses.has(failure.kind);
    this.#losses.add(failure.kind);
    this.#noteLoss(failure);
    // A thread or a name that is lost is mended before anybody has waited; damage is told.
    if (!isFirst || failure.kind === "corrupt") this.#complain(failure, items);
    if (isFirst) return "now";
    this.#tried();
    await pause(this.#tools.clock, this.#backoff.nextMs(), this.#closing.signal);
    return "later";
  }

  #noteLoss({ kind, message }: StorageFailure): void {
    const { health } = this.#tools;
    if (kind === "corrupt") this.#damage = message;
    if (kind === "replaced" && health.current().state === "working") health.become("degraded", message);
  }

  /** Tries until it is open; false when the queue was closed meanwhile. */
  async #open(): Promise<boolean> {
    while (!this.#isOpen) {
      const isLastTry = this.#closing.signal.aborted;
      const result = await this.#watch(this.#tools.open(this.#damage));
      if (result.ok) {
        this.#damage = undefined;
        this.#isOpen = true;
        if (this.#items.length === 0) this.#succeed();
        this.#tried();
      } else {
        if ((await this.#recover(result.failure, this.#items)) === "later" && isLastTry) return false;
      }
    }
    return true;
  }

  #succeed(): void {
    this.#losses.clear();
    this.#backoff.reset();
    this.#tools.health.become("working");
  }

  #watch<Value>(asking: Promise<Value>): Promise<Value> {
    const { clock, health } = this.#tools;
    const cancel = clock.after(SLOW_MS, () => {
      if (health.current().state === "working") health.become("degraded", "the disk does not answer");
    });
    return asking.finally(cancel);
  }

  #complain({ kind, message }: StorageFailure, items: readonly Item[]): void {
    const { health, failed } = this.#tools;
    // What is lost stays lost until something could be written again.
    const isOff = kind === "newer" || health.current().state === "off";
    health.become(isOff ? "off" : "degraded", message);
    failed(items);
  }
}
