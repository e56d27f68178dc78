import type { GestureRule } from "../gesture-rule.ts";

/** Its value is the fraction, 0 to 1. */
export const move: GestureRule<"move"> = {
  word: "move",
  when: "when a fader moves",
  shapes: ["fader"],
  instant: (event) => (event.kind === "moved" ? [event.fraction] : undefined),
};
