import { randomUUID } from "node:crypto";
import { type Clock, within } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Head } from "./chain.ts";
import { createConceal } from "./conceal.ts";
import { DurableQueue } from "./durable-queue.ts";
import { describeFact, type Entry } from "./entry.ts";
import type { FactSink } from "./fact.ts";
import { createHealthReport, type HealthReport, type HealthWatch, logHealth } from "./health.ts";
import type { NewRow, OpeningNews } from "./journal-file.ts";
import { Refusals } from "./refusals.ts";
import { createRetention, type RetentionLimits, type RetentionTools } from "./retention.ts";
import { toStorable } from "./storable.ts";
import type { Storage } from "./storage.ts";
import { createThinner } from "./thin.ts";

interface JournalSettings {
  readonly storage: Storage;
  /** Created where it is missing, for this user alone. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly retention: RetentionLimits;
  /** Whether what must be kept has no room within those limits. */
  readonly crowded?: RetentionTools["crowded"];
  /** Passwords and passcodes in use: overwritten wherever they turn up. */
  readonly secrets?: () => readonly string[];
}

/** The durable record of what was touched, asked, answered, seen and shown. */
export interface Journal {
  /** Takes a fact at once and never throws; what cannot be written waits, and is counted when there is no room. */
  readonly sink: FactSink;
  /** Whether the file can be written. */
  readonly health: HealthWatch;
  /** Writes what waits, for at most two seconds. */
  close(): Promise<void>;
}

const GATHER_MS = 50;
/** At some hundred bytes each: some megabytes. */
const MOST_WAITING = 10_000;
const CLOSE_WITHIN_MS = 2000;
const OPEN_WITHIN_MS = 2000;

/** What the poller and the painter say often makes room first for what people did. */
const DISPENSABLE = new Set(["shown", "told"]);

/** Never fails: a journal that cannot be opened is tried again, and says so in its health. */
export async function openJournal(settings: JournalSettings): Promise<Journal> {
  const journal = new JournalWriter(settings);
  await within(settings.clock, journal.start(), OPEN_WITHIN_MS);
  return journal;
}

class JournalWriter implements Journal {
  readonly #settings: JournalSettings;
  readonly #queue: DurableQueue<NewRow>;
  readonly health: HealthReport;
  readonly #thinner = createThinner();
  readonly #refusals: Refusals;
  readonly #conceal;
  readonly #retention: { close(): void };
  readonly #run = randomUUID();
  #lost: { count: number; fromWallMs: number } | undefined;
  /** The last row that is known to be in the file. */
  #head: Head | undefined;

  constructor(settings: JournalSettings) {
    const { clock, storage, log, retention } = settings;
    this.#settings = settings;
    this.health = createHealthReport(clock);
    this.#conceal = createConceal(settings.secrets ?? (() => []));
    this.#queue = new DurableQueue({
      clock,
      health: this.health,
      gatherMs: GATHER_MS,
      mostWaiting: MOST_WAITING,
      open: (damage) => this.#open(damage),
      look: () => storage.ask("publish-head", null),
      write: (rows) => this.#write(rows),
      written: () => this.#noteWritten(),
      failed: () => undefined,
    });
    this.#retention = createRetention({
      clock,
      limits: retention,
      isOpen: () => this.#queue.isOpen(),
      prune: (limits) => storage.ask("prune-journal", limits),
      crowded: settings.crowded ?? (() => undefined),
      pruned: (count) => log.info("the journal's oldest rows were removed", { rows: count }),
    });
    this.#refusals = new Refusals({ clock, pass: (entry) => this.#pass(entry) });
    logHealth(this.health, log, "the journal");
  }

  start(): Promise<void> {
    return this.#queue.start();
  }

  readonly sink: FactSink = (fact) => {
    const entry = describeFact(fact);
    if (entry !== undefined) this.#refusals.take(entry);
  };

  #pass(described: Entry): void {
    const entry = this.#thinner.pass(described);
    if (entry === undefined) return;
    const isFull = DISPENSABLE.has(entry.kind) && this.#queue.size() >= MOST_WAITING / 2;
    if (isFull || !this.#queue.put(this.#toRow(entry))) this.#lose(entry);
  }

  async close(): Promise<void> {
    const { storage, clock, log } = this.#settings;
    this.#retention.close();
    this.#refusals.close();
    this.#queue.put(this.#toRow({ ...this.#now(), kind: "closed", body: {} }));
    const left = await this.#queue.close(CLOSE_WITHIN_MS);
    const lost = left + (this.#lost?.count ?? 0);
    if (lost > 0) log.error("facts were not written to the journal", { count: lost });
    if (this.#queue.isOpen()) void storage.ask("publish-head", null);
    await within(clock, storage.ask("close-journal", null), CLOSE_WITHIN_MS);
  }

  async #open(damage: string | undefined) {
    const { storage, folder } = this.#settings;
    const expected = this.#head;
    const opened = await storage.ask("open-journal", {
      folder,
      damage,
      run: this.#run,
      expected,
      ...this.#now(),
    });
    if (!opened.ok) return opened;
    this.#head = undefined;
    for (const news of opened.value) this.#tell(news);
    return opened;
  }

  async #write(rows: readonly NewRow[]) {
    const result = await this.#settings.storage.ask("append", rows);
    if (result.ok) this.#head = result.value;
    return result;
  }

  #tell(news: OpeningNews): void {
    const { log } = this.#settings;
    if (news.kind === "rows-missing")
      log.error("the journal lacks rows that it had", { expected: news.expected });
    else log.error("the journal was damaged: a new one is begun", { kept: news.file, why: news.why });
  }

  /** What was lost is itself recorded, as soon as there is room again. */
  #noteWritten(): void {
    const lost = this.#lost;
    if (lost === undefined) return;
    const why = "the disk could not be written";
    const body = { lost: lost.count, fromWallMs: lost.fromWallMs, why };
    if (this.#queue.put(this.#toRow({ ...this.#now(), kind: "gap", body }))) this.#lost = undefined;
  }

  #lose({ wallMs }: Entry): void {
    this.#lost = { count: (this.#lost?.count ?? 0) + 1, fromWallMs: this.#lost?.fromWallMs ?? wallMs };
    const { state, why } = this.health.current();
    if (state === "degraded") this.health.become("off", why);
  }

  #toRow({ atMs, wallMs, kind, body, ...known }: Entry): NewRow {
    const { correlation = null, device = null, room = null, author = null } = known;
    return {
      atMs,
      wallMs,
      kind,
      correlation: toColumn(correlation),
      device: toColumn(device),
      room: toColumn(room),
      author: toColumn(author && String(this.#conceal(author))),
      body: JSON.stringify(this.#conceal(body)),
    };
  }

  #now(): { readonly atMs: number; readonly wallMs: number } {
    const { clock } = this.#settings;
    return { atMs: Math.round(clock.monotonicMs() * 10) / 10, wallMs: Math.round(clock.wallMs()) };
  }
}

function toColumn(text: string | null): string | null {
  return text === null ? null : toStorable(text);
}
