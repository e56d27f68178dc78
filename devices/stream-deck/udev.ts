import { hidrawRule } from "../../src/driver/hid/udev-rule.ts";
import { streamDeckLibrary } from "./library.ts";

/** The udev rules for Stream Decks of every model that the library knows. */
export function udevRules(): string {
  const rules = streamDeckLibrary()
    .DEVICE_MODELS.filter(({ type }) => (type as string) !== "network-dock")
    .flatMap(({ vendorId, productIds, productName }) =>
      productIds.map((productId) => ({ productName, vendor: hex(vendorId), product: hex(productId) })),
    );
  const lines = rules
    .sort((one, other) => `${one.vendor}${one.product}`.localeCompare(`${other.vendor}${other.product}`))
    .flatMap(({ productName, vendor, product }) => [`# ${productName}`, hidrawRule(vendor, product)]);
  return `${lines.join("\n")}\n`;
}

function hex(number: number): string {
  return number.toString(16).padStart(4, "0");
}
