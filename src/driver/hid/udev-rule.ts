/** Debian's group for devices that people plug in; elsewhere it is made by `groupadd --system plugdev`. */
const GROUP = "plugdev";

/**
 * Two udev rules that let people at the machine (`uaccess`) and services in the group open the hidraw files of a product,
 * or of all that a vendor makes. Ids are four hexadecimal digits. Their file must sort below 73, where the access lists
 * are made.
 */
export function hidrawRule(vendorId: string, productId?: string): string {
  return accessRules(`KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ${idsOf(vendorId, productId)}`);
}

/** Likewise for input files; desktops are kept from listening to them while no bridge runs. */
export function inputRule(vendorId: string, productId?: string): string {
  return accessRules(
    `KERNEL=="event*", SUBSYSTEM=="input", ${idsOf(vendorId, productId)}`,
    ', ENV{LIBINPUT_IGNORE_DEVICE}="1"',
  );
}

/** udev drops a whole line whose group it does not know, or from systemd 258 on is none of the system's. */
function accessRules(match: string, more = ""): string {
  return `${match}, TAG+="uaccess"${more}\n${match}, MODE:="0660", GROUP="${GROUP}"`;
}

function idsOf(vendorId: string, productId: string | undefined): string {
  const vendor = `ATTRS{idVendor}=="${vendorId}"`;
  return productId === undefined ? vendor : `${vendor}, ATTRS{idProduct}=="${productId}"`;
}
