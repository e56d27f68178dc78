import { readWallTime } from "./clock.ts";

/** Times of the local day, `18:00-06:00`: the first minute is within them, the last is not; `18:00-24:00` ends at midnight. Equal ones are the whole day. */
export const HOURS = /^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** Values by hours, in their order. */
export type ByHours<Value> = readonly (readonly [hours: string, value: Value])[];

/** The value of the first hours that the moment is within; else the usual one. */
export function valueAt<Value>(wallMs: number, usual: Value, byHours: ByHours<Value>): Value {
  if (byHours.length === 0) return usual;
  const now = minuteOf(wallMs);
  const found = byHours.find(([hours]) => isWithin(hours, now));
  return found === undefined ? usual : found[1];
}

const MINUTE_MS = 60_000;
/** Two days: a time that one day leaves out, because clocks are put forward, the next one has. */
const LONGEST_MINUTES = 2 * 24 * 60;

/**
 * How long, in milliseconds, until some of these hours begin or end; nothing where time alone changes nothing. What the
 * clock on the wall shows is asked for each minute, so that days of 23 and 25 hours are what they are for people.
 */
export function untilHoursChange(wallMs: number, hours: readonly string[]): number | undefined {
  const within = (atMs: number) => {
    const now = minuteOf(atMs);
    return hours.map((one) => isWithin(one, now)).join();
  };
  if (hours.length === 0) return undefined;
  const usual = within(wallMs);
  const thisMinuteMs = Math.floor(wallMs / MINUTE_MS) * MINUTE_MS;
  for (let minutes = 1; minutes <= LONGEST_MINUTES; minutes++) {
    const atMs = thisMinuteMs + minutes * MINUTE_MS;
    if (within(atMs) !== usual) return atMs - wallMs;
  }
  return undefined;
}

function minuteOf(wallMs: number): string {
  return readWallTime(wallMs).time.slice(0, 5);
}

/** Times as `HH:MM` compare as texts do. */
function isWithin(hours: string, now: string): boolean {
  const [from = "", to = ""] = hours.split("-");
  return from < to ? from <= now && now < to : from <= now || now < to;
}
