import type { TimingMapping } from "../mapping/mapping.ts";

/** How often rooms are looked at; all in milliseconds but the budget. */
export interface PollSettings {
  /** A room that is recording or paused, or that somebody sees. */
  readonly activeMs: number;
  /** Any other room. */
  readonly idleMs: number;
  /** A room with a command under way, until its state has settled. */
  readonly hurriedMs: number;
  /** All requests of the poller together; only the one look after a command is not counted. */
  readonly requestsPerSecond: number;
  /** A status that was asked for longer ago is unknown. */
  readonly freshMs: number;
}

const HURRIED_POLL_MS = 250;

export function pollSettings(timing: TimingMapping): PollSettings {
  const { activePollMs: activeMs, idlePollMs: idleMs, requestsPerSecond, freshMs } = timing;
  return { activeMs, idleMs, hurriedMs: HURRIED_POLL_MS, requestsPerSecond, freshMs };
}

/**
 * Why a room is looked at, in the order in which rooms come when there is not enough for all. "Listed" is an idle room for
 * which the server's list of all rooms vouches.
 */
export const URGENCIES = [
  /** A command was answered, or its answer was lost: how did it end? */
  "hurried",
  /** Somebody sees it, an alarm is on, or a command is being sent. */
  "shown",
  /** The list of all rooms says otherwise. */
  "doubted",
  "running",
  /** Idle or not known. */
  "unlisted",
  /** Somebody sees it; the list does not tell locked from available. */
  "shown-listed",
  "listed",
  /** It gave no answer, or none that can be used, again and again. */
  "failing",
] as const;

export type Urgency = (typeof URGENCIES)[number];
export type RoomCounts = Readonly<Record<Urgency, number>>;

/** What the list of all rooms does at the moment; absent where it tells nothing. */
export interface ListPace {
  readonly perSecond: number;
  /** How old its word gets before the next one is there. */
  readonly oldestMs: number;
}

export interface Pace {
  /** How long after a look the next one is due. */
  readonly intervalMs: Readonly<Record<Urgency, number>>;
  /** How old a status may get: of those that somebody sees, and of all; without those that give no answers. */
  readonly oldestMs: { readonly shown: number; readonly all: number };
}

/** The list is asked for from this many rooms on: fewer are looked at often enough one by one. */
export const LIST_FROM_ROOMS = 12;
/** The rest is kept for rooms with a command under way, so that they never stand behind the round. */
export const ROUND_SHARE = 0.9;
/** Looks under way at once in the round; together with those after commands fewer than the client has connections. */
export const ROUND_LOOKS_AT_ONCE = 5;
/** One look in so many also reads how far the recording has run. */
export const LOOKS_PER_READING = 15;
/** Two looks may fail before a room is unknown. */
const LOOKS_WITHIN_LIMIT = 3;
/** For locks alone a room is looked at as rarely as this, and all of these take no more than a quarter. */
const SLOW_MS = 30_000;
const SLOW_SHARE = 0.25;
/** While others wait behind them, rooms that come first leave them a tenth of what is left. */
const GREED = 0.9;
/**
 * Looks start on a grid: a few together cost the processor half of what as many apart do. Where many
 * are allowed the grid is fine, so that a press never waits behind a crowd of them.
 */
const GRID_MS = { fine: 5, coarse: 125 };
const FINE_FROM_PER_SECOND = 100;

export function gridMs(requestsPerSecond: number): number {
  return requestsPerSecond > FINE_FROM_PER_SECOND ? GRID_MS.fine : GRID_MS.coarse;
}

/** What the grid and the others on it add to an age. */
export function jitterMs({ requestsPerSecond }: PollSettings): number {
  return 2 * gridMs(requestsPerSecond);
}

/** In the order in which they get their share; the rest is not planned. */
const PLANNED = ["shown", "running", "unlisted", "shown-listed", "listed", "failing"] as const;

/**
 * The arithmetic of the budget. Each urgency gets what it wants, those that come first before the others; where that is too
 * much, its interval grows. The freshness limit does not grow with it: a room whose next look comes too late is unknown.
 */
