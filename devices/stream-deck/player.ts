import {
  fail,
  type OpenFailure,
  type RecordingPlayer,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { findFakeUnit } from "./fake-unit.ts";
import type { DeckSettings } from "./settings.ts";

/**
 * Plays input reports into a deck that was opened at a `fake://` address: from there on everything is as with
 * hardware. A recording of a real deck replays once its settings say `fake://` and the model instead.
 */
export async function openPlayer(
  _settings: DeckSettings,
  productName: string,
): Promise<Result<RecordingPlayer, OpenFailure>> {
  const unit = findFakeUnit(productName);
  if (unit === undefined)
    return fail({
      reason: "unsupported",
      message: `A recording cannot be played into ${productName}: set "address" to fake:// and its model, such as fake://xl.`,
    });
  const answers: Uint8Array[] = [];
  unit.follow(answers);
  return succeed({
    answers,
    play: async (bytes) => unit.report(bytes),
    close: async () => unit.follow([]),
  });
}
