import type { Frame } from "../../../src/driver/contract.ts";
import type { Lamp, ProfileControl } from "./profile.ts";

/** The bytes that show a frame on a control; nothing when it cannot show that. */
export function encodeFrame(control: ProfileControl, frame: Frame): Uint8Array | undefined {
  const { description, lamp, text } = control;
  if (frame.kind === "lamp") return lamp && encodeLamp(lamp, frame);
  if (frame.kind !== "text" || text === undefined || description.output.kind !== "text") return undefined;
  // A line's end within a text would end the message.
  const line = [...frame.text].map((character) =>
    character < " " || character === "\u007f" ? " " : character,
  );
  return text(new Map([["text", line.slice(0, description.output.columns).join("")]]));
}

/** The bytes that leave a control dark and empty. */
export function encodeDark(control: ProfileControl): readonly Uint8Array[] {
  const frames: readonly Frame[] = [
    { kind: "lamp", rgb: [0, 0, 0], blink: "steady" },
    { kind: "text", text: "" },
  ];
  return frames.flatMap((frame) => encodeFrame(control, frame) ?? []);
}

type LampFrame = Extract<Frame, { kind: "lamp" }>;

/** The bytes that show a frame; nothing when the profile cannot say them. */
function encodeLamp(lamp: Lamp, { rgb, blink }: LampFrame): Uint8Array | undefined {
  const [red, green, blue] = rgb;
  const isDark = red === 0 && green === 0 && blue === 0;
  const state = lamp.states[isDark ? "off" : STATE_OF[blink]];
  const color = nearest(lamp.palette, rgb);
  return lamp.encode(
    new Map<string, string | number>([
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
