import type { ControlEvent } from "../../../src/driver/contract.ts";
import type { Decoder } from "../find/source.ts";

interface IntakeTools {
  readonly decoder: Decoder;
  traced(report: Uint8Array): void;
  emit(event: ControlEvent): void;
}

// What is longer is never compared; such reports change with every touch anyway.
const LONGEST_COMPARED = 256;

/**
 * Takes reports and emits what was touched. Boxes that repeat their state a thousand times a second cost a
 * comparison each: where equal reports tell nothing, they are neither decoded nor recorded.
 */
export function createIntake({ decoder, traced, emit }: IntakeTools): (report: Uint8Array) => void {
  const last = Buffer.alloc(LONGEST_COMPARED);
  let lastLength = -1;

  function isRepeated(report: Uint8Array): boolean {
    if (decoder.isStateOnly !== true) return false;
    if (report.length === lastLength && last.compare(report, 0, lastLength, 0, lastLength) === 0) return true;
    lastLength = report.length <= LONGEST_COMPARED ? report.length : -1;
    if (lastLength >= 0) last.set(report);
    return false;
  }

  return (report) => {
    if (isRepeated(report)) return;
    traced(report);
    for (const event of decoder.decode(report)) emit(event);
  };
}
