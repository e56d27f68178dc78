import type { Blink, Clock, ControlId } from "../../../src/driver/contract.ts";
import type { LampFrame } from "./lamps.ts";

/** Shows lamps that blink by themselves at some rates; at the others it switches them on and off by the clock. */
export interface Blinker {
  /** Resolves when the device has taken it. */
  show(lamp: ControlId, frame: LampFrame): Promise<void>;
  close(): void;
}

interface BlinkerTools {
  readonly clock: Clock;
  /** Whether the hardware of this lamp blinks like that without help. */
  blinksItself(lamp: ControlId, blink: Blink): boolean;
  send(lamp: ControlId, frame: LampFrame): Promise<void>;
  /** The device did not take a step of a blink. */
  failed(error: unknown): void;
}

/** Steps every 125 ms while a lamp blinks, and not otherwise. */
export function createBlinker({ clock, blinksItself, send, failed }: BlinkerTools): Blinker {
  const blinking = new Map<ControlId, LampFrame>();
  const sending = new Set<ControlId>();
  let step = 0;
  let cancelSteps: (() => void) | undefined;

  function keepStepping(): void {
    if (blinking.size === 0) {
      cancelSteps?.();
      cancelSteps = undefined;
    } else cancelSteps ??= clock.every(STEP_MS, advance);
  }

  function advance(): void {
    const before = step;
    step = (step + 1) % STEPS;
    for (const [lamp, frame] of blinking) {
      // A device that is slower than the blink misses a step; it is not sent more than it takes.
      if (isLit(frame, step) === isLit(frame, before) || sending.has(lamp)) continue;
      sending.add(lamp);
      send(lamp, phaseOf(frame, step))
        .catch(failed)
        .finally(() => sending.delete(lamp));
    }
  }

  return {
    async show(lamp, frame) {
      const isOurs = frame.blink !== "steady" && !blinksItself(lamp, frame.blink);
      if (isOurs) blinking.set(lamp, frame);
      else blinking.delete(lamp);
      keepStepping();
      await send(lamp, isOurs ? phaseOf(frame, step) : frame);
    },
    close() {
      blinking.clear();
      keepStepping();
    },
  };
}

// One second in eight steps, in the rhythm of lamps that the bridge drives; `#` is lit.
const STEP_MS = 125;
const patterns: Readonly<Record<Blink, string>> = {
  steady: "########",
  slow: "####----",
  fast: "#-#-#-#-",
  double: "#-#-----",
};
const STEPS = patterns.steady.length;

function isLit({ blink }: LampFrame, step: number): boolean {
  return patterns[blink][step] === "#";
}

function phaseOf(frame: LampFrame, step: number): LampFrame {
  return { kind: "lamp", rgb: isLit(frame, step) ? frame.rgb : [0, 0, 0], blink: "steady" };
}
