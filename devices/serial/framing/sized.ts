import { createHeldBytes, type HeldBytes } from "../../../src/base/held-bytes.ts";
import { bytesOf, type Cutter, type CutterHost } from "./cutter.ts";
import type { FrameOf } from "./frame-spec.ts";

/** Frames of one length. */
export function createFixedCutter(spec: FrameOf<"fixed">, host: CutterHost): Cutter {
  return createSizedCutter({ ...sized(spec, host), totalOf: () => spec.lengthBytes });
}

/** Frames that say how long they are. */
export function createLengthPrefixedCutter(spec: FrameOf<"length-prefixed">, host: CutterHost): Cutter {
  const order = spec.byteOrder === "big" ? [0, 1, 2, 3] : [3, 2, 1, 0];
  const places = order.filter((place) => place < spec.lengthBytes).map((place) => spec.lengthAt + place);
  const headBytes = spec.lengthAt + spec.lengthBytes;

  function totalOf(held: HeldBytes): number | "unknown" | "impossible" {
    if (held.length < headBytes) return "unknown";
    const length = places.reduce((sum, place) => sum * 256 + (held.at(place) ?? 0), 0);
    const total = length + spec.addBytes;
    return total < headBytes || total > spec.longestBytes ? "impossible" : total;
  }
  return createSizedCutter({ ...sized(spec, host), totalOf });
}

interface Sized {
  readonly sync: Uint8Array;
  readonly host: CutterHost;
  totalOf(held: HeldBytes): number | "unknown" | "impossible";
}

function sized(spec: { readonly sync?: string | undefined }, host: CutterHost) {
  return { sync: bytesOf(spec.sync ?? ""), host };
}

/**
 * With a sync, the place is found again from the byte after the wrong one. Without, there is nothing to search
 * for, and everything is thrown away until the line is silent.
 */
function createSizedCutter({ sync, host, totalOf }: Sized): Cutter {
  const held = createHeldBytes();
  let isSkipping = false;
  /** One complaint for a stretch of noise. */
  let isNoisy = false;
  /** Frames in a row whose checksum was wrong. */
  let refusals = 0;

  /** Whether something was done, so that it is worth looking again. */
  function step(): boolean {
    if (held.length === 0) return false;
    if (!beginsWithSync(held, sync)) return stepOver("bytes outside of a frame");
    const total = totalOf(held);
    if (total === "unknown" || (total !== "impossible" && held.length < total)) return false;
    if (total === "impossible") return stepOver("impossible length");
    settle(total, host.framed(held.copy(total).subarray(sync.length)));
    return true;
  }

  function settle(total: number, answer: "taken" | "refused"): void {
    if (answer === "taken") {
      held.drop(total);
      refusals = 0;
      isNoisy = false;
    } else if (sync.length === 0) lose();
    else {
      const isHopeless = ++refusals > MOST_REFUSALS;
      held.drop(isHopeless ? total : 1);
      if (isHopeless) refusals = 0;
    }
  }

  function stepOver(reason: string): boolean {
    if (!isNoisy) host.dropped(reason);
    isNoisy = true;
    if (sync.length > 0) held.drop(1);
    else lose();
    return true;
  }

  function lose(): void {
    held.clear();
    isSkipping = true;
  }

  function reset(): void {
    held.clear();
    isSkipping = false;
    isNoisy = false;
    refusals = 0;
  }

  return {
    get state() {
      if (isSkipping) return "skipping";
      return held.length > 0 ? "within" : "between";
    },
    take(byte) {
      if (isSkipping) return;
      held.append(byte);
      while (step());
      if (held.length === 0) held.clear();
    },
    skipRest() {
      reset();
      isSkipping = true;
    },
    silence: reset,
    finish: reset,
    reset,
  };
}

/**
 * So often the place is looked for within what was refused. A line that sends nothing but syncs would otherwise
 * have every byte summed once for each byte of a frame.
 */
const MOST_REFUSALS = 4;

function beginsWithSync(held: HeldBytes, sync: Uint8Array): boolean {
  const known = Math.min(held.length, sync.length);
  for (let index = 0; index < known; index++) if (held.at(index) !== sync[index]) return false;
  return true;
}
