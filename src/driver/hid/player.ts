import type { OpenFailure, RecordingPlayer, Result } from "../contract.ts";
import { playInto } from "../player.ts";
import { findFakeUnit } from "./fake-unit.ts";

/**
 * Plays input reports into a device that was opened at a fake place: from there on everything is as with hardware.
 * `remedy` is what settings must say for that.
 */
export function openFakePlayer(productName: string, remedy: string): Result<RecordingPlayer, OpenFailure> {
  return playInto(findFakeUnit(productName), { productName, remedy });
}
