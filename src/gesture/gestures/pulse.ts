import type { GestureRule } from "../gesture-rule.ts";

/** A moment without a release is a whole touch of its own, and therefore a press and a tap, too. */
export const pulse: GestureRule<"pulse"> = {
  word: "pulse",
  when: "when a trigger or a card comes",
  shapes: ["button", "pulse"],
  instant: (event) => (event.kind === "pulsed" ? event.values : undefined),
};
