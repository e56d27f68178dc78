import {
  type Blink,
  type ControlId,
  type ControlOutput,
  controlId,
  type Frame,
  type Rgb,
} from "../../src/driver/contract.ts";
import { encodeFrame, type OutReport } from "./encode-frame.ts";
import { colorsOf, nearestNumber, type PaletteColor, paletteOf } from "./lamp-colors.ts";
import type { FrameOrName, LampRule, LampStep, OutputRules } from "./lamp-grammar.ts";
import { type Numbered, numberControls } from "./numbering.ts";
import type { Profile } from "./profile.ts";
import { type LampVariable, numberOf, type Variables, variableWords } from "./variables.ts";

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
export interface LampPlace extends Numbered {
  readonly rule: LampRule;
}

/** Every single lamp of a profile. */
export function lampsOf(profile: Profile): readonly LampPlace[] {
  return Object.entries(profile.output?.lamps ?? {}).flatMap(([id, rule]) =>
    numberControls({ ...rule, id }, rule.count ?? 1).map((lamp) => ({ ...lamp, rule })),
  );
}

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
