import { within } from "../../base/clock.ts";
import type { Clock } from "../contract.ts";

// A healthy device takes a report within milliseconds; this is a hub that hangs.
const REPORT_WITHIN_MS = 1500;

/** Rejects when the promise takes too long; what it was waiting for is left alone. */
export async function withinTime<Value>(
  clock: Clock,
  promise: Promise<Value>,
  limitMs = REPORT_WITHIN_MS,
): Promise<Value> {
  const value = await within(clock, promise, limitMs);
  if (value === "too-late") throw new Error(`nothing happened for ${limitMs} ms`);
  return value;
}
