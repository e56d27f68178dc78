import { createHeldBytes } from "../../../src/base/held-bytes.ts";
import { sealLength } from "./checksum.ts";
import { bytesOf, type Cutter, type CutterHost, OVERLONG } from "./cutter.ts";
import type { FrameOf } from "./frame-spec.ts";

/** Frames between a start and an end byte. A start within a frame begins it anew: its end was lost. */
export function createBracketsCutter(spec: FrameOf<"brackets">, host: CutterHost): Cutter {
  const held = createHeldBytes();
  const [start = 0] = bytesOf(spec.start);
  const [end = 0] = bytesOf(spec.end);
  /** The byte that says: the next one is content. */
  const mark = spec.escape === undefined ? undefined : bytesOf(spec.escape)[0];
  const trailerBytes = spec.checksumPlace === "after-end" ? sealLength(spec.checksum) : 0;
  let phase: "outside" | "inside" | "escaped" | "skipping" = "outside";
  /** Bytes of the checksum after the end that are still to come. */
  let awaited = 0;

  function hold(byte: number): void {
    held.append(byte);
    if (held.length <= spec.longestBytes + trailerBytes + 1) return;
    host.dropped(OVERLONG);
    reset();
  }

  function reset(): void {
    held.clear();
    phase = "outside";
    awaited = 0;
  }

  function emit(): void {
    const payload = held.copy();
    reset();
    if (payload.length > 0) host.framed(payload);
  }

  function takeTrailer(byte: number): void {
    held.append(byte);
    if (--awaited === 0) emit();
  }

  function takeInside(byte: number): void {
    if (byte === mark) phase = "escaped";
    else if (byte === end && trailerBytes === 0) emit();
    else if (byte === end) {
      held.append(end);
      awaited = trailerBytes;
    } else if (byte === start) {
      if (held.length > 0) host.dropped("unfinished frame");
      held.clear();
    } else hold(byte);
  }

  return {
    get state() {
      if (phase === "skipping") return "skipping";
      return phase === "outside" ? "between" : "within";
    },
    take(byte) {
      if (awaited > 0) takeTrailer(byte);
      else if (phase === "inside") takeInside(byte);
      else if (phase === "escaped") {
        phase = "inside";
        hold(byte ^ spec.escapeXor);
      } else if (byte === start) phase = "inside";
      else if (phase === "skipping" && byte === end) phase = "outside";
    },
    /** Only a start begins a frame: a tail cannot be mistaken for one. */
    skipRest() {
      reset();
      phase = "skipping";
    },
    silence: reset,
    finish: emit,
    reset,
  };
}
