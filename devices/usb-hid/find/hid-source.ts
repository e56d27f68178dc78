import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type HidEntry, listHidDevices, openHidDevice } from "../../../src/driver/hid/node-hid.ts";
import { findPort, HIDRAW } from "../../../src/driver/hid/usb-port.ts";
import type { FoundUnit, ReportSource } from "./source.ts";

/** HID devices of this machine, through node-hid. */
export const hidSource: ReportSource = {
  async list() {
    const found = (await listHidDevices()).flatMap((entry) => readEntry(entry) ?? []);
    return Promise.all(found.map(async (unit) => ({ ...unit, port: await findPort(unit.path) })));
  },
  async open({ path }) {
    const introduce = () =>
      readFile(`${HIDRAW}/${basename(path)}/device/report_descriptor`).catch(() => undefined);
    return { ...(await openHidDevice(path)), introduce };
  },
};

/** Nothing for what cannot be opened. */
function readEntry(entry: HidEntry): FoundUnit | undefined {
  const { path, vendorId, productId } = entry;
  if (path === undefined || path === "") return undefined;
  return {
    path,
    vendorId,
    productId,
    productName: (entry.product ?? "").trim() || "HID device",
    serialNumber: readSerialNumber(entry.serialNumber),
    release: entry.release,
    interface: entry.interface < 0 ? undefined : entry.interface,
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
