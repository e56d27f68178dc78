import { createHeldBytes } from "../../../src/base/held-bytes.ts";
import { END, ESC, unescapeSlip } from "../../../src/base/slip.ts";
import { type Cutter, type CutterHost, OVERLONG } from "./cutter.ts";
import type { FrameOf } from "./frame-spec.ts";

/** RFC 1055. Empty frames, which double-ended senders produce, are nothing. */
export function createSlipCutter(spec: FrameOf<"slip">, host: CutterHost): Cutter {
  const held = createHeldBytes();
  let phase: "plain" | "escaped" | "skipping" = "plain";

  function reset(): void {
    held.clear();
    phase = "plain";
  }

  function end(): void {
    const payload = held.copy();
    const isWhole = phase === "plain";
    if (phase === "escaped") host.dropped(BAD_ESCAPE);
    reset();
    if (isWhole && payload.length > 0) host.framed(payload);
  }

  function hold(byte: number | undefined): void {
    if (byte !== undefined && held.length < spec.longestBytes) {
      held.append(byte);
      phase = "plain";
      return;
    }
    host.dropped(byte === undefined ? BAD_ESCAPE : OVERLONG);
    held.clear();
    phase = "skipping";
  }

  return {
    get state() {
      if (phase === "skipping") return "skipping";
      return held.length > 0 || phase === "escaped" ? "within" : "between";
    },
    take(byte) {
      if (byte === END) end();
      else if (phase === "escaped") hold(unescapeSlip(byte));
      else if (phase === "plain" && byte === ESC) phase = "escaped";
      else if (phase === "plain") hold(byte);
    },
    skipRest() {
      reset();
      phase = "skipping";
    },
    silence() {},
    finish: end,
    reset,
  };
}

const BAD_ESCAPE = "wrong escape";
