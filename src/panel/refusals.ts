import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId } from "../base/identifiers.ts";

const SHOWN_MS = 4000;

/** What the bridge itself refused, shown for a while on the control that was pressed and nowhere else. */
export class Refusals {
  readonly #clock: Clock;
  readonly #shown = new Map<ControlId, { readonly text: string; readonly hide: Cancel }>();
  readonly #changed: (control: ControlId) => void;

  constructor(clock: Clock, changed: (control: ControlId) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  note(control: ControlId, text: string): void {
    // One that comes again is shown for its own time.
    this.#shown.get(control)?.hide();
    const hide = this.#clock.after(SHOWN_MS, () => {
      this.#shown.delete(control);
      this.#changed(control);
    });
    this.#shown.set(control, { text, hide });
    this.#changed(control);
  }

  textOf(control: ControlId): string | undefined {
    return this.#shown.get(control)?.text;
  }
}
