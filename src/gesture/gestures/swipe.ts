import type { GestureRule } from "../gesture-rule.ts";

export const swipeLeft = swipe("left");
export const swipeRight = swipe("right");

/** A surface knows a swipe by itself. */
function swipe<const Way extends "left" | "right">(way: Way): GestureRule<`swipe-${Way}`> {
  const word = `swipe-${way}` as const;
  return {
    word,
    when: `when a touch surface is swiped to the ${way}`,
    shapes: ["touch"],
    instant: (event) => (event.kind === "touched" && event.how === word ? [] : undefined),
  };
}
