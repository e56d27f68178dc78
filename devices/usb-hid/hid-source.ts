import { readFile, realpath } from "node:fs/promises";
import { basename } from "node:path";
import { isPort } from "./settings.ts";
import { errorText, type FoundUnit, type ReportSource } from "./source.ts";

/** Linux shows here where a HID device hangs and what it says about its reports, readable by everybody. */
const HIDRAW = "/sys/class/hidraw";

/** node-hid, loaded on first use: it needs libusb-1.0-0 even where it only speaks to hidraw. */
export const hidSource: ReportSource = {
  async list() {
    const { devicesAsync } = await import("node-hid");
    const entries = await devicesAsync();
    const found = entries.flatMap((entry) => readEntry(entry) ?? []);
    return Promise.all(found.map(async (unit) => ({ ...unit, port: await findPort(unit.path) })));
  },
  async open({ path }) {
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
      introduce: () =>
        readFile(`${HIDRAW}/${basename(path)}/device/report_descriptor`).catch(() => undefined),
      close: () => {
        // node-hid begins to read a tick after somebody listened; closed by then, it throws where nobody can catch it.
        hid.removeAllListeners("data");
        return hid.close();
      },
    };
  },
};

/** An entry of the operating system's list of HID devices, as node-hid gives it. */
export interface HidEntry {
  readonly vendorId: number;
  readonly productId: number;
  readonly path?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  readonly release?: number | undefined;
  readonly interface?: number | undefined;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
}

/** Nothing for what cannot be opened. */
export function readEntry(entry: HidEntry): FoundUnit | undefined {
  const { path, vendorId, productId } = entry;
  if (path === undefined || path === "") return undefined;
  const face = entry.interface;
  return {
    path,
    vendorId,
    productId,
    productName: (entry.product ?? "").trim() || "HID device",
    serialNumber: readSerialNumber(entry.serialNumber),
    release: entry.release,
    // hidapi says -1 where it does not know.
    interface: face === undefined || face < 0 ? undefined : face,
    usagePage: entry.usagePage,
    usage: entry.usage,
    port: undefined,
  };
}

/** A number to compare by, or nothing: descriptors hold blanks, padding, or the same placeholder in every unit. */
function readSerialNumber(text: string | undefined): string | undefined {
  const [clean = ""] = (text ?? "").split("\0");
  const serial = clean.trim();
  if (!/^[\x21-\x7e]{1,64}$/.test(serial)) return undefined;
  return new Set(serial).size > 1 ? serial : undefined;
}

/** `1-1.4`: the last part of the device's place in the tree that is a USB device and not one of its interfaces. */
async function findPort(path: string): Promise<string | undefined> {
  try {
    const place = await realpath(`${HIDRAW}/${basename(path)}/device`);
    return place.split("/").findLast(isPort);
  } catch {
    return undefined;
  }
}
