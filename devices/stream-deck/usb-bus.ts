import type { FoundDeck } from "./binding.ts";
import { errorText, type HidHandle } from "./hid-handle.ts";
import { streamDeckLibrary } from "./library.ts";
import { librarySpecOf, wordOf } from "./models.ts";
import { readSerialNumber } from "./serial-number.ts";

/** The USB side of the operating system; tests replace it. */
export interface UsbBus {
  /** Opens nothing; throws when the native library cannot be loaded. */
  list(): Promise<readonly FoundDeck[]>;
  open(path: string): Promise<HidHandle>;
}

/** An entry of the operating system's list of HID devices, as node-hid gives it. */
export interface HidEntry {
  readonly vendorId: number;
  readonly productId: number;
  readonly path?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly product?: string | undefined;
  readonly interface: number;
  readonly usage?: number | undefined;
}

/** node-hid, loaded on first use: it needs libusb-1.0-0 even where it only speaks to hidraw. */
export const nodeHidBus: UsbBus = {
  async list() {
    const { devicesAsync } = await import("node-hid");
    const { getStreamDeckDeviceInfo } = await import("@elgato-stream-deck/node");
    return readEntries(await devicesAsync(), getStreamDeckDeviceInfo);
  },
  async open(path) {
    const { HIDAsync } = await import("node-hid");
    const hid = await HIDAsync.open(path);
    return {
      listen({ report, failed }) {
        hid.on("error", (error) => failed(errorText(error)));
        hid.on("data", (bytes: Buffer) => report(bytes));
      },
      write: async (report) => void (await hid.write(Buffer.from(report))),
      sendFeature: async (report) => void (await hid.sendFeatureReport(Buffer.from(report))),
      getFeature: (reportId, length) => hid.getFeatureReport(reportId, length),
      close: () => {
        // node-hid begins to read a tick after somebody listened; closed by then, it throws where nobody can catch it.
        hid.removeAllListeners("data");
        return hid.close();
      },
    };
  },
};

/** Whether the library takes an entry for a deck: `getStreamDeckDeviceInfo` of @elgato-stream-deck/node. */
export type Recognize = (entry: HidEntry & { readonly release: number }) => unknown;

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
  if (recognize({ release: 0, ...entry }) === null) return undefined;
  const { productName } = librarySpecOf(model);
  return { vendorId, productId, path, model, serialNumber, productName };
}

/** Vendor ids under which decks are sold. */
export function deckVendors(): readonly number[] {
  return [...new Set(streamDeckLibrary().DEVICE_MODELS.map(({ vendorId }) => vendorId))];
}
