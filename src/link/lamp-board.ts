import type { ControlId } from "../base/identifiers.ts";
import type { OpenPanel } from "../driver/contract.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { Blink, Frame } from "../driver/frame.ts";

/** How a lamp at the other end is told: dark, steady, 1 Hz, 4 Hz, two short flashes. */
export type LampWord = "OFF" | "ON" | "SLOW" | "FAST" | "DOUBLE";

/** The buttons and lamps that a mapping gives to a control system: keys on a touch panel, drawn by its programmer. */
export class LampBoard {
  readonly #lamps = new Map<ControlId, LampWord>();
  #changed: (control: ControlId, lamp: LampWord) => void = () => undefined;

  onChange(changed: (control: ControlId, lamp: LampWord) => void): void {
    this.#changed = changed;
  }

  /** By its name, in whatever capitals; dark until it is drawn. */
  find(name: string): ControlId | undefined {
    for (const control of this.#lamps.keys()) {
      if (control.toLowerCase() === name.toLowerCase()) return control;
    }
    return undefined;
  }

  lampOf(control: ControlId): LampWord {
    return this.#lamps.get(control) ?? "OFF";
  }

  all(): ReadonlyMap<ControlId, LampWord> {
    return this.#lamps;
  }

  /** The panel face of these controls; those not named any more are forgotten. */
  openPanel(named: readonly ControlId[]): OpenPanel {
    let controls = this.#adopt(named);
    return {
      get controls() {
        return controls;
      },
      show: (control, frame) => {
        this.#show(control, frame);
        return Promise.resolve();
      },
      rename: (renamed) => {
        controls = this.#adopt(renamed);
      },
    };
  }

  #adopt(named: readonly ControlId[]): readonly ControlDescription[] {
    for (const control of [...this.#lamps.keys()]) if (!named.includes(control)) this.#lamps.delete(control);
    for (const control of named) this.#lamps.set(control, this.lampOf(control));
    return named.map(describeButton);
  }

  #show(control: ControlId, frame: Frame): void {
    if (frame.kind !== "lamp" || !this.#lamps.has(control)) return;
    const lamp = frame.rgb.some((part) => part > 0) ? blinkWords[frame.blink] : "OFF";
    this.#lamps.set(control, lamp);
    this.#changed(control, lamp);
  }
}

/** `DOUBLE` is two short flashes: a fault, or a state that is not known any more. */
const blinkWords: Readonly<Record<Blink, LampWord>> = {
  steady: "ON",
  slow: "SLOW",
  fast: "FAST",
  double: "DOUBLE",
};

/** A control that is a button and a lamp without colours at the other side. */
export function describeButton(id: ControlId): ControlDescription {
  return {
    id,
    label: id,
    input: { shape: "button" },
    output: { kind: "lamp", colors: "mono", blink: "by-device" },
    place: { area: "nowhere" },
  };
}
