import { type ControlDescription, type ControlOutput, controlId } from "../../src/driver/contract.ts";
import { type DeckLayout, type ModelWord, modelOf, type Screen } from "./models.ts";

/** A control together with what it is to the library. */
export interface DeckControl {
  readonly description: ControlDescription;
  readonly part: Part;
}

/** `index` is the library's own, counted row by row from the top left. */
export type Part =
  | { readonly kind: "button"; readonly index: number }
  | { readonly kind: "dial"; readonly index: number }
  | { readonly kind: "segment"; readonly leftPx: number; readonly widthPx: number }
  | { readonly kind: "window" }
  | { readonly kind: "reader" };

/** Every control of a model: keys, dials, strip segments, sensors, window, pedals, card reader. */
export function controlsOf(word: ModelWord): readonly DeckControl[] {
  const { layout, protocol } = modelOf(word);
  return [
    ...(protocol === "pedal" ? pedals() : keys(layout)),
    ...dials(layout),
    ...segments(layout),
    ...sensors(layout),
    ...otherParts(layout),
  ];
}

function keys({ keys: grid }: DeckLayout): readonly DeckControl[] {
  if (grid === undefined) return [];
  return count(grid.columns * grid.rows).map((index) => ({
    description: {
      id: controlId(`key-${index + 1}`),
      label: `key ${index + 1}`,
      input: { shape: "button" },
      output: grid.screen === undefined ? { kind: "none" } : image(grid.screen),
      place: { area: "keys", column: index % grid.columns, row: Math.floor(index / grid.columns) },
    },
    part: { kind: "button", index },
  }));
}

function pedals(): readonly DeckControl[] {
  return ["left", "middle", "right"].map((side, index) => ({
    description: {
      id: controlId(side),
      label: `${side} pedal`,
      // A foot may rest on it for an hour.
      input: { shape: "button", contact: "maintained" },
      output: { kind: "none" },
      place: { area: "pedals", column: index, row: 0 },
    },
    part: { kind: "button", index },
  }));
}

function dials({ dials: row }: DeckLayout): readonly DeckControl[] {
  return count(row?.count ?? 0).map((index) => ({
    description: {
      id: controlId(`dial-${index + 1}`),
      label: `dial ${index + 1}`,
      input: { shape: "encoder", push: "button" },
      output: row?.lamp === "rgb" ? LAMP : { kind: "none" },
      place: { area: "dials", column: index, row: 0 },
    },
    part: { kind: "dial", index },
  }));
}

function segments({ strip, dials: row }: DeckLayout): readonly DeckControl[] {
  if (strip === undefined || row === undefined) return [];
  const widthPx = strip.widthPx / row.count;
  return count(row.count).map((index) => ({
    description: {
      id: controlId(`strip-${index + 1}`),
      label: `strip ${index + 1}`,
      input: { shape: "touch" },
      output: image({ widthPx, heightPx: strip.heightPx }),
      place: { area: "strip", column: index, row: 0 },
    },
    part: { kind: "segment", leftPx: index * widthPx, widthPx },
  }));
}

/** The library counts them on behind the keys. */
function sensors({ sensors: amount, keys: grid }: DeckLayout): readonly DeckControl[] {
  const keyCount = grid === undefined ? 0 : grid.columns * grid.rows;
  return count(amount ?? 0).map((index) => ({
    description: {
      id: controlId(`sensor-${index + 1}`),
      label: `sensor ${index + 1}`,
      input: { shape: "button" },
      output: LAMP,
      place: { area: "sensors", column: index, row: 0 },
    },
    part: { kind: "button", index: keyCount + index },
  }));
}

function otherParts({ window, reader }: DeckLayout): readonly DeckControl[] {
  const found: DeckControl[] = [];
  if (window !== undefined)
    found.push({
      description: {
        id: controlId("window"),
        label: "window",
        input: { shape: "none" },
        output: image(window),
        place: { area: "window", column: 0, row: 0 },
      },
      part: { kind: "window" },
    });
  if (reader !== undefined)
    found.push({
      description: {
        id: controlId("card"),
        label: "card reader",
        input: { shape: "pulse" },
        output: { kind: "none" },
        place: { area: "nowhere" },
      },
      part: { kind: "reader" },
    });
  return found;
}

// No model blinks by itself.
const LAMP: ControlOutput = { kind: "lamp", colors: "rgb", blink: "by-bridge" };

function image({ widthPx, heightPx }: Screen): ControlOutput {
  return { kind: "image", widthPx, heightPx };
}

function count(amount: number): readonly number[] {
  return Array.from({ length: amount }, (_, index) => index);
}
