import { realpath } from "node:fs/promises";
import { basename } from "node:path";

/** Linux shows here where a HID device hangs and what it says about its reports, readable by everybody. */
export const HIDRAW = "/sys/class/hidraw";

/** Whether a text names a USB port, as the kernel does: bus, then the port of each hub. */
export function isPort(text: string): boolean {
  return /^\d+-\d+(?:\.\d+)*$/.test(text);
}

/** The USB port of a hidraw file, such as `1-1.4`: a name that stays when the order of the files changes. Linux only. */
export async function findPort(path: string, folder = HIDRAW): Promise<string | undefined> {
  try {
    const place = await realpath(`${folder}/${basename(path)}/device`);
    return place.split("/").findLast(isPort);
  } catch {
    return undefined;
  }
}
