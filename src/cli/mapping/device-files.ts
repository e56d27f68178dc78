import { join } from "node:path";
import { namesIn, textIn } from "../places/quiet-files.ts";

type Settings = Readonly<Record<string, unknown>>;

/** Device files that the settings of a device name, whatever its kind calls them; what it calls `path` is one anywhere. */
export function deviceFilesIn(settings: Settings): readonly string[] {
  const isPath = (text: string) =>
    text.startsWith("/dev/") || (text === settings.path && text.startsWith("/"));
  return textsOf(settings).filter(isPath);
}

/** Whether no hardware is meant: addresses that begin like this play recordings, in every kind. */
export function isFake(settings: Settings): boolean {
  return textsOf(settings).some((text) => text.startsWith("fake://"));
}

/** Raw devices with this serial number; two programs can have one open on Linux without noticing. */
export function rawDevicesOf(serialNumber: unknown, classFolder = "/sys/class/hidraw"): readonly string[] {
  if (typeof serialNumber !== "string") return [];
  return namesIn(classFolder)
    .filter((name) => readSerialNumber(join(classFolder, name, "device/uevent")) === serialNumber)
    .map((name) => `/dev/${name}`);
}

function textsOf(settings: Settings): readonly string[] {
  return Object.values(settings)
    .flat()
    .filter((value) => typeof value === "string");
}

function readSerialNumber(path: string): string | undefined {
  return /^HID_UNIQ=(.+)$/m.exec(textIn(path))?.[1]?.trim();
}
