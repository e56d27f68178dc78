import { EventEmitter } from "node:events";
import type { HIDDevice } from "@elgato-stream-deck/core";
import { pause } from "../../src/base/clock.ts";
import { errorText } from "../../src/base/error-text.ts";
import type { Clock } from "../../src/driver/contract.ts";
import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { createTurns } from "../../src/driver/hid/turns.ts";
import { withinTime } from "../../src/driver/hid/within-time.ts";

interface HidLineTools {
  readonly clock: Clock;
  traced(direction: "in" | "out", bytes: Uint8Array): void;
  /** A write failed or was never finished: the device is gone. */
  failed(reason: string): void;
}

/** What the library takes for the device: everything that is written passes here, one thing after the other. */
export interface HidLine {
  readonly device: HIDDevice;
  /** Hands an input report to the library, without its report id; the library's events come before it returns. */
  feed(report: Uint8Array): void;
}

// "Some Stream Decks on Windows get upset with too many reports in quick succession" (node-elgato-stream-deck).
const AFTER_FEATURE_MS = 1;

/** A report that is not taken within 1.5 s means that the deck is gone. */
export function createHidLine(handle: HidHandle, tools: HidLineTools): HidLine {
  const { clock } = tools;
  const events = new EventEmitter();
  const inTurn = createTurns();
  const send = async (how: "write" | "sendFeature", report: Uint8Array): Promise<void> => {
    tools.traced("out", report);
    try {
      await withinTime(clock, handle[how](report));
    } catch (error) {
      tools.failed(`the deck took no data: ${errorText(error)}`);
      throw error;
    }
  };
  const device = Object.assign(events, {
    close: () => handle.close(),
    sendFeatureReport: (report: Uint8Array) =>
      inTurn(async () => {
        await send("sendFeature", report);
        await pause(clock, AFTER_FEATURE_MS);
      }),
    // The reports of one picture stay together, or the deck mixes two pictures.
    sendReports: (reports: Uint8Array[]) =>
      inTurn(async () => {
        for (const report of reports) await send("write", report);
      }),
    getFeatureReport: (reportId: number, length: number) =>
      inTurn(() => withinTime(clock, handle.getFeature(reportId, length))),
    getDeviceInfo: async () => ({ path: undefined, vendorId: 0, productId: 0 }),
    getChildDeviceInfo: async () => null,
  });
  return {
    // The library names another EventEmitter class, of which it only uses `on`.
    device: device as unknown as HIDDevice,
    feed: (report) => events.emit("input", report.subarray(1)),
  };
}
