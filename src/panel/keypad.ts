import { usualTimes } from "../base/gesture-times.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { LookTable } from "../feedback/look.ts";
import type { ControlBinding } from "../mapping/mapping.ts";
import { label } from "./layout.ts";
import type { Page } from "./pages.ts";

const DIGITS = "1234567890";

/** What a locked panel shows: digits, and on its last key the tally, which is nobody's secret. */
export function layKeypad(
  controls: readonly ControlDescription[],
  tally: { readonly table: LookTable; readonly room: RoomName } | undefined,
): Page {
  const keys = controls.filter(({ place, input }) => place.area === "keys" && input.shape === "button");
  const digits = keys.slice(0, DIGITS.length).map(({ id }, index): ControlBinding => {
    const digit = DIGITS.charAt(index);
    const settings = { wanted: new Set(["press"] as const), ...usualTimes };
    return {
      control: id,
      gestures: new Map([["press", [{ digit }]]]),
      settings,
      look: label(digit, "none", "gray"),
    };
  });
  const page = new Map(digits.map((binding) => [binding.control, binding]));
  const last = keys.slice(DIGITS.length).at(-1);
  if (last !== undefined && tally !== undefined) {
    const settings = { wanted: new Set<never>(), ...usualTimes };
    page.set(last.id, { control: last.id, gestures: new Map(), settings, look: tally });
  }
  return page;
}
