import type { GestureRule } from "../gesture-rule.ts";

/** Complete when the time is up, however late that is noticed. */
export const hold: GestureRule<"hold"> = {
  word: "hold",
  when: "when the control is held",
  shapes: ["button", "encoder", "touch"],
  instant: (event) => (event.kind === "touched" && event.how === "hold" ? [] : undefined),
  strokes: {
    count: 1,
    rank: 10,
    read(strokes, { holdMs }) {
      const last = strokes.at(-1);
      if (last === undefined || last.upMs !== undefined) return "impossible";
      return { untilMs: last.downMs + holdMs, after: "complete" };
    },
  },
};