export function planPace(
  settings: PollSettings,
  counts: RoomCounts,
  { list, answerMs }: { readonly list: ListPace | undefined; readonly answerMs: number },
): Pace {
  const intervalMs = wishedIntervals(settings);
  const whole = settings.requestsPerSecond * ROUND_SHARE - (list?.perSecond ?? 0);
  const round = Math.min(whole, (ROUND_LOOKS_AT_ONCE * 1000) / answerMs);
  let left = round;
  for (const [index, urgency] of PLANNED.entries()) {
    const rooms = counts[urgency];
    if (rooms === 0) continue;
    const isLast = PLANNED.slice(index + 1).every((other) => counts[other] === 0);
    const mostOf = urgency === "listed" ? Math.min(left, SLOW_SHARE * round) : left;
    const most = isLast ? mostOf : GREED * mostOf;
    const lookCost = isRead(urgency) ? 1 + 1 / LOOKS_PER_READING : 1;
    const wanted = (1000 * rooms * lookCost) / intervalMs[urgency];
    const granted = Math.min(wanted, most);
    intervalMs[urgency] *= wanted / granted;
    left -= granted;
  }
  const lateMs = answerMs + jitterMs(settings);
  return { intervalMs, oldestMs: oldestOf(intervalMs, counts, { list, lateMs }) };
}

/** Whether the budget allows it to look at so many rooms as often as at those that somebody sees. */
export function canShow(
  settings: PollSettings,
  rooms: number,
  means: { readonly list: ListPace | undefined; readonly answerMs: number },
): boolean {
  const { intervalMs } = planPace(settings, { ...noRooms, shown: rooms }, means);
  return intervalMs.shown <= wishedIntervals(settings).shown;
}

function wishedIntervals(settings: PollSettings): Record<Urgency, number> {
  const { activeMs, idleMs, hurriedMs, freshMs } = settings;
  const longestMs = freshMs / LOOKS_WITHIN_LIMIT;
  const active = Math.min(activeMs, longestMs);
  const idle = Math.min(idleMs, longestMs);
  return {
    hurried: hurriedMs,
    shown: active,
    doubted: 0,
    running: active,
    unlisted: idle,
    "shown-listed": active,
    listed: Math.max(idleMs, SLOW_MS),
    failing: idle,
  };
}

function isRead(urgency: Urgency): boolean {
  return urgency === "shown" || urgency === "running";
}

function oldestOf(
  intervalMs: Pace["intervalMs"],
  counts: RoomCounts,
  { list, lateMs }: { readonly list: ListPace | undefined; readonly lateMs: number },
): Pace["oldestMs"] {
  const ofLooks = (urgencies: readonly Urgency[]) =>
    urgencies.map((one) => (counts[one] === 0 ? 0 : intervalMs[one] + lateMs));
  const isListUsed = counts.listed + counts["shown-listed"] > 0;
  const listMs = isListUsed ? (list?.oldestMs ?? 0) : 0;
  const shown = Math.max(...ofLooks(["shown"]), counts["shown-listed"] > 0 ? listMs : 0);
  return { shown, all: Math.max(shown, listMs, ...ofLooks(["running", "unlisted"])) };
}

export const noRooms: RoomCounts = {
  hurried: 0,
  shown: 0,
  doubted: 0,
  running: 0,
  unlisted: 0,
  "shown-listed": 0,
  listed: 0,
  failing: 0,
};

/** Without a server: what looks one by one allow when the list tells nothing. */
export function planWithoutList(settings: PollSettings, rooms: number): Pace {
  return planPace(settings, { ...noRooms, unlisted: rooms }, { list: undefined, answerMs: 0 });
}

/** `1,000 rooms at 20 requests/s: a status may be 56 s old, the limit is 6 s`. */
export function tellAge(
  { requestsPerSecond, freshMs }: PollSettings,
  { rooms, oldestMs }: { readonly rooms: number; readonly oldestMs: number },
): string {
  const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 1 });
  const { oldest, limit } = roundAges(freshMs, oldestMs);
  const budget = `${number(rooms)} ${rooms === 1 ? "room" : "rooms"} at ${number(requestsPerSecond)} requests/s`;
  return `${budget}: a status may be ${number(oldest)} s old, the limit is ${number(limit)} s`;
}

/** In seconds, rounded away from each other, so that what is older than the limit looks older. */
export function roundAges(
  freshMs: number,
  oldestMs: number,
): { readonly oldest: number; readonly limit: number } {
  const oldest = oldestMs < 10_000 ? Math.ceil(oldestMs / 100) / 10 : Math.ceil(oldestMs / 1000);
  return { oldest, limit: Math.floor(freshMs / 100) / 10 };
}
