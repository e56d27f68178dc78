import { type Clock, settledWithin } from "../../base/clock.ts";

// The supervisor waits two seconds for a device to close.
const CLOSING_FRAME_WITHIN_MS = 1200;
const LET_GO_WITHIN_MS = 500;

interface Closing {
  /** The last thing that the device is to show. */
  showLast(): Promise<unknown>;
  letGo(): Promise<unknown>;
}

/** Lets go of a device once it shows its closing frame, or has had 1.2 s for that. Never rejects. */
export async function closeInTime(clock: Clock, { showLast, letGo }: Closing): Promise<void> {
  await settledWithin(clock, showLast(), CLOSING_FRAME_WITHIN_MS);
  await settledWithin(clock, letGo(), LET_GO_WITHIN_MS);
}
