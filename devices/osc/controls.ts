import type {
  ControlDescription,
  ControlEvent,
  ControlId,
  ControlInput,
  Frame,
  LinkMessage,
  Stroke,
} from "../../src/driver/contract.ts";
import type { OscMessage } from "./message.ts";
import type { OscSettings } from "./settings.ts";
import { numberOf, type StrokeReader } from "./stroke.ts";

type ShapeSettings = Pick<OscSettings, "encoders" | "faders" | "pulses">;

/** Every named address is a control; it is a button unless the settings list it as something else. */
export function describeControls(
  settings: ShapeSettings,
  named: readonly ControlId[],
): readonly ControlDescription[] {
  return named.map((id) => ({
    id,
    label: id,
    input: inputOf(settings, id),
    output: { kind: "lamp", colors: "rgb", blink: "by-device" },
    place: { area: "nowhere" },
  }));
}

/** What a message to a control reports; undefined where it means nothing for that shape. */
export function eventOf(
  control: ControlDescription,
  message: OscMessage,
  strokeOf: StrokeReader,
): ControlEvent | "unclear" | undefined {
  switch (control.input.shape) {
    case "encoder":
      return turn(control.id, message);
    case "fader":
      return move(control.id, message);
    case "pulse":
      return { kind: "pulsed", control: control.id, values: message.args.map(({ value }) => value) };
    default:
      return press(control.id, strokeOf(message.args));
  }
}

/**
 * What a control is sent to show a frame: `<address>/lamp` 0 dark, 1 steady, 2 slow, 3 fast, 4 double, then
 * `<address>/color` with red, green and blue; or `<address>/text`.
 */
export function messagesOf(control: ControlId, frame: Frame): readonly LinkMessage[] {
  switch (frame.kind) {
    case "lamp": {
      const isDark = frame.rgb.every((part) => part === 0);
      return [
        { text: `${control}/lamp`, values: [isDark ? 0 : LAMP_CODES[frame.blink]] },
        { text: `${control}/color`, values: [...frame.rgb] },
      ];
    }
    case "text":
      return [{ text: `${control}/text`, values: [frame.text] }];
    default:
      return [];
  }
}

const LAMP_CODES = { steady: 1, slow: 2, fast: 3, double: 4 } as const;
/** One message never turns further than this, whatever number it carries. */
const MOST_DETENTS = 100;

function inputOf(settings: ShapeSettings, id: ControlId): ControlInput {
  if (settings.encoders.includes(id)) return { shape: "encoder", push: "none" };
  if (settings.faders.includes(id)) return { shape: "fader" };
  if (settings.pulses.includes(id)) return { shape: "pulse" };
  return { shape: "button" };
}

function press(control: ControlId, stroke: Stroke): ControlEvent | "unclear" | undefined {
  if (stroke === "none") return undefined;
  if (stroke === "unclear") return stroke;
  return stroke === "click" ? { kind: "pulsed", control, values: [] } : { kind: stroke, control };
}

/** True and false are one detent forwards and back; a message without a number has no direction. */
function turn(control: ControlId, message: OscMessage): ControlEvent | undefined {
  const first = message.args[0];
  const isFlag = typeof first?.value === "boolean";
  const wanted = isFlag ? (first.value ? 1 : -1) : Math.round(numberOf(first) ?? 0);
  const detents = Math.max(-MOST_DETENTS, Math.min(MOST_DETENTS, wanted));
  return detents === 0 ? undefined : { kind: "turned", control, detents };
}

function move(control: ControlId, message: OscMessage): ControlEvent | undefined {
  const first = message.args[0];
  const position = typeof first?.value === "boolean" ? Number(first.value) : numberOf(first);
  if (position === undefined) return undefined;
  return { kind: "moved", control, fraction: Math.max(0, Math.min(1, position)) };
}

/** The addresses that are controls, as the mapping names them now. */
export interface ControlBook {
  all(): readonly ControlDescription[];
  find(address: string): ControlDescription | undefined;
  rename(named: readonly ControlId[]): void;
}

/** A book of the controls that the mapping names. */
export function createControlBook(settings: OscSettings, named: readonly ControlId[]): ControlBook {
  let controls: readonly ControlDescription[] = [];
  let byAddress = new Map<string, ControlDescription>();
  const book: ControlBook = {
    all: () => controls,
    find: (address) => byAddress.get(address),
    rename(names) {
      controls = describeControls(settings, names);
      byAddress = new Map(controls.map((control) => [control.id, control]));
    },
  };
  book.rename(named);
  return book;
}
