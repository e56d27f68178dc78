import type { Cancel, Clock } from "../base/clock.ts";
import { untilHoursChange } from "../base/hours.ts";
import type { DeviceMapping, Mapping } from "../mapping/mapping.ts";

/** Tells when hours begin or end at which panels look otherwise: by one timer, which waits for the next such moment. */
export class HourChanges {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #hours: readonly string[] = [];
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** From now on, the hours of this mapping. */
  follow({ devices }: Pick<Mapping, "devices">): void {
    this.#hours = [...new Set([...devices.values()].flatMap(hoursOf))];
    this.#wait();
  }

  /** The clock was set, or the machine slept: it may be another hour now. */
  lookAgain(): void {
    if (this.#hours.length === 0) return;
    this.#wait();
    this.#changed();
  }

  close(): void {
    this.#cancel();
  }

  #wait(): void {
    this.#cancel();
    const afterMs = untilHoursChange(this.#clock.wallMs(), this.#hours);
    if (afterMs !== undefined) this.#cancel = this.#clock.after(afterMs, () => this.lookAgain());
  }
}

/** Those at which the panel looks otherwise. */
export function hoursOf({ brightnessAt, languageAt }: DeviceMapping): readonly string[] {
  return [...brightnessAt, ...languageAt].map(([hours]) => hours);
}
