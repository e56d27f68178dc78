import { errorText } from "../../base/error-text.ts";
import type { HidHandle } from "./handle.ts";

/** An entry of the operating system's list of HID devices, as node-hid gives it. */
export interface HidEntry {
  readonly vendorId: number;
  readonly productId: number;
  readonly path?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  readonly release?: number | undefined;
  /** hidapi says -1 where it does not know. */
  readonly interface: number;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

/**
 * Opens nothing; throws when the native library cannot be loaded. It is loaded on first use: it needs libusb-1.0-0 even
 * where it only speaks to hidraw.
 */
export async function listHidDevices(): Promise<readonly HidEntry[]> {
  const { devicesAsync } = await import("node-hid");
  return devicesAsync();
}

/** Throws in the operating system's words. */
export async function openHidDevice(path: string): Promise<HidHandle> {
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
}
