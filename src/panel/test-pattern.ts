import type { Cancel, Clock } from "../base/clock.ts";
import type { ColorName, Look } from "../feedback/look.ts";

/** `identify`: the panel's name on everything; `lamp-test`: each colour in turn. */
export type PanelTest = "identify" | "lamp-test";

/** What a lamp test walks over everything. */
export const walkedColors: readonly ColorName[] = ["red", "green", "blue", "white", "off"];

const IDENTIFY_MS = 5000;
const STEP_MS = 600;

/** A field of one colour with a text. */
export function testLook(color: ColorName, text: string): Look {
  const oneColor = color === "off" ? "dark" : "lit";
  return { color, text, icon: "none", blink: "steady", oneColor, caption: "", badge: "" };
}

/** What stands on a panel while somebody looks for it or tries its lamps; it ends by itself. */
export class TestPattern {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #cancel: Cancel = () => undefined;
  #look: Look | undefined;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get look(): Look | undefined {
    return this.#look;
  }

  begin(test: PanelTest, name: string): void {
    this.end();
    if (test === "identify") this.#show([testLook("blue", name)], IDENTIFY_MS);
    else
      this.#show(
        walkedColors.map((color) => testLook(color, color === "off" ? "" : color)),
        STEP_MS,
      );
  }

  end(): void {
    this.#cancel();
    this.#look = undefined;
  }

  #show([look, ...others]: readonly Look[], eachMs: number): void {
    this.#look = look;
    this.#changed();
    if (look !== undefined) this.#cancel = this.#clock.after(eachMs, () => this.#show(others, eachMs));
  }
}
