import type { OpenFailure } from "../../../src/driver/contract.ts";
import { unlisted, unopened } from "../../../src/driver/hid/failures.ts";
import type { FoundUnit } from "./source.ts";

/** Why USB devices cannot even be listed. */
export function withoutUsb(why: string): OpenFailure {
  return unlisted("USB devices", why, "Install the package node-hid for this machine.");
}

/** Why a device that is attached did not open, in the operating system's words, and what a person can do. */
export function openingFailure({ productName, path }: FoundUnit, why: string): OpenFailure {
  const name = `${productName} at ${path}`;
  const rules = "the udev rules that the command udev prints";
  const group = path.startsWith("/dev/input/") ? "input" : "plugdev";
  return unopened({ name, called: "the device", rules, group }, why);
}
