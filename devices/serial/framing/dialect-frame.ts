import { type FrameSpec, frameSchema } from "./frame-spec.ts";

export type FramedDialect = "native" | "panopto" | "smp";

/**
 * How a dialect's requests are cut. Lines of up to 256 bytes may end with CR, LF or both; one that is not ended
 * within 10 s is forgotten without a word, since a person may have walked away from a terminal.
 */
export function frameForDialect(dialect: FramedDialect): FrameSpec {
  return FRAMES[dialect];
}

const lines: FrameSpec = frameSchema.parse({ kind: "delimiter", quietMs: 10_000, whenQuiet: "forget" });

const FRAMES: Readonly<Record<FramedDialect, FrameSpec>> = {
  native: lines,
  panopto: lines,
  smp: { kind: "sis" },
};
