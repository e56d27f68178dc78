import type { OpenFailure } from "../../src/driver/contract.ts";
import type { FoundDeck } from "./binding.ts";
import type { UnitInfo } from "./unit-info.ts";

/** Why USB devices cannot even be listed. */
export function withoutUsb(why: string): OpenFailure {
  const remedy = /libusb/.test(why)
    ? "Install the package libusb-1.0-0 (Debian, Ubuntu, Raspberry Pi OS) and start again."
    : "Install the package node-hid for this machine, or attach the deck to a Network Dock.";
  return { reason: "unsupported", message: `USB panels cannot be used here: ${why}. ${remedy}` };
}

/** Why a deck that is attached did not open, in the operating system's words, and what a person can do. */
export function openingFailure({ productName, path }: FoundDeck, why: string): OpenFailure {
  const known = KNOWN.find(({ words }) => words.test(why));
  const what = `${productName} at ${path}`;
  if (known === undefined) return { reason: "failed", message: `${what} did not open: ${why}.` };
  return { reason: known.reason, message: `${what} ${known.text}` };
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
    text: "may not be opened by this account. Install the udev rules for Stream Decks, let the account be a member of the group plugdev, and plug the deck in again.",
  },
  {
    words: /in use|busy|EBUSY|exclusive|sharing violation|0xE00002C5/i,
    reason: "in-use",
    text: "is in use by another program. Close the maker's program, or whatever else uses the deck; it is tried again.",
  },
  {
    words: /no such (file|device)|ENOENT|ENODEV|not found/i,
    reason: "not-found",
    text: "has just gone. Check its cable.",
  },
];

export function unknownProduct(
  { productName, vendorId, productId }: FoundDeck,
  info?: UnitInfo,
): OpenFailure {
  const id = `${hex(vendorId)}:${hex(productId)}`;
  const itself =
    info === undefined
      ? "and tells nothing about itself"
      : `and reports ${info.columns} x ${info.rows} keys of ${info.key.widthPx} x ${info.key.heightPx} pixels, like no known model`;
  return {
    reason: "unsupported",
    message: `${productName} (${id}) is not known to this version ${itself}. Look for a newer version.`,
  };
}

function hex(number: number): string {
  return number.toString(16).padStart(4, "0");
}
