import type { LampColors, Rgb } from "../../src/driver/contract.ts";
import type { LampRule } from "./lamp-grammar.ts";

/** A colour of a lamp that has only some, and the number that stands for it. */
export interface PaletteColor {
  readonly rgb: Rgb;
  readonly number: number;
}

const names: Readonly<Record<string, Rgb>> = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  orange: [255, 128, 0],
  amber: [255, 191, 0],
  cyan: [0, 255, 255],
  magenta: [255, 0, 255],
  white: [255, 255, 255],
};
/** Red, green and blue, each on or off. */
const mixed: readonly Rgb[] = ["red", "green", "blue", "yellow", "cyan", "magenta", "white"].flatMap(
  (name) => (names[name] === undefined ? [] : [names[name]]),
);

export function paletteOf({ can }: LampRule): readonly PaletteColor[] {
  if (typeof can === "string") return [];
  return Object.entries(can.palette).map(([color, number]) => ({ rgb: readColor(color), number }));
}

/** What the painter is told that the lamp can show. */
export function colorsOf(rule: LampRule): LampColors {
  if (rule.can === "mono" || rule.can === "rgb") return rule.can;
  return rule.can === "bits" ? mixed : paletteOf(rule).map(({ rgb }) => rgb);
}

/** The number of the nearest colour. */
export function nearestNumber(palette: readonly PaletteColor[], wanted: Rgb): number {
  const [first, ...others] = palette;
  if (first === undefined) return 0;
  const distance = ({ rgb }: PaletteColor) =>
    (rgb[0] - wanted[0]) ** 2 + (rgb[1] - wanted[1]) ** 2 + (rgb[2] - wanted[2]) ** 2;
  return others.reduce((best, one) => (distance(one) < distance(best) ? one : best), first).number;
}

function readColor(text: string): Rgb {
  const named = names[text.toLowerCase()];
  if (named !== undefined) return named;
  const number = Number.parseInt(text.slice(1), 16);
  return [number >> 16, (number >> 8) & 0xff, number & 0xff];
}
