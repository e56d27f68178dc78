import type { GestureRule } from "../gesture-rule.ts";

/** A moment of its own: it may come an hour after the press. */
export const release: GestureRule<"release"> = {
  word: "release",
  when: "when the control comes up",
  shapes: ["button", "encoder"],
  instant: ({ kind }) => (kind === "up" ? [] : undefined),
};
