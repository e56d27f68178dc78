import type { OpenFailure } from "../../src/driver/contract.ts";
import type { FoundUnit } from "./source.ts";

/** Why USB devices cannot even be listed. */
export function withoutUsb(why: string): OpenFailure {
  const remedy = /libusb/.test(why)
    ? "Install the package libusb-1.0-0 (Debian, Ubuntu, Raspberry Pi OS) and start again."
    : "Install the package node-hid for this machine.";
  return { reason: "unsupported", message: `USB devices cannot be used here: ${why}. ${remedy}` };
}

/** Why a device that is attached did not open, in the operating system's words, and what a person can do. */
export function openingFailure({ productName, path }: FoundUnit, why: string): OpenFailure {
  const known = KNOWN.find(({ words }) => words.test(why));
  const what = `${productName} at ${path}`;
  if (known === undefined) return { reason: "failed", message: `${what} did not open: ${why}.` };
  const group = path.startsWith("/dev/input/") ? "input" : "plugdev";
  return { reason: known.reason, message: `${what} ${known.text.replace("{group}", group)}` };
}

interface KnownReason {
  readonly words: RegExp;
  readonly reason: OpenFailure["reason"];
  readonly text: string;
}

const KNOWN: readonly KnownReason[] = [
  {
    words: /permission|EACCES|EPERM|access is denied/i,
    reason: "not-permitted",
    text: "may not be opened by this account. Install the udev rules that the command udev prints, let the account be a member of the group {group}, and plug the device in again.",
  },
  {
    words: /in use|busy|EBUSY|exclusive|sharing violation|grabbed by|0xE00002C5/i,
    reason: "in-use",
    text: "is in use by another program. Close the maker's program, or whatever else uses the device; it is tried again.",
  },
  {
    words: /no such (file|device)|ENOENT|ENODEV|not found/i,
    reason: "not-found",
    text: "has just gone. Check its cable.",
  },
];
