import type { ControlEvent, ControlId } from "../../../src/driver/contract.ts";

/** Makes events of what is rather than of what happened. */
interface Levels {
  observe(control: ControlId, level: "down" | "up"): void;
}

/** The first that is heard of a control is no touch, and the same again is nothing. */
export function createLevels(emit: (event: ControlEvent) => void): Levels {
  const known = new Map<ControlId, "down" | "up">();
  return {
    observe(control, level) {
      const before = known.get(control);
      known.set(control, level);
      if (before === level) return;
      if (before !== undefined) emit({ kind: level, control });
      else if (level === "down") emit({ kind: "held", control });
    },
  };
}
