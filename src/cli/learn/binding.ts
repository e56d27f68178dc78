import type { ControlDescription } from "../../driver/contract.ts";
import type { LearnedDevice } from "./devices.ts";

/** What may stand in a mapping for the controls that were touched, to be changed as wanted. */
export function renderBinding(
  device: Pick<LearnedDevice, "name"> & Partial<LearnedDevice>,
  touched: readonly ControlDescription[],
): string {
  const controls = Object.fromEntries(touched.map((control) => [control.id, suggest(control)]));
  const entry =
    device.pasted === undefined
      ? { controls }
      : { kind: device.kind?.kind, ...device.pasted, room: "interview-1", controls };
  // One control a line reads best.
  const lines = Object.entries(controls).map(([id, does]) => `    ${JSON.stringify(id)}: ${spread(does)}`);
  const { controls: _, ...head } = entry as Record<string, unknown>;
  const parts = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const first = parts.length === 0 ? "" : `\n  ${parts.join(", ")},`;
  return `${JSON.stringify(device.name)}: {${first}\n  "controls": {\n${lines.join(",\n")}\n  }\n}`;
}

function suggest({ input, output }: ControlDescription): Readonly<Record<string, unknown>> {
  const look = output.kind === "none" ? {} : { look: "tally" };
  if (input.shape === "none") return look;
  const push = input.shape === "encoder" && input.push === "button" ? { tap: "toggle" } : {};
  return { ...push, ...suggestions[input.shape], ...look };
}

const suggestions = {
  button: { tap: "toggle" },
  touch: { tap: "toggle" },
  encoder: { turn: { right: { mark: "Important" } } },
  fader: { move: { mark: "Moved" } },
  pulse: { pulse: { start: { author: { card: "{value}" } } } },
} as const;

/** JSON in one line, with blanks where people put them. */
export function spread(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spread).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${spread(one)}`)
    .join(", ")} }`;
}
