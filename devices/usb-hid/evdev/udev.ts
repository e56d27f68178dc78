/**
 * A udev rule that lets people at the machine and services in the group plugdev open the input files of a product,
 * and keeps desktops from listening to it while no bridge runs. Ids are four hexadecimal digits.
 */
export function inputRule(vendorId: string, productId: string): string {
  return `KERNEL=="event*", SUBSYSTEM=="input", ATTRS{idVendor}=="${vendorId}", ATTRS{idProduct}=="${productId}", MODE:="0660", GROUP="plugdev", TAG+="uaccess", ENV{LIBINPUT_IGNORE_DEVICE}="1"`;
}
