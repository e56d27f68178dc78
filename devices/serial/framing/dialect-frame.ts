import type { LineDialectName } from "../../../src/driver/contract.ts";
import { type FrameSpec, frameSchema } from "./frame-spec.ts";

/**
 * How a dialect's requests are cut. Lines may end with CR, LF or both; one that is not ended within 10 s is forgotten
 * without a word, since a person may have walked away from a terminal. A command has at most 256 bytes: longer lines are
 * cut whole all the same, so that the dialect can refuse them; what is longer than 1024 is noise.
 */
export function frameForDialect(dialect: LineDialectName): FrameSpec {
  return FRAMES[dialect];
}

const lines: FrameSpec = frameSchema.parse({
  kind: "delimiter",
  longestBytes: 1024,
  quietMs: 10_000,
  whenQuiet: "forget",
});

const FRAMES: Readonly<Record<LineDialectName, FrameSpec>> = {
  native: lines,
  panopto: lines,
  none: lines,
  smp: { kind: "sis" },
};
