import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId } from "../base/identifiers.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Deliberate, Gesture, GestureSettings } from "./gesture.ts";

/** What a person is told meanwhile. */
export type Asked =
  | { readonly kind: "press-again" }
  | { readonly kind: "counting"; readonly leftSeconds: number }
  | { readonly kind: "called-off" }
  | { readonly kind: "hold-too"; readonly control: ControlId };

interface DeliberationTools<Binding> {
  readonly clock: Clock;
  /** A countdown has ended. */
  due(gesture: Gesture<Binding>): void;
  ask(gesture: Gesture<Binding>, asked: Asked): void;
}

/** The second press has to come within this time; the key says so as long. */
const CONFIRM_WITHIN_MS = 3000;

type Settled = { readonly settings: Pick<GestureSettings, "deliberate"> };

/** Between a gesture and its actions: whether it has to come twice, together with another control, or later. */
export class Deliberation<Binding extends Settled> {
  readonly #tools: DeliberationTools<Binding>;
  readonly #down = new Set<ControlId>();
  /** By control: the gesture that has come once. */
  readonly #once = new Map<ControlId, { readonly key: string; readonly untilMs: number }>();
  readonly #counting = new Map<ControlId, Cancel>();

  constructor(tools: DeliberationTools<Binding>) {
    this.#tools = tools;
  }

  /** Every touch of the device: a control may have to be held while another one is pressed. */
  touch({ kind, control }: ControlEvent): void {
    if (kind === "down" || kind === "held") this.#down.add(control);
    if (kind === "up") this.#down.delete(control);
  }

  /** False: it is to be done now. Of what is counted down `due` is told at the end. */
  holdsBack(gesture: Gesture<Binding>): boolean {
    const { deliberate } = gesture.binding.settings;
    if (deliberate === undefined) return false;
    const missing = this.#findMissing(gesture, deliberate);
    if (missing !== undefined) this.#tools.ask(gesture, missing);
    else if (deliberate.delayMs > 0) this.#count(gesture, gesture.completedAtMs + deliberate.delayMs);
    return missing !== undefined || deliberate.delayMs > 0;
  }

  /** The device is gone: what was asked or counted is called off. */
  forget(): void {
    for (const cancel of this.#counting.values()) cancel();
    this.#counting.clear();
    this.#once.clear();
    this.#down.clear();
  }

  #findMissing(gesture: Gesture<Binding>, { together, confirm }: Deliberate): Asked | undefined {
    if (this.#callOff(gesture.control)) return { kind: "called-off" };
    const isTogether = together === undefined || this.#down.has(together);
    if (!isTogether) return { kind: "hold-too", control: together };
    return confirm && !this.#isSecond(gesture) ? { kind: "press-again" } : undefined;
  }

  #callOff(control: ControlId): boolean {
    this.#counting.get(control)?.();
    return this.#counting.delete(control);
  }

  #isSecond({ control, key, completedAtMs }: Gesture<Binding>): boolean {
    const once = this.#once.get(control);
    this.#once.delete(control);
    if (once?.key === key && completedAtMs <= once.untilMs) return true;
    this.#once.set(control, { key, untilMs: completedAtMs + CONFIRM_WITHIN_MS });
    return false;
  }

  /** A second at a time, for the eyes. The gesture is complete at its end: a machine that slept meanwhile is too late. */
  #count(gesture: Gesture<Binding>, dueMs: number): void {
    const { clock, ask, due } = this.#tools;
    const leftMs = dueMs - clock.monotonicMs();
    if (leftMs <= 0) {
      this.#counting.delete(gesture.control);
      due({ ...gesture, completedAtMs: dueMs });
      return;
    }
    const leftSeconds = Math.ceil(leftMs / 1000);
    ask(gesture, { kind: "counting", leftSeconds });
    const nextMs = leftMs - (leftSeconds - 1) * 1000;
    this.#counting.set(
      gesture.control,
      clock.after(nextMs, () => this.#count(gesture, dueMs)),
    );
  }
}
