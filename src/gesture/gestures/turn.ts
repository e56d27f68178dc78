import type { GestureRule } from "../gesture-rule.ts";

/** Its value is the number of detents, clockwise positive. */
export const turn: GestureRule<"turn"> = {
  word: "turn",
  when: "when a dial is turned",
  shapes: ["encoder"],
  ways: { right: "Clockwise.", left: "Counter-clockwise." },
  wayOf: ([detents]) => (typeof detents === "number" && detents < 0 ? "left" : "right"),
  instant: (event) => (event.kind === "turned" ? [event.detents] : undefined),
};
