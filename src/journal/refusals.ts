import { networkOf } from "../base/address-list.ts";
import type { Cancel, Clock } from "../base/clock.ts";
import type { Entry } from "./entry.ts";

interface RefusalsTools {
  readonly clock: Clock;
  /** Writes an entry. */
  pass(entry: Entry): void;
}

const LOOK_MS = 250;
/** A press waits so long at most for what becomes of it; with what it causes it is written at once. */
const LONGEST_WAIT_MS = 1000;
const MINUTE_MS = 60_000;
const MOST_WAITING = 2000;
/** Beyond so many sorts, those of one device and reason are one sort. */
const MOST_SORTS = 100;

const CONSEQUENCES = new Set(["request", "answer", "mark", "outcome"]);

interface Press {
  readonly entries: Entry[];
  /** The count that it was added to. */
  refusedAs?: Count;
}

/** What refused presses have in common. */
interface Sort {
  readonly device?: string;
  readonly author?: string;
  readonly room?: string;
  readonly action?: unknown;
  readonly reason: unknown;
}

interface Count {
  readonly sort: Sort;
  number: number;
  sinceMs: number;
  sinceWallMs: number;
}

/** Refused presses fill no disk: of those that are alike the first is written, then a row a minute with their number. */
export class Refusals {
  readonly #tools: RefusalsTools;
  // In the order of their presses: the first waits longest.
  readonly #waiting = new Map<string, Press>();
  readonly #counts = new Map<string, Count>();
  readonly #cancel: Cancel;

  constructor(tools: RefusalsTools) {
    this.#tools = tools;
    this.#cancel = tools.clock.every(LOOK_MS, () => this.#look());
  }

  take(entry: Entry): void {
    const { kind, correlation = "" } = entry;
    const press = this.#waiting.get(correlation);
    if (kind === "press" && correlation !== "") this.#begin(correlation, entry);
    else if (press === undefined) this.#tools.pass(entry);
    else if (kind === "action") press.entries.push(entry);
    else if (kind === "outcome" && entry.body.kind === "refused") this.#refuse(correlation, press, entry);
    else {
      if (CONSEQUENCES.has(kind)) this.#release(correlation, press);
      this.#tools.pass(entry);
    }
  }

  /** Writes what waits and what is counted. */
  close(): void {
    this.#cancel();
    for (const [correlation, press] of [...this.#waiting]) this.#settle(correlation, press);
    for (const count of this.#counts.values()) if (count.number > 0) this.#tell(count);
  }

  #begin(correlation: string, entry: Entry): void {
    const [oldest] = this.#waiting;
    if (oldest !== undefined && this.#waiting.size >= MOST_WAITING) this.#settle(...oldest);
    this.#waiting.set(correlation, { entries: [entry] });
  }

  #refuse(correlation: string, press: Press, entry: Entry): void {
    press.entries.push(entry);
    const known = this.#countOf(press, entry);
    if (known === undefined) this.#release(correlation, press);
    else if (press.refusedAs === undefined) {
      press.refusedAs = known;
      known.number++;
    }
  }

  /** Nothing for the first of its sort. */
  #countOf({ entries: [first, ...more] }: Press, { room, body, atMs, wallMs }: Entry): Count | undefined {
    const action = more.findLast((one) => one.kind === "action" && one.room === room)?.body.action;
    const author = first?.author === undefined ? undefined : placeOf(first.author);
    const ofDevice = withoutGaps({ device: first?.device, reason: body.reason });
    const narrow = withoutGaps({ ...ofDevice, author, room, action });
    const known = this.#counts.get(keyOf(narrow)) ?? this.#counts.get(keyOf(ofDevice));
    if (known !== undefined) return known;
    const sort = this.#counts.size < MOST_SORTS ? narrow : ofDevice;
    this.#counts.set(keyOf(sort), { sort, number: 0, sinceMs: atMs, sinceWallMs: wallMs });
    return undefined;
  }

  /** Something came of it, or nobody knows yet: it is written as it was. */
  #release(correlation: string, { entries, refusedAs }: Press): void {
    this.#waiting.delete(correlation);
    if (refusedAs !== undefined) refusedAs.number--;
    for (const entry of entries) this.#tools.pass(entry);
  }

  #settle(correlation: string, press: Press): void {
    if (press.refusedAs === undefined) this.#release(correlation, press);
    else this.#waiting.delete(correlation);
  }

  #look(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const [correlation, press] of this.#waiting) {
      if (nowMs - (press.entries[0]?.atMs ?? 0) < LONGEST_WAIT_MS) break;
      this.#settle(correlation, press);
    }
    for (const [key, count] of this.#counts) {
      if (nowMs - count.sinceMs < MINUTE_MS) continue;
      if (count.number === 0) this.#counts.delete(key);
      else this.#tell(count);
    }
  }

  #tell(count: Count): void {
    const { clock, pass } = this.#tools;
    const { reason, action, ...columns } = count.sort;
    const [atMs, wallMs] = [Math.round(clock.monotonicMs() * 10) / 10, Math.round(clock.wallMs())];
    const body = { action, reason, number: count.number, sinceWallMs: count.sinceWallMs };
    pass({ atMs, wallMs, kind: "refusals", ...columns, body });
    Object.assign(count, { number: 0, sinceMs: atMs, sinceWallMs: wallMs });
  }
}

function keyOf(sort: Sort): string {
  return JSON.stringify(sort);
}

/** Without the port, which costs a flooder nothing. */
function placeOf(peer: string): string {
  const [, address, bare] = /^\w+:(?:\[([^\]]*)\]|([^:]*)):\d+$/.exec(peer) ?? [];
  const place = address ?? bare;
  return place === undefined ? peer : networkOf(place);
}

function withoutGaps(sort: { readonly [Key in keyof Sort]: Sort[Key] | undefined }): Sort {
  return Object.fromEntries(
    Object.entries(sort).filter(([, value]) => value !== undefined),
  ) as unknown as Sort;
}
