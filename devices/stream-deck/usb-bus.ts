import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { type HidEntry, listHidDevices, openHidDevice } from "../../src/driver/hid/node-hid.ts";
import { findPort } from "../../src/driver/hid/usb-port.ts";
import type { FoundDeck } from "./binding.ts";
import { streamDeckLibrary } from "./library.ts";
import { librarySpecOf, wordOf } from "./models.ts";
import { readSerialNumber } from "./serial-number.ts";

/** The USB side of the operating system; tests replace it. */
export interface UsbBus {
  /** Opens nothing; throws when the native library cannot be loaded. */
  list(): Promise<readonly FoundDeck[]>;
  open(path: string): Promise<HidHandle>;
}

/** That of the machine. */
export const nodeHidBus: UsbBus = {
  async list() {
    const entries = await listHidDevices();
    const { getStreamDeckDeviceInfo } = await import("@elgato-stream-deck/node");
    const found = readEntries(entries, getStreamDeckDeviceInfo);
    return Promise.all(found.map(async (deck) => ({ ...deck, port: await findPort(deck.path) })));
  },
  open: openHidDevice,
};

/** Whether the library takes an entry for a deck: `getStreamDeckDeviceInfo` of @elgato-stream-deck/node. */
type Recognize = (entry: HidEntry & { readonly release: number }) => unknown;

/** The decks among all HID devices, each once: a device shows up once a usage, and some have other interfaces. */
export function readEntries(entries: readonly HidEntry[], recognize: Recognize): readonly FoundDeck[] {
  const found = new Map<string, FoundDeck>();
  for (const entry of entries) {
    const deck = readEntry(entry, recognize);
    if (deck !== undefined && !found.has(deck.path)) found.set(deck.path, deck);
  }
  return [...found.values()];
}

function readEntry(entry: HidEntry, recognize: Recognize): FoundDeck | undefined {
  if (entry.path === undefined || entry.path === "") return undefined;
  const model = wordOf(entry);
  const { vendorId, productId, path } = entry;
  const serialNumber = readSerialNumber(entry.serialNumber);
  if (model === undefined) {
    // The maker also sells microphones and lamps, which are HID devices too.
    if (vendorId !== streamDeckLibrary().VENDOR_ID || !/stream ?deck/i.test(entry.product ?? ""))
      return undefined;
    return { vendorId, productId, path, model, serialNumber, productName: entry.product ?? "Stream Deck" };
  }
  if (recognize({ ...entry, release: entry.release ?? 0 }) === null) return undefined;
  const { productName } = librarySpecOf(model);
  return { vendorId, productId, path, model, serialNumber, productName };
}

/** Vendor ids under which decks are sold. */
export function deckVendors(): readonly number[] {
  return [...new Set(streamDeckLibrary().DEVICE_MODELS.map(({ vendorId }) => vendorId))];
}
