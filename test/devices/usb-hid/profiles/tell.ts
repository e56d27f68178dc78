import type { ControlEvent } from "../../../../src/driver/contract.ts";

/** An event as the tables of byte vectors say it: `down key-3`, `moved shuttle 0.5000`, `turned jog -2`. */
export function tellEvent(event: ControlEvent): string {
  switch (event.kind) {
    case "moved":
      return `moved ${event.control} ${event.fraction.toFixed(4)}`;
    case "turned":
      return `turned ${event.control} ${event.detents}`;
    case "pulsed":
      return ["pulsed", event.control, ...event.values].join(" ");
    case "touched":
      return `touched ${event.control} ${event.how}`;
    default:
      return `${event.kind} ${event.control}`;
  }
}
