import { realpath } from "node:fs/promises";
import {
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { chooseDeck, type FoundDeck } from "./binding.ts";
import { openDeck } from "./deck.ts";
import { openingFailure, unknownProduct, withoutUsb } from "./failures.ts";
import { errorText, type HidHandle } from "./hid-handle.ts";
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
  const path = settings.path === undefined ? undefined : await resolveLink(settings.path);
  const chosen = chooseDeck(found, { ...settings, path });
  if (!chosen.ok) return chosen;
  const claimed = await claim(bus, chosen.value);
  if (!claimed.ok) return claimed;
  const handle = claimed.value;
  const model = await identify(chosen.value, handle);
  if (!model.ok) {
    await handle.close().catch(() => undefined);
    return model;
  }
  const { productName } = chosen.value;
  return openDeck({ handle, model: model.value, productName, reach: "wire" }, settings, host);
}

/** Device files that this process has open: on Linux a second opening would succeed, and each press count twice. */
const claims = new Set<string>();

async function claim(bus: UsbBus, deck: FoundDeck): Promise<Result<HidHandle, OpenFailure>> {
  const { path } = deck;
  if (claims.has(path)) return fail(openingFailure(deck, "already in use by another device of this mapping"));
  claims.add(path);
  try {
    const handle = await bus.open(path);
    // Let go of at once: a handle that hangs while it closes must not bar its successor.
    const close = () => {
      claims.delete(path);
      return handle.close();
    };
    return succeed({ ...handle, close });
  } catch (error) {
    claims.delete(path);
    return fail(openingFailure(deck, errorText(error)));
  }
}

async function identify(deck: FoundDeck, handle: HidHandle): Promise<Result<ModelWord, OpenFailure>> {
  if (deck.model !== undefined) return succeed(deck.model);
  const info = await readUnitInfo(handle);
  const model = info === undefined ? undefined : modelLike(info);
  return model === undefined ? fail(unknownProduct(deck, info)) : succeed(model);
}

async function resolveLink(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
