/**
 * A udev rule that lets people at the machine (`uaccess`) and services in the group plugdev open the hidraw files of a
 * product, or of all that a vendor makes. Ids are four hexadecimal digits. Its file must sort below 73, where the access
 * lists are made.
 */
export function hidrawRule(vendorId: string, productId?: string): string {
  const product = productId === undefined ? "" : `, ATTRS{idProduct}=="${productId}"`;
  return `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="${vendorId}"${product}, MODE:="0660", GROUP="plugdev", TAG+="uaccess"`;
}
