import type { Frame } from "../../../src/driver/contract.ts";
import type { Bindings } from "./match.ts";
import type { Lamp } from "./profile.ts";

type LampFrame = Extract<Frame, { kind: "lamp" }>;

const NO_BINDINGS: Bindings = new Map();

/** The bytes that show a frame; nothing when the profile cannot say them. */
export function encodeLamp(lamp: Lamp, { rgb, blink }: LampFrame): Uint8Array | undefined {
  const [red, green, blue] = rgb;
  const isDark = red === 0 && green === 0 && blue === 0;
  const state = lamp.states[isDark ? "off" : STATE_OF[blink]];
  const color = nearest(lamp.palette, rgb);
  return lamp.encode(
    new Map<string, string | number>([
      ...NO_BINDINGS,
      ["state", state],
      ["red", red],
      ["green", green],
      ["blue", blue],
      ["color", color],
    ]),
  );
}

const STATE_OF = { steady: "on", slow: "slow", fast: "fast", double: "double" } as const;

function nearest(palette: Lamp["palette"], rgb: readonly number[]): string {
  const distance = (color: readonly number[]) =>
    color.reduce((sum, part, index) => sum + (part - (rgb[index] ?? 0)) ** 2, 0);
  const [first] = palette.toSorted((one, other) => distance(one.rgb) - distance(other.rgb));
  return first?.name ?? "";
}
