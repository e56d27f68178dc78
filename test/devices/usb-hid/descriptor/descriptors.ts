/** Report descriptors as devices send them. */
export const descriptors = {
  /** DragonRise 0079:0011 as it was before Linux mends it: drivers/hid/hid-dr.c lists its items. */
  dragonRise: hex(`
    05 01 09 04 a1 01 a1 02 75 08 95 05 15 00 26 ff 00 35 00 46 ff 00 09 30 09 30 09 30 09 30 09 31 81 02
    75 04 95 01 25 07 46 3b 01 65 14 09 00 81 42 65 00 75 01 95 0a 25 01 45 01 05 09 19 01 29 0a 81 02
    06 00 ff 75 01 95 0a 25 01 45 01 09 01 81 02 c0 a1 02 75 08 95 04 46 ff 00 26 ff 00 09 02 91 02 c0 c0`),
  /** The same joystick as Linux mends it (pid0011_rdesc_fixed there). */
  dragonRiseMended: hex(`
    05 01 09 04 a1 01 a1 02 14 75 08 95 03 81 01 26 ff 00 95 02 09 30 09 31 81 02 75 01 95 04 81 01 25 01
    95 0a 05 09 19 01 29 0a 81 02 95 0a 81 01 c0 c0`),
  /** Xbox Elite 2 over Bluetooth, up to its share button (xpadneo, docs/descriptors/xbe2_linux.md). */
  xboxElite: hex(`
    05 01 09 05 a1 01 85 01 09 01 a1 00 09 30 09 31 15 00 27 ff ff 00 00 95 02 75 10 81 02 c0 09 01 a1 00
    09 32 09 35 15 00 27 ff ff 00 00 95 02 75 10 81 02 c0 05 02 09 c5 15 00 26 ff 03 95 01 75 0a 81 02
    15 00 25 00 75 06 95 01 81 03 05 02 09 c4 15 00 26 ff 03 95 01 75 0a 81 02 15 00 25 00 75 06 95 01
    81 03 05 01 09 39 15 01 25 08 35 00 46 3b 01 66 14 00 75 04 95 01 81 42 75 04 95 01 15 00 25 00 35 00
    45 00 65 00 81 03 05 09 19 01 29 0f 15 00 25 01 75 01 95 0f 81 02 15 00 25 00 75 01 95 01 81 03`),
  /** A keyboard as the HID specification 1.11 describes it in appendix B. */
  bootKeyboard: hex(`
    05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02 95 01 75 08 81 01 95 05 75 01 05 08
    19 01 29 05 91 02 95 01 75 03 91 01 95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0`),
  /** A home-built arcade stick with two-bit axes (rdmarsh2/arduino-SAMD11-joystick, notes.md). */
  arcadeStick: hex(`
    05 01 09 05 a1 01 09 01 a1 00 09 30 09 31 15 ff 25 01 95 02 75 02 81 02 c0 19 90 29 93 95 04 75 01
    81 02 05 09 19 01 29 0c 15 00 25 01 95 0c 75 01 81 02 95 01 75 04 81 01 c0`),
  /** A volume knob: consumer volume as a relative number, with mute and two more keys by a list. */
  knob: hex(`
    05 0c 09 01 a1 01 85 03 09 e0 15 ff 25 01 75 08 95 01 81 06 09 e2 15 00 25 01 75 01 95 01 81 02
    75 07 81 01 15 00 26 ff 03 19 00 2a ff 03 75 10 95 01 81 00 c0`),
} as const;

function hex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/\s/g, ""), "hex");
}
