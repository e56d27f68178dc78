import { streamDeckLibrary } from "./library.ts";

/**
 * The udev rules that let people at the machine (`uaccess`) and services in the group plugdev open Stream Decks
 * of every model that the library knows. Their file must sort below 73, where the access lists are made.
 */
export function udevRules(): string {
  const rules = streamDeckLibrary()
    .DEVICE_MODELS.filter(({ type }) => (type as string) !== "network-dock")
    .flatMap(({ vendorId, productIds, productName }) =>
      productIds.map((productId) => ({ productName, vendor: hex(vendorId), product: hex(productId) })),
    );
  const lines = rules
    .sort((one, other) => `${one.vendor}${one.product}`.localeCompare(`${other.vendor}${other.product}`))
    .flatMap(({ productName, vendor, product }) => [
      `# ${productName}`,
      `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", MODE:="0660", GROUP="plugdev", TAG+="uaccess"`,
    ]);
  return `${lines.join("\n")}\n`;
}

function hex(number: number): string {
  return number.toString(16).padStart(4, "0");
}
