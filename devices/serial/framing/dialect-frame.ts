import type { LineFraming } from "../../../src/driver/link.ts";
import { type FrameSpec, frameSchema } from "./frame-spec.ts";

/** How the messages of a dialect are cut; throws for a framing that there is not. */
export function readFraming(framing: LineFraming): FrameSpec {
  return framing.kind === "sis" ? { kind: "sis" } : frameSchema.parse(framing);
}
