import type { OpenFailure } from "../../src/driver/contract.ts";
import { unlisted, unopened } from "../../src/driver/hid/failures.ts";
import type { FoundDeck } from "./binding.ts";
import type { UnitInfo } from "./unit-info.ts";

/** Why USB devices cannot even be listed. */
export function withoutUsb(why: string): OpenFailure {
  const withoutLibrary =
    "Install the package node-hid for this machine, or attach the deck to a Network Dock.";
  return unlisted("USB panels", why, withoutLibrary);
}

/** Why a deck that is attached did not open, in the operating system's words, and what a person can do. */
export function openingFailure({ productName, path }: FoundDeck, why: string): OpenFailure {
  const name = `${productName} at ${path}`;
  const rules = "the udev rules for Stream Decks";
  return unopened({ name, called: "the deck", rules, group: "plugdev" }, why);
}

/** A deck of a model that is not known here. */
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
