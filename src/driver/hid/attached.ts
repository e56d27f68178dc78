import { constants } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import { errorText } from "../../base/error-text.ts";
import type { OpenFailure } from "../contract.ts";

/** Where Linux lists what is plugged in, readable by everybody and without any library. */
const USB_DEVICES = "/sys/bus/usb/devices";

/** Vendor and product of a USB device, four hexadecimal digits each; empty where the kernel does not say. */
interface UsbIds {
  readonly vendorId: string;
  readonly productId: string;
}

/** All USB devices, and things that have no ids; nothing on other systems. */
export async function readPluggedIn(folder = USB_DEVICES): Promise<readonly UsbIds[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map((name) => readIds(`${folder}/${name}`)));
}

/** What keeps this account from opening a device, asked of the file system and not of the device. */
export async function findMissing(
  path: string,
  tellFailure: (why: string) => OpenFailure,
): Promise<string | undefined> {
  // Other systems name devices by paths that are no files.
  if (!path.startsWith("/")) return undefined;
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return tellFailure(errorText(error)).message;
  }
}

async function readIds(folder: string): Promise<UsbIds> {
  const read = (name: string) => readFile(`${folder}/${name}`, "utf8").catch(() => "");
  return { vendorId: (await read("idVendor")).trim(), productId: (await read("idProduct")).trim() };
}
