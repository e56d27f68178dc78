import type { Usage } from "./layout.ts";

/** What a usage is, and what its control is called. */
interface UsageMeaning {
  readonly id: string;
  readonly sort: "button" | "axis" | "hat";
  /** Numbered are those that only the tables have a name for. */
  readonly naming: "named" | "numbered";
}

/** Undefined for what is no control that people touch: vendors' own numbers, sensors, padding. */
export function meaningOf(usage: Usage): UsageMeaning | undefined {
  const page = Math.floor(usage / 65_536);
  const number = usage % 65_536;
  if (number === 0) return undefined;
  return pages[page]?.(number);
}

const button = (id: string): UsageMeaning => ({ id, sort: "button", naming: "named" });
const axis = (id: string): UsageMeaning => ({ id, sort: "axis", naming: "named" });
const numbered = (prefix: string, number: number): UsageMeaning => ({
  id: `${prefix}-${number.toString(16).padStart(2, "0")}`,
  sort: "button",
  naming: "numbered",
});
const named = (names: Readonly<Record<number, UsageMeaning>>, prefix?: string) => (number: number) =>
  names[number] ?? (prefix === undefined ? undefined : numbered(prefix, number));

/** By page of the HID Usage Tables 1.4. Faders' and dials' names are the tables' own. */
const pages: Readonly<Record<number, (number: number) => UsageMeaning | undefined>> = {
  // Generic Desktop
  1: named({
    48: axis("x"),
    49: axis("y"),
    50: axis("z"),
    51: axis("rx"),
    52: axis("ry"),
    53: axis("rz"),
    54: axis("slider"),
    55: axis("dial"),
    56: axis("wheel"),
    57: { id: "hat", sort: "hat", naming: "named" },
    61: button("start"),
    62: button("select"),
    144: button("pad-up"),
    145: button("pad-down"),
    146: button("pad-right"),
    147: button("pad-left"),
  }),
  // Simulation Controls
  2: named({
    186: axis("rudder"),
    187: axis("throttle"),
    196: axis("accelerator"),
    197: axis("brake"),
    198: axis("clutch"),
    200: axis("steering"),
  }),
  // Keyboard
  7: named({}, "keyboard"),
  // Button
  9: (number) => button(`button-${number}`),
  // Telephony
  11: named({ 32: button("hook"), 47: button("phone-mute") }, "telephony"),
  // Consumer
  12: named(
    {
      176: button("play"),
      177: button("pause"),
      178: button("record"),
      179: button("fast-forward"),
      180: button("rewind"),
      181: button("next-track"),
      182: button("previous-track"),
      183: button("stop"),
      205: button("play-pause"),
      224: axis("volume"),
      226: button("mute"),
      233: button("volume-up"),
      234: button("volume-down"),
    },
    "consumer",
  ),
};
