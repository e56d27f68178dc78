import type { Clock } from "../base/clock.ts";
import type { ControlId } from "../base/identifiers.ts";

const SHOWN_MS = 4000;

/** What the bridge itself refused, shown for a while on the control that was pressed and nowhere else. */
export class Refusals {
  readonly #clock: Clock;
  readonly #texts = new Map<ControlId, string>();
  readonly #changed: (control: ControlId) => void;

  constructor(clock: Clock, changed: (control: ControlId) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  note(control: ControlId, text: string): void {
    this.#texts.set(control, text);
    this.#changed(control);
    this.#clock.after(SHOWN_MS, () => {
      if (this.#texts.get(control) !== text) return;
      this.#texts.delete(control);
      this.#changed(control);
    });
  }

  textOf(control: ControlId): string | undefined {
    return this.#texts.get(control);
  }
}
