import { type OpenFailure, type RecordingPlayer, type Result, succeed } from "../../src/driver/contract.ts";
import { openStream, playInto, playOnChannels } from "../../src/driver/player.ts";
import { placeOf } from "./place.ts";
import type { SerialSettings } from "./settings.ts";
import { findFakeWire } from "./wire/fake-wire.ts";

/**
 * Plays raw bytes into a device that was opened at `fake://name`, or to the port that it listens on, as its product
 * name says: there every channel is a connection. A recording of a real line replays once its settings say `fake://`.
 */
export async function openPlayer(
  settings: SerialSettings,
  productName: string,
): Promise<Result<RecordingPlayer, OpenFailure>> {
  if (settings.listen !== undefined) {
    const place = placeOf({ listen: productName });
    if (place?.kind === "listen")
      return succeed(playOnChannels((_name, answers) => openStream(place, answers)));
  }
  const wire = findFakeWire(settings.address?.replace("fake://", "") ?? "");
  const remedy = 'set "address" to fake:// and a name, such as fake://keypad';
  return playInto(wire, { productName, remedy });
}
