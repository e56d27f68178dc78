import { constants } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import type { DiscoveredDevice } from "../../src/driver/contract.ts";
import type { FoundDeck } from "./binding.ts";
import { openingFailure, withoutUsb } from "./failures.ts";
import { errorText } from "./hid-handle.ts";
import { deckVendors, type UsbBus } from "./usb-bus.ts";

/** Where Linux lists what is plugged in, readable by everybody and without any library. */
const PLUGGED_IN = "/sys/bus/usb/devices";

/**
 * Lists attached decks without opening them. Where USB cannot be used, that is nobody's trouble unless a product
 * of a deck's maker is plugged in: then it rejects and says what to install.
 */
export async function discoverDecks(
  bus: UsbBus,
  signal: AbortSignal,
  pluggedIn = PLUGGED_IN,
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
  const missing = await findMissing(deck);
  return missing === undefined ? listed(deck, found) : { ...listed(deck, found), missing };
}

/** Whether this account may open it, asked of the file system and not of the deck. */
async function findMissing(deck: FoundDeck): Promise<string | undefined> {
  // Other systems name decks by paths that are no files.
  if (!deck.path.startsWith("/")) return undefined;
  try {
    await access(deck.path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return openingFailure(deck, errorText(error)).message;
  }
}

function listed(deck: FoundDeck, found: readonly FoundDeck[]): DiscoveredDevice {
  const { productName, serialNumber, model, path } = deck;
  const twins = found.filter((other) => other.model === model && other.serialNumber === serialNumber);
  return {
    productName,
    settings: {
      ...(serialNumber === undefined ? {} : { serialNumber }),
      ...(model === undefined ? {} : { model }),
      ...(twins.length > 1 ? { path } : {}),
    },
  };
}

async function hasMakersProduct(folder: string): Promise<boolean> {
  const vendors = deckVendors().map((id) => id.toString(16).padStart(4, "0"));
  const names = await readdir(folder).catch(() => []);
  const ids = await Promise.all(
    names.map((name) => readFile(`${folder}/${name}/idVendor`, "utf8").catch(() => "")),
  );
  return ids.some((id) => vendors.includes(id.trim()));
}
