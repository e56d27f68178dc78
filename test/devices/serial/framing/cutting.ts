import { type FrameSpec, frameSchema } from "../../../../devices/serial/framing/frame-spec.ts";
import { createFramer, type Framer } from "../../../../devices/serial/framing/framer.ts";
import { createFakeClock, type FakeClock } from "../../../support/fake-clock.ts";

/** A framer on a clock of its own, and what came out of it. */
export interface Bench {
  readonly clock: FakeClock;
  readonly framer: Framer;
  /** Frames as text, one character a byte. */
  readonly frames: string[];
  readonly dropped: string[];
  push(text: string): void;
}

export function openBench(spec: FrameSpec, characterMs = 1.04): Bench {
  const clock = createFakeClock();
  const frames: string[] = [];
  const dropped: string[] = [];
  const framer = createFramer(spec, {
    clock,
    characterMs,
    framed: (payload) => frames.push(Buffer.from(payload).toString("latin1")),
    dropped: (reason) => dropped.push(reason),
  });
  return { clock, framer, frames, dropped, push: (text) => framer.push(bytes(text)) };
}

/** Frames cut from the text when it arrives in these pieces. */
export function cut(spec: FrameSpec, ...pieces: readonly string[]): string[] {
  const bench = openBench(spec);
  for (const piece of pieces) bench.push(piece);
  return bench.frames;
}

export function frame(setting: unknown): FrameSpec {
  return frameSchema.parse(setting);
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

export function hex(text: string): string {
  return Buffer.from(text.replaceAll(" ", ""), "hex").toString("latin1");
}
