import type { GestureRule } from "../gesture-rule.ts";

/** Complete when the second press comes up. */
export const doubleTap: GestureRule<"double-tap"> = {
  word: "double-tap",
  when: "on two short presses",
  shapes: ["button", "encoder"],
  strokes: {
    count: 2,
    rank: 2,
    read([first, second, third], { doubleTapMs }) {
      if (first === undefined || third !== undefined) return "impossible";
      if (second !== undefined && second.upMs !== undefined) return "complete";
      if (second !== undefined || first.upMs === undefined) return { untilMs: Infinity, after: "impossible" };
      return { untilMs: first.upMs + doubleTapMs, after: "impossible" };
    },
  },
};
