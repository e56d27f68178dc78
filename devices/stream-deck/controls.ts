import { type ControlDescription, type ControlOutput, controlId } from "../../src/driver/contract.ts";
import { type Cell, type Grid, seenAt, seenSize, type Turn } from "../../src/driver/hid/turn.ts";
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

/**
 * Every control of a model: keys, dials, strip segments, sensors, window, pedals, card reader. Numbered, placed and sized
 * as somebody sees them who stands before the deck as it is mounted.
 */
export function controlsOf(word: ModelWord, turn: Turn = 0): readonly DeckControl[] {
  const { layout, protocol } = modelOf(word);
  return [
    ...(protocol === "pedal" ? pedals(turn) : keys(layout, turn)),
    ...dials(layout, turn),
    ...segments(layout, turn),
    ...sensors(layout, turn),
    ...otherParts(layout, turn),
  ];
}

function keys({ keys: grid }: DeckLayout, turn: Turn): readonly DeckControl[] {
  if (grid === undefined) return [];
  return seenCells(grid, turn).map(({ index, cell }, at) => ({
    description: {
      id: controlId(`key-${at + 1}`),
      label: `key ${at + 1}`,
      input: { shape: "button" },
      output: grid.screen === undefined ? { kind: "none" } : image(grid.screen, turn),
      place: { area: "keys", ...cell },
    },
    part: { kind: "button", index },
  }));
}

function pedals(turn: Turn): readonly DeckControl[] {
  const sides = ["left", "middle", "right"];
  return seenCells(rowOf(sides.length), turn).map(({ index, cell }, at) => ({
    description: {
      id: controlId(sides[at] ?? ""),
      label: `${sides[at]} pedal`,
      // A foot may rest on it for an hour.
      input: { shape: "button", contact: "maintained" },
      output: { kind: "none" },
      place: { area: "pedals", ...cell },
    },
    part: { kind: "button", index },
  }));
}

function dials({ dials: row }: DeckLayout, turn: Turn): readonly DeckControl[] {
  return seenCells(rowOf(row?.count ?? 0), turn).map(({ index, cell }, at) => ({
    description: {
      id: controlId(`dial-${at + 1}`),
      label: `dial ${at + 1}`,
      input: { shape: "encoder", push: "button" },
      output: row?.lamp === "rgb" ? LAMP : { kind: "none" },
      place: { area: "dials", ...cell },
    },
    part: { kind: "dial", index },
  }));
}

function segments({ strip, dials: row }: DeckLayout, turn: Turn): readonly DeckControl[] {
  if (strip === undefined || row === undefined) return [];
  const widthPx = strip.widthPx / row.count;
  return seenCells(rowOf(row.count), turn).map(({ index, cell }, at) => ({
    description: {
      id: controlId(`strip-${at + 1}`),
      label: `strip ${at + 1}`,
      input: { shape: "touch" },
      output: image({ widthPx, heightPx: strip.heightPx }, turn),
      place: { area: "strip", ...cell },
    },
    part: { kind: "segment", leftPx: index * widthPx, widthPx },
  }));
}

/** The library counts them on behind the keys. */
function sensors({ sensors: amount, keys: grid }: DeckLayout, turn: Turn): readonly DeckControl[] {
  const keyCount = grid === undefined ? 0 : grid.columns * grid.rows;
  return seenCells(rowOf(amount ?? 0), turn).map(({ index, cell }, at) => ({
    description: {
      id: controlId(`sensor-${at + 1}`),
      label: `sensor ${at + 1}`,
      input: { shape: "button" },
      output: LAMP,
      place: { area: "sensors", ...cell },
    },
    part: { kind: "button", index: keyCount + index },
  }));
}

function otherParts({ window, reader }: DeckLayout, turn: Turn): readonly DeckControl[] {
  const found: DeckControl[] = [];
  if (window !== undefined)
    found.push({
      description: {
        id: controlId("window"),
        label: "window",
        input: { shape: "none" },
        output: image(window, turn),
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

function image(screen: Screen, turn: Turn): ControlOutput {
  return { kind: "image", ...seenSize(turn, screen) };
}

function rowOf(columns: number): Grid {
  return { columns, rows: 1 };
}

/** The cells of a grid in the order in which a person reads them, each with the hardware's own index. */
function seenCells(grid: Grid, turn: Turn): readonly { readonly index: number; readonly cell: Cell }[] {
  return Array.from({ length: grid.columns * grid.rows }, (_, index) => ({
    index,
    cell: seenAt(turn, grid, { column: index % grid.columns, row: Math.floor(index / grid.columns) }),
  })).sort((one, other) => one.cell.row - other.cell.row || one.cell.column - other.cell.column);
}
