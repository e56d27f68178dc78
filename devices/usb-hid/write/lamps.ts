import {
  type Blink,
  type ControlId,
  type ControlOutput,
  controlId,
  type Frame,
  type LampColors,
  type Rgb,
} from "../../../src/driver/contract.ts";
import type { FrameOrName, LampRule, LampStep, OutputRules } from "../profile/lamp-grammar.ts";
import { type Numbered, numberControls } from "../profile/numbering.ts";
import type { Profile } from "../profile/profile.ts";
import { type LampVariable, numberOf, type Variables, variableWords } from "../profile/variables.ts";
import { encodeFrame, type OutReport } from "./encode-frame.ts";

/** A frame for a lamp. */
export type LampFrame = Extract<Frame, { kind: "lamp" }>;

/** The lamps of one opened device: what each shows, and the reports that say so. Sends nothing by itself. */
export interface Lamps {
  /** Takes what a lamp shall show from now on, and gives what is to be sent. */
  show(lamp: ControlId, frame: LampFrame): readonly OutReport[];
  /** What all lamps show, again. */
  repeat(): readonly OutReport[];
  /** Those that are lit dark: a panel with hundreds of lamps has no time for the others when it is closed. */
  darken(): readonly OutReport[];
  init(): readonly OutReport[];
  close(): readonly OutReport[];
  keepAlive(): readonly OutReport[];
  /** What frames outside of lamps are filled with. */
  readonly variables: Variables;
}

/** A lamp for the device's description. */
interface LampPlace extends Numbered {
  readonly rule: LampRule;
}

/** Every single lamp of a profile. */
export function lampsOf(profile: Profile): readonly LampPlace[] {
  return Object.entries(profile.output?.lamps ?? {}).flatMap(([id, rule]) =>
    numberControls({ ...rule, id }, rule.count ?? 1).map((lamp) => ({ ...lamp, rule })),
  );
}

/** What a lamp can show, for the device's description. */
export function outputOf(rule: LampRule): ControlOutput {
  return {
    kind: "lamp",
    colors: colorsOf(rule),
    blink: rule.blink === "by-bridge" ? "by-bridge" : "by-device",
  };
}

/** Whether the hardware of the lamp blinks like that when its frames say so. */
export function blinksItself({ blink: can }: LampRule, blink: Blink): boolean {
  if (blink === "steady" || can === "by-bridge") return false;
  return can === "by-device" || can.includes(blink);
}

/** All lamps are dark at first. */
export function createLamps(profile: Profile): Lamps {
  const rules = profile.output;
  const lamps = new Map(lampsOf(profile).map((lamp) => [controlId(lamp.id), createLamp(lamp)]));
  const elsewhere: Variables = (name) => {
    const [lamp = "", variable] = name.split(":");
    return variable === undefined ? undefined : lamps.get(controlId(lamp))?.variables(variable);
  };
  const encode = (frames: readonly FrameOrName[], variables: Variables = elsewhere) =>
    frames.flatMap((frame) => {
      const rule = frameOf(frame, rules);
      return rule === undefined ? [] : [encodeFrame(rule, variables, rules?.length)];
    });
  const send = ({ place, variables }: Lamp): readonly OutReport[] => {
    const all: Variables = (name) => variables(name) ?? elsewhere(name);
    return encode(
      place.rule.set.flatMap((step) => frameOfStep(step, all)),
      all,
    );
  };
  const repeat = () => withoutEchoes([...lamps.values()].flatMap(send));
  return {
    show(id, frame) {
      const lamp = lamps.get(id);
      if (lamp === undefined) throw new Error(`this device has no lamp ${id}`);
      lamp.take(frame);
      return send(lamp);
    },
    repeat,
    variables: elsewhere,
    darken() {
      const lit = [...lamps.values()].filter(({ variables }) => variables("on") === 1);
      for (const lamp of lit) lamp.take(DARK);
      return withoutEchoes(lit.flatMap(send));
    },
    init: () => encode(rules?.init ?? []),
    close: () => encode(rules?.close ?? []),
    keepAlive: () => [
      ...encode(rules?.keepAlive?.frames ?? []),
      ...(rules?.keepAlive?.repeatLamps === true ? repeat() : []),
    ],
  };
}

const DARK: LampFrame = { kind: "lamp", rgb: [0, 0, 0], blink: "steady" };

interface Lamp {
  readonly place: LampPlace;
  readonly variables: Variables;
  take(frame: LampFrame): void;
}

function createLamp(place: LampPlace): Lamp {
  const { rule, number, index, column, row } = place;
  const palette = paletteOf(rule);
  const fixed = { ...rule.vars, n: number, index, column, row };
  let shown = describeFrame(DARK, rule, palette);
  return {
    place,
    variables: (name) => (Object.hasOwn(shown, name) ? shown[name as LampVariable] : fixedValue(fixed, name)),
    take(frame) {
      shown = describeFrame(frame, rule, palette);
    },
  };
}

function fixedValue(fixed: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(fixed, name) ? fixed[name] : undefined;
}

function describeFrame(
  { rgb, blink }: LampFrame,
  rule: LampRule,
  palette: readonly PaletteColor[],
): Partial<Record<LampVariable, number>> {
  const isLit = rgb.some((part) => part > 0);
  const [red, green, blue]: Rgb = rule.can === "bits" ? mostly(rgb) : rgb;
  const step = isLit ? (variableWords.blink?.indexOf(blink) ?? 0) : 0;
  return {
    red,
    green,
    blue,
    on: Number(isLit),
    blink: step,
    state: isLit ? step + 1 : 0,
    palette: isLit ? nearestNumber(palette, rgb) : 0,
  };
}

/** Each part on or off; a colour too dark for any is what it has most of. */
function mostly(rgb: Rgb): Rgb {
  const most = Math.max(...rgb);
  const on = (part: number) => (part > 0 && part * 2 >= most ? 255 : 0);
  return [on(rgb[0]), on(rgb[1]), on(rgb[2])];
}

function frameOf(frame: FrameOrName, rules: OutputRules | undefined) {
  return typeof frame === "string" ? rules?.frames[frame] : frame;
}

function frameOfStep(step: LampStep, variables: Variables): readonly FrameOrName[] {
  if (typeof step === "string" || !("when" in step)) return [step];
  const isMet = Object.entries(step.when).every(([variable, wanted]) => {
    const number = variables(variable) ?? 0;
    return (Array.isArray(wanted) ? wanted : [wanted]).some((word) => numberOf(variable, word) === number);
  });
  return isMet ? [step.frame] : [];
}

/** Lamps that share a report would send it once each. */
function withoutEchoes(reports: readonly OutReport[]): readonly OutReport[] {
  return reports.filter((report, index) => {
    const next = reports[index + 1];
    return next === undefined || next.via !== report.via || Buffer.compare(next.bytes, report.bytes) !== 0;
  });
}

/** A colour of a lamp that has only some, and the number that stands for it. */
interface PaletteColor {
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

function paletteOf({ can }: LampRule): readonly PaletteColor[] {
  if (typeof can === "string") return [];
  return Object.entries(can.palette).map(([color, number]) => ({ rgb: readColor(color), number }));
}

/** What the painter is told that the lamp can show. */
function colorsOf(rule: LampRule): LampColors {
  if (rule.can === "mono" || rule.can === "rgb") return rule.can;
  return rule.can === "bits" ? mixed : paletteOf(rule).map(({ rgb }) => rgb);
}

/** The number of the nearest colour. */
function nearestNumber(palette: readonly PaletteColor[], wanted: Rgb): number {
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
