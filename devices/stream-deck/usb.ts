import { realpath } from "node:fs/promises";
import { errorText } from "../../src/base/error-text.ts";
import {
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { createClaims } from "../../src/driver/hid/claim.ts";
import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { isPort } from "../../src/driver/hid/usb-port.ts";
import { chooseDeck, type FoundDeck } from "./binding.ts";
import { openDeck } from "./deck.ts";
import { openingFailure, unknownProduct, withoutUsb } from "./failures.ts";
import type { ModelWord } from "./models.ts";
import type { DeckSettings } from "./settings.ts";
import { modelLike, readUnitInfo } from "./unit-info.ts";
import type { UsbBus } from "./usb-bus.ts";

/** Opens the one deck that the settings mean; no other one is touched. */
export async function openOverUsb(
  bus: UsbBus,
  { settings, host }: OpenRequest<DeckSettings>,
): Promise<Result<OpenDevice, OpenFailure>> {
  let found: readonly FoundDeck[];
  try {
    found = await bus.list();
  } catch (error) {
    return fail(withoutUsb(errorText(error)));
  }
  const path = settings.path === undefined ? undefined : await resolvePath(settings.path);
  const chosen = chooseDeck(found, { ...settings, path });
  if (!chosen.ok) return chosen;
  const deck = chosen.value;
  const claimed = await claim({
    path: deck.path,
    open: () => bus.open(deck.path),
    tellFailure: (why) => openingFailure(deck, why),
  });
  if (!claimed.ok) return claimed;
  const handle = claimed.value;
  const model = await identify(deck, handle);
  if (!model.ok) {
    await handle.close().catch(() => undefined);
    return model;
  }
  const { productName } = deck;
  return openDeck({ handle, model: model.value, productName, reach: "wire" }, settings, host);
}

const claim = createClaims();

async function identify(deck: FoundDeck, handle: HidHandle): Promise<Result<ModelWord, OpenFailure>> {
  if (deck.model !== undefined) return succeed(deck.model);
  const info = await readUnitInfo(handle);
  const model = info === undefined ? undefined : modelLike(info);
  return model === undefined ? fail(unknownProduct(deck, info)) : succeed(model);
}

async function resolvePath(path: string): Promise<string> {
  return isPort(path) ? path : realpath(path).catch(() => path);
}
