import { errorText } from "../../src/base/error-text.ts";
import type { DiscoveredDevice } from "../../src/driver/contract.ts";
import { findMissing, readPluggedIn } from "../../src/driver/hid/attached.ts";
import type { FoundDeck } from "./binding.ts";
import { openingFailure, withoutUsb } from "./failures.ts";
import { deckVendors, type UsbBus } from "./usb-bus.ts";

/**
 * Lists attached decks without opening them. Where USB cannot be used, that is nobody's trouble unless a product
 * of a deck's maker is plugged in: then it rejects and says what to install.
 */
export async function discoverDecks(
  bus: UsbBus,
  signal: AbortSignal,
  pluggedIn?: string,
): Promise<readonly DiscoveredDevice[]> {
  let found: readonly FoundDeck[];
  try {
    found = await bus.list();
  } catch (error) {
    if (await hasMakersProduct(pluggedIn)) throw new Error(withoutUsb(errorText(error)).message);
    return [];
  }
  return signal.aborted ? [] : Promise.all(found.map((deck) => describe(deck, found)));
}

async function describe(deck: FoundDeck, found: readonly FoundDeck[]): Promise<DiscoveredDevice> {
  const missing = await findMissing(deck.path, (why) => openingFailure(deck, why));
  return missing === undefined ? listed(deck, found) : { ...listed(deck, found), missing };
}

function listed(deck: FoundDeck, found: readonly FoundDeck[]): DiscoveredDevice {
  const { productName, serialNumber, model, path, port } = deck;
  const twins = found.filter((other) => other.model === model && other.serialNumber === serialNumber);
  return {
    productName,
    settings: {
      ...(serialNumber === undefined ? {} : { serialNumber }),
      ...(model === undefined ? {} : { model }),
      // Device files are numbered in the order in which the kernel finds them: after a restart they may have changed places.
      ...(twins.length > 1 ? { path: port ?? path } : {}),
    },
  };
}

async function hasMakersProduct(folder: string | undefined): Promise<boolean> {
  const vendors = deckVendors().map((id) => id.toString(16).padStart(4, "0"));
  return (await readPluggedIn(folder)).some(({ vendorId }) => vendors.includes(vendorId));
}
