import type { OpenFailure } from "../contract.ts";
import { errorText } from "./error-text.ts";

/** Why no USB device can even be listed. */
export function unlisted(devices: string, why: string, withoutLibrary: string): OpenFailure {
  const remedy = /libusb/.test(why)
    ? "Install the package libusb-1.0-0 (Debian, Ubuntu, Raspberry Pi OS) and start again."
    : withoutLibrary;
  return { reason: "unsupported", message: `${devices} cannot be used here: ${why}. ${remedy}` };
}

/** A device that is attached, and how its driver speaks of it. */
export interface AttachedDevice {
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

const KNOWN: readonly KnownReason[] = [
  {
    words: /permission|EACCES|EPERM|access is denied/i,
    reason: "not-permitted",
    tell: ({ called, rules, group }) =>
      `may not be opened by this account. Install ${rules}, let the account be a member of the group ${group}, and plug ${called} in again.`,
  },
  {
    words: /in use|busy|EBUSY|exclusive|sharing violation|grabbed by|0xE00002C5/i,
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
