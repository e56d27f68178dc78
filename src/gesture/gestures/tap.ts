import type { GestureRule } from "../gesture-rule.ts";

/** Complete on the way down, where nothing else could be meant: it need not wait for the finger to leave. */
export const tap: GestureRule<"tap"> = {
  word: "tap",
  when: "on a short press",
  shapes: ["button", "encoder", "touch", "pulse"],
  instant(event) {
    if (event.kind === "pulsed") return event.values;
    return event.kind === "touched" && event.how === "tap" ? [] : undefined;
  },
  strokes: { count: 1, rank: 1, read: ({ length }) => (length === 1 ? "complete" : "impossible") },
};
