import type { KeptMark } from "../../action/mark.ts";
import { readWallTime } from "../../base/clock.ts";

/** How far into the recording: `at 0:12:05`. */
export function writePosition({ timeSeconds }: Pick<KeptMark, "timeSeconds">): string {
  if (timeSeconds === undefined) return "at a time not known";
  const two = (number: number) => String(number).padStart(2, "0");
  return `at ${Math.floor(timeSeconds / 3600)}:${two(Math.floor(timeSeconds / 60) % 60)}:${two(timeSeconds % 60)}`;
}

/** Local time, to the second. */
export function writeMoment(wallMs: number): string {
  const { date, time } = readWallTime(wallMs);
  return `${date} ${time}`;
}
