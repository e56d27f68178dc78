import {
  fail,
  type OpenFailure,
  type RecordingPlayer,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { findFakeUnit } from "./fake-unit.ts";
import type { HidSettings } from "./settings.ts";

/**
 * Plays reports into a device that was opened at `fake://`: from there on everything is as with hardware. A
 * recording of real hardware replays once its settings say `"path": "fake://"`.
 */
export async function openPlayer(
  _settings: HidSettings,
  productName: string,
): Promise<Result<RecordingPlayer, OpenFailure>> {
  const unit = findFakeUnit(productName);
  if (unit === undefined)
    return fail({
      reason: "unsupported",
      message: `A recording cannot be played into ${productName}: set "path" to fake://.`,
    });
  const answers: Uint8Array[] = [];
  unit.follow(answers);
  return succeed({
    answers,
    play: async (bytes) => unit.report(bytes),
    close: async () => unit.follow([]),
  });
}
