import { type Clock, settledWithin } from "../../base/clock.ts";

// The supervisor waits two seconds for a device to close.
const FAREWELL_WITHIN_MS = 1200;
const LET_GO_WITHIN_MS = 500;

interface Leave {
  /** The last thing that the device is to show. */
  say(): Promise<unknown>;
  letGo(): Promise<unknown>;
}

/** Lets go of a device once it has said its farewell, or has had the time for it. Never rejects. */
export async function takeLeave(clock: Clock, { say, letGo }: Leave): Promise<void> {
  await settledWithin(clock, say(), FAREWELL_WITHIN_MS);
  await settledWithin(clock, letGo(), LET_GO_WITHIN_MS);
}
