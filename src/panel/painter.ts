import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId, RoomName } from "../base/identifiers.ts";
import { sharedTurnOf } from "../base/shared-turn.ts";
import type { ControlDescription, ControlOutput } from "../driver/control.ts";
import type { Blink } from "../driver/frame.ts";
import type { Look } from "../feedback/look.ts";
import type { Moment, Reduce } from "./reduce.ts";
import type { WriteQueue } from "./write-queue.ts";

interface PainterTools {
  readonly clock: Clock;
  readonly queue: WriteQueue;
  readonly controls: readonly ControlDescription[];
  /** The look that is right now; nothing for controls without one. */
  lookOf(control: ControlId): ChosenLook | undefined;
  /** How far a hold of this control has come, 0 to 1; nothing while none is under way. */
  progressOf(control: ControlId): number | undefined;
  brightness(): Moment["brightness"];
  /** Sets anew what the device keeps besides its pictures. */
  refresh(): void;
  readonly reduce: Reduce;
}

export interface ChosenLook {
  readonly look: Look;
  /** Whether time alone will change it. */
  readonly ticks: boolean;
  /** Absent for labels that no room stands behind. */
  readonly room: RoomName | undefined;
}

/** What a control without a look shows: never what was left on it by an earlier mapping or process. */
const blank: Look = {
  color: "off",
  text: "",
  icon: "none",
  blink: "steady",
  oneColor: "dark",
  caption: "",
  badge: "",
};
/** For so long somebody who has touched a panel looks at it: it is drawn before others. */
const WATCHED_MS = 10_000;
const TICK_MS = 1000;
const REPAINT_MS = 60_000;
/** One step of a bridge-driven blink, and of a hold's ring. */
const STEP_MS = 125;

/**
 * Draws one open device from the state of the rooms, beside others in small turns; the control under a finger at once. Remembers no
 * pictures: a new device gets a new painter.
 */
export class Painter {
  readonly #tools: PainterTools;
  readonly #ticking = new Set<ControlId>();
  /** Controls that change with every step: they blink, or a hold is under way. */
  readonly #stepping = new Set<ControlId>();
  readonly #cancels: Cancel[];
  /** Controls whose drawing has been put off. */
  readonly #waiting = new Set<ControlDescription>();
  #touchedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #cancelSteps: Cancel | undefined;
  #step = 0;

  constructor(tools: PainterTools) {
    this.#tools = tools;
    this.#cancels = [
      tools.clock.every(TICK_MS, () => this.#paintThose(this.#ticking)),
      tools.clock.every(REPAINT_MS, () => {
        tools.refresh();
        tools.queue.forget();
        this.paintAll();
      }),
    ];
    this.paintAll();
  }

  paintAll(): void {
    this.#paint(this.#tools.controls);
  }

  paintRoom(room: RoomName): void {
    const { controls, lookOf } = this.#tools;
    this.#paint(controls.filter(({ id }) => lookOf(id)?.room === room));
  }

  /** A finger came or went: a hold's ring may begin or vanish. */
  paintControl(control: ControlId): void {
    this.#touchedMs = this.#tools.clock.monotonicMs();
    for (const one of this.#tools.controls) if (one.id === control) this.#paintOne(one);
    this.#stepIfNeeded();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    for (const cancel of this.#cancels) cancel();
    this.#cancelSteps?.();
    this.#tools.queue.close();
  }

  #paintThose(ids: ReadonlySet<ControlId>): void {
    this.#paint(this.#tools.controls.filter(({ id }) => ids.has(id)));
  }

  #paint(controls: Iterable<ControlDescription>): void {
    const isPlanned = this.#waiting.size > 0;
    for (const control of controls) this.#waiting.add(control);
    if (!isPlanned) this.#paintWaiting();
  }

  #paintWaiting(): void {
    const turn = sharedTurnOf(this.#tools.clock);
    for (const control of this.#waiting) {
      if (!turn.hasTime()) break;
      this.#paintOne(control);
    }
    const isWatched = this.#tools.clock.monotonicMs() - this.#touchedMs < WATCHED_MS;
    if (this.#waiting.size > 0) turn.join(() => this.#paintWaiting(), isWatched ? "first" : "last");
    this.#stepIfNeeded();
  }

  #paintOne(control: ControlDescription): void {
    const { id, output } = control;
    this.#waiting.delete(control);
    const { lookOf, progressOf, brightness, reduce, queue } = this.#tools;
    const chosen = lookOf(id);
    const look = chosen?.look ?? blank;
    const progress = progressOf(id);
    const isStill = look.isStill === true && output.kind === "image";
    const isBlinking = look.blink !== "steady" && isBlinkOurs(output) && !isStill;
    include(this.#ticking, id, chosen?.ticks === true);
    include(this.#stepping, id, isBlinking || progress !== undefined);
    const phase = isBlinking && blinkPatterns[look.blink][this.#step] === "-" ? "dark" : "lit";
    const frame = reduce(look, output, { phase, progress, brightness: brightness() });
    if (frame !== undefined) queue.put(id, frame);
  }

  #stepIfNeeded(): void {
    const isNeeded = this.#stepping.size > 0 && !this.#isClosed;
    if (isNeeded === (this.#cancelSteps !== undefined)) return;
    this.#cancelSteps?.();
    // The next blink begins lit.
    this.#step = 0;
    this.#cancelSteps = isNeeded ? this.#tools.clock.every(STEP_MS, () => this.#advance()) : undefined;
  }

  #advance(): void {
    this.#step = (this.#step + 1) % 8;
    this.#paintThose(this.#stepping);
  }
}

/** One second in eight steps; `#` is lit. */
const blinkPatterns: Readonly<Record<Blink, string>> = {
  steady: "########",
  slow: "####----",
  fast: "#-#-#-#-",
  double: "#-#-----",
};

function isBlinkOurs(output: ControlOutput): boolean {
  return output.kind === "image" || (output.kind === "lamp" && output.blink === "by-bridge");
}

function include(set: Set<ControlId>, id: ControlId, isWanted: boolean): void {
  if (isWanted) set.add(id);
  else set.delete(id);
}
