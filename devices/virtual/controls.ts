import { type ControlDescription, type ControlOutput, controlId } from "../../src/driver/contract.ts";
import type { Layout, Shape } from "./layouts.ts";

/** Every control of a layout, with the same names as on the hardware. */
export function controlsOf(layout: Layout): readonly ControlDescription[] {
  return [...keys(layout), ...dials(layout), ...segments(layout), ...sensors(layout), ...windows(layout)];
}

const PEDALS = ["left", "middle", "right"];

function keys({ keys: { columns, rows, shape } }: Layout): readonly ControlDescription[] {
  return count(columns * rows).map((index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const pedal = shape === "pedal" ? PEDALS[index] : undefined;
    return {
      id: controlId(pedal ?? `key-${index + 1}`),
      label: pedal === undefined ? `key ${index + 1}` : `${pedal} pedal`,
      input: pedal === undefined ? { shape: "button" } : { shape: "button", contact: "maintained" },
      output: outputOf(shape),
      place: { area: pedal === undefined ? "keys" : "pedals", column, row },
    };
  });
}

function dials({ dials: row }: Layout): readonly ControlDescription[] {
  return count(row?.count ?? 0).map((column) => ({
    id: controlId(`dial-${column + 1}`),
    label: `dial ${column + 1}`,
    input: { shape: "encoder", push: "button" },
    output: row?.lamp === "rgb" ? LAMP : { kind: "none" },
    place: { area: "dials", column, row: 0 },
  }));
}

function segments({ strip, dials: row }: Layout): readonly ControlDescription[] {
  if (strip === undefined || strip === "pedal" || row === undefined) return [];
  const [widthPx, heightPx] = strip;
  return count(row.count).map((column) => ({
    id: controlId(`strip-${column + 1}`),
    label: `strip ${column + 1}`,
    input: { shape: "touch" },
    output: outputOf([widthPx / row.count, heightPx]),
    place: { area: "strip", column, row: 0 },
  }));
}

function sensors({ sensors: amount }: Layout): readonly ControlDescription[] {
  return count(amount ?? 0).map((column) => ({
    id: controlId(`sensor-${column + 1}`),
    label: `sensor ${column + 1}`,
    input: { shape: "button" },
    output: LAMP,
    place: { area: "sensors", column, row: 0 },
  }));
}

function windows({ window: shape }: Layout): readonly ControlDescription[] {
  if (shape === undefined) return [];
  return [
    {
      id: controlId("window"),
      label: "window",
      input: { shape: "none" },
      output: outputOf(shape),
      place: { area: "window", column: 0, row: 0 },
    },
  ];
}

// Like the hardware's: they do not blink by themselves.
const LAMP: ControlOutput = { kind: "lamp", colors: "rgb", blink: "by-bridge" };

function outputOf(shape: Shape): ControlOutput {
  return shape === "pedal" ? { kind: "none" } : { kind: "image", widthPx: shape[0], heightPx: shape[1] };
}

function count(amount: number): readonly number[] {
  return Array.from({ length: amount }, (_, index) => index);
}
