import type { RoomStatus } from "../valt/answers.ts";

/** How often rooms are looked at; all in milliseconds but the budget. */
export interface PollSettings {
  /** A room that is recording or paused. */
  readonly activeMs: number;
  /** Any other room. */
  readonly idleMs: number;
  /** A room just touched, until its state has settled. */
  readonly hurriedMs: number;
  /** Looks at all rooms together; looks after a command are not counted. */
  readonly requestsPerSecond: number;
  /** A status older than this many intervals is not believed. */
  readonly freshIntervals: number;
}

/**
 * Intervals after the budget: when the rooms would ask for more than it allows, all intervals grow
 * by the same factor, and the freshness limit with them.
 */
export interface Pace {
  intervalMs(status: RoomStatus | undefined): number;
  freshMs(status: RoomStatus | undefined): number;
}

export function planPace(settings: PollSettings, counts: { active: number; idle: number }): Pace {
  const wantedPerSecond = (1000 * counts.active) / settings.activeMs + (1000 * counts.idle) / settings.idleMs;
  const stretch = Math.max(1, wantedPerSecond / settings.requestsPerSecond);
  const intervalMs = (status: RoomStatus | undefined) =>
    stretch * (isActive(status) ? settings.activeMs : settings.idleMs);
  return { intervalMs, freshMs: (status) => settings.freshIntervals * intervalMs(status) };
}

export function isActive(status: RoomStatus | undefined): boolean {
  return status === "recording" || status === "paused";
}
