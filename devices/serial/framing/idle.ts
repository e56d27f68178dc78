import { createHeldBytes } from "../../../src/base/held-bytes.ts";
import { type Cutter, type CutterHost, isControl, lengthWithoutPadding, OVERLONG } from "./cutter.ts";
import type { FrameOf } from "./frame-spec.ts";

/** Frames that only silence ends. */
export function createIdleCutter(spec: FrameOf<"idle">, host: CutterHost): Cutter {
  const held = createHeldBytes();
  const isText = spec.content === "text";
  let isSkipping = false;

  function reset(): void {
    held.clear();
    isSkipping = false;
  }

  return {
    get state() {
      if (isSkipping) return "skipping";
      return held.length > 0 ? "within" : "between";
    },
    take(byte) {
      if (isSkipping || (isText && held.length === 0 && isControl(byte))) return;
      held.append(byte);
      if (held.length <= spec.longestBytes) return;
      host.dropped(OVERLONG);
      held.clear();
      isSkipping = true;
    },
    skipRest() {
      reset();
      isSkipping = true;
    },
    silence: reset,
    finish() {
      const whole = held.copy();
      const payload = isText ? whole.subarray(0, lengthWithoutPadding(whole)) : whole;
      reset();
      if (payload.length > 0) host.framed(payload);
    },
    reset,
  };
}
