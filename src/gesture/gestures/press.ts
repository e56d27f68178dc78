import type { GestureRule } from "../gesture-rule.ts";

export const press: GestureRule<"press"> = {
  word: "press",
  when: "the moment the control goes down",
  shapes: ["button", "encoder", "touch", "pulse"],
  instant(event) {
    if (event.kind === "pulsed") return event.values;
    const isPress = event.kind === "down" || (event.kind === "touched" && event.how === "tap");
    return isPress ? [] : undefined;
  },
};
