import { readWallTime } from "./clock.ts";

/** Times of the local day, `18:00-06:00`: the first minute is within them, the last is not. Equal ones are the whole day. */
export const HOURS = /^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Values by hours, in their order. */
export type ByHours<Value> = readonly (readonly [hours: string, value: Value])[];

/** The value of the first hours that the moment is within; else the usual one. */
export function valueAt<Value>(wallMs: number, usual: Value, byHours: ByHours<Value>): Value {
  if (byHours.length === 0) return usual;
  const now = readWallTime(wallMs).time.slice(0, 5);
  const found = byHours.find(([hours]) => isWithin(hours, now));
  return found === undefined ? usual : found[1];
}

/** Times as `HH:MM` compare as texts do. */
function isWithin(hours: string, now: string): boolean {
  const [from = "", to = ""] = hours.split("-");
  return from < to ? from <= now && now < to : from <= now || now < to;
}
