/** A finger that moves less than this on a strip has tapped it. */
const SWIPE_PX = 30;

/**
 * What a finger meant that went so far, in pixels to the right and down: a swipe goes at least 30 px, and more than
 * twice as far along the strip as across it. What is neither a swipe nor a tap is nothing. Stream Decks have the same
 * rule (`devices/stream-deck/swipe.ts`).
 */
export function readSwipe(rightPx: number, downPx: number): "tap" | "swipe-left" | "swipe-right" | undefined {
  if (isTap(rightPx, downPx)) return "tap";
  if (Math.abs(rightPx) < SWIPE_PX || Math.abs(rightPx) <= 2 * Math.abs(downPx)) return undefined;
  return rightPx < 0 ? "swipe-left" : "swipe-right";
}

/** Whether a finger is still where it came down: only then it may be held. */
export function isTap(rightPx: number, downPx: number): boolean {
  return Math.hypot(rightPx, downPx) < SWIPE_PX;
}
