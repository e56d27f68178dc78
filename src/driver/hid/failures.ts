import { errorText } from "../../base/error-text.ts";
import type { OpenFailure } from "../contract.ts";

/** Why no USB device can even be listed. */
export function unlisted(devices: string, why: string, withoutLibrary: string): OpenFailure {
  const remedy = /libusb/.test(why)
    ? "Install the package libusb-1.0-0 (Debian, Ubuntu, Raspberry Pi OS) and start again."
    : withoutLibrary;
  return { reason: "unsupported", message: `${devices} cannot be used here: ${why}. ${remedy}` };
}

/** A device that is attached, and how its driver speaks of it. */
interface AttachedDevice {
  /** For example `Stream Deck XL at /dev/hidraw3`. */
  readonly name: string;
  /** For example `the deck`. */
  readonly called: string;
  /** The udev rules that let an account open it, and the group that they name. */
  readonly rules: string;
  readonly group: string;
}

/** Why it did not open, in the operating system's words, and what a person can do. */
export function unopened(device: AttachedDevice, why: string): OpenFailure {
  const known = KNOWN.find(({ words }) => words.test(why));
  if (known === undefined) return { reason: "failed", message: `${device.name} did not open: ${why}.` };
  return { reason: known.reason, message: `${device.name} ${known.tell(device)}` };
}

/** Why it is not open after all: what prepares it was not taken. */
export function unprepared(productName: string, error: unknown): OpenFailure {
  return {
    reason: "failed",
    message: `${productName} does not take what it is sent (${errorText(error)}). Unplug it and plug it in again.`,
  };
}

interface KnownReason {
  readonly words: RegExp;
  readonly reason: OpenFailure["reason"];
  tell(device: AttachedDevice): string;
}

/** IOReturn.h of macOS and the system error codes of Windows, as hidapi writes them. */
const KNOWN: readonly KnownReason[] = [
  {
    words: /0xE00002E2|\(iokit\/common\) not permitted/i,
    reason: "not-permitted",
    tell: ({ called }) =>
      `may not be watched: macOS asks people first. Allow the program that starts the bridge (such as Terminal or node) in System Settings, Privacy & Security, Input Monitoring; then start the bridge again and plug ${called} in again.`,
  },
  {
    words: /access is denied|\(0x00000005\)/i,
    reason: "not-permitted",
    tell: ({ called }) =>
      `may not be opened: Windows denies access. Keyboards and mice belong to Windows itself; of anything else another program has taken ${called} for itself: close that program.`,
  },
  {
    words: /permission|EACCES|EPERM/i,
    reason: "not-permitted",
    tell: ({ called, rules, group }) =>
      `may not be opened by this account. Install ${rules}, let the account be a member of the group ${group}, and plug ${called} in again.`,
  },
  {
    words:
      /in use|used by another|busy|EBUSY|exclusive|sharing violation|grabbed by|0xE00002C5|\(0x00000020\)/i,
    reason: "in-use",
    tell: ({ called }) =>
      `is in use by another program. Close the maker's program, or whatever else uses ${called}; it is tried again.`,
  },
  {
    words: /no such (file|device)|ENOENT|ENODEV|not found/i,
    reason: "not-found",
    tell: () => "has just gone. Check its cable.",
  },
];
