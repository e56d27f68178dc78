import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId, RoomName } from "../base/identifiers.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { Blink, Frame } from "../driver/frame.ts";
import type { Look } from "../feedback/look.ts";
import type { WriteQueue } from "./write-queue.ts";

export interface PainterTools {
  readonly clock: Clock;
  readonly queue: WriteQueue;
  readonly controls: readonly ControlDescription[];
  /** The look that is right now, and whether time alone will change it; nothing for controls without one. */
  lookOf(
    control: ControlId,
  ): { readonly look: Look; readonly ticks: boolean; readonly room: RoomName } | undefined;
  reduce(look: Look, control: ControlDescription): Frame | undefined;
}

/** What a control without a look shows: never what was left on it by an earlier mapping or process. */
const blank: Look = { color: "off", text: "", icon: "none", blink: "steady", oneColor: "dark" };
const TICK_MS = 1000;
const REPAINT_MS = 60_000;
/** One step of a bridge-driven blink. */
const BLINK_STEP_MS = 125;

/** Draws one open device from the state of the rooms. Remembers no pictures: a new device gets a new painter. */
export class Painter {
  readonly #tools: PainterTools;
  readonly #ticking = new Set<ControlId>();
  readonly #blinking = new Map<ControlId, Extract<Frame, { kind: "lamp" }>>();
  readonly #cancels: Cancel[];
  #cancelBlink: Cancel | undefined;
  #step = 0;

  constructor(tools: PainterTools) {
    this.#tools = tools;
    this.#cancels = [
      tools.clock.every(TICK_MS, () => this.#paint(this.#ticking)),
      tools.clock.every(REPAINT_MS, () => {
        tools.queue.forget();
        this.paintAll();
      }),
    ];
    this.paintAll();
  }

  paintAll(): void {
    this.#paint(this.#tools.controls.map((control) => control.id));
  }

  paintRoom(room: RoomName): void {
    const { controls, lookOf } = this.#tools;
    this.#paint(controls.map((control) => control.id).filter((id) => lookOf(id)?.room === room));
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancelBlink?.();
    this.#tools.queue.close();
  }

  #paint(wanted: Iterable<ControlId>): void {
    const ids = new Set(wanted);
    for (const control of this.#tools.controls) if (ids.has(control.id)) this.#paintOne(control);
    this.#blinkIfNeeded();
  }

  #paintOne(control: ControlDescription): void {
    const { lookOf, reduce, queue } = this.#tools;
    const chosen = lookOf(control.id);
    this.#ticking.delete(control.id);
    this.#blinking.delete(control.id);
    if (chosen?.ticks) this.#ticking.add(control.id);
    const frame = reduce(chosen?.look ?? blank, control);
    if (frame === undefined) return;
    const { output } = control;
    const isBlinkOurs = output.kind === "lamp" && output.blink === "by-bridge";
    if (isBlinkOurs && frame.kind === "lamp" && frame.blink !== "steady") {
      this.#blinking.set(control.id, frame);
      queue.put(control.id, this.#atStep(frame));
    } else queue.put(control.id, frame);
  }

  #blinkIfNeeded(): void {
    if (this.#blinking.size > 0 === (this.#cancelBlink !== undefined)) return;
    if (this.#blinking.size > 0) {
      this.#cancelBlink = this.#tools.clock.every(BLINK_STEP_MS, () => this.#blink());
    } else {
      this.#cancelBlink?.();
      this.#cancelBlink = undefined;
    }
  }

  #blink(): void {
    this.#step = (this.#step + 1) % 8;
    for (const [control, frame] of this.#blinking) this.#tools.queue.put(control, this.#atStep(frame));
  }

  #atStep(frame: Extract<Frame, { kind: "lamp" }>): Frame {
    const isLit = blinkPatterns[frame.blink][this.#step] === "#";
    return { kind: "lamp", rgb: isLit ? frame.rgb : [0, 0, 0], blink: "steady" };
  }
}

/** One second in eight steps; `#` is lit. */
const blinkPatterns: Readonly<Record<Blink, string>> = {
  steady: "########",
  slow: "####----",
  fast: "#-#-#-#-",
  double: "#-#-----",
};
