import { pause } from "../../../src/base/clock.ts";
import { errorText } from "../../../src/base/error-text.ts";
import type { Clock } from "../../../src/driver/contract.ts";
import { createTurns } from "../../../src/driver/hid/turns.ts";
import { withinTime } from "../../../src/driver/hid/within-time.ts";
import type { ReportHandle } from "../find/source.ts";
import type { OutReport } from "./encode-frame.ts";

interface LineTools {
  readonly clock: Clock;
  /** Rest between two reports. */
  readonly minGapMs: number;
  /** How often a report that was not taken is sent again. */
  readonly retry: number;
  traced(bytes: Uint8Array): void;
}

/** Everything that goes out to one device: one thing after the other. */
export interface Line {
  /** Resolves when the device has taken them all; rejects when it did not. Reports of one call stay together. */
  send(reports: readonly OutReport[]): Promise<void>;
  /** Asks for a feature report, in turn with what is sent. */
  ask(reportId: number, length: number, withinMs: number): Promise<Uint8Array>;
}

// BlinkStick's library waits this long before it tries again.
const RETRY_AFTER_MS = 20;

/** A report that is not taken within 1.5 s rejects. */
export function createLine(handle: ReportHandle, tools: LineTools): Line {
  const { clock, minGapMs, retry } = tools;
  const inTurn = createTurns();
  let lastMs = -Infinity;

  async function sendOne({ via, bytes }: OutReport): Promise<void> {
    const waitMs = lastMs + minGapMs - clock.monotonicMs();
    if (waitMs > 0) await pause(clock, waitMs);
    tools.traced(bytes);
    for (let left = retry; ; left -= 1) {
      try {
        await withinTime(clock, via === "output" ? handle.write(bytes) : handle.sendFeature(bytes));
        break;
      } catch (error) {
        if (left <= 0) throw new Error(`the device took no data: ${errorText(error)}`);
        await pause(clock, RETRY_AFTER_MS);
      }
    }
    lastMs = clock.monotonicMs();
  }

  return {
    send: (reports) =>
      inTurn(async () => {
        for (const report of reports) await sendOne(report);
      }),
    ask: (reportId, length, withinMs) =>
      inTurn(() => withinTime(clock, handle.getFeature(reportId, length), withinMs)),
  };
}
