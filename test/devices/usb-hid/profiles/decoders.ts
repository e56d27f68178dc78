import { createDescriptorDecoder } from "../../../../devices/usb-hid/descriptor/descriptor-decoder.ts";
import { createEvdevDecoder } from "../../../../devices/usb-hid/evdev/evdev-decoder.ts";
import type { Decoder, DecoderTools } from "../../../../devices/usb-hid/find/source.ts";
import type { Profile } from "../../../../devices/usb-hid/profile/profile.ts";
import { createDecoder } from "../../../../devices/usb-hid/read/decoder.ts";

/** The decoder that the driver would take; nothing for what only shows something. */
export function decoderOf(
  { input, ...profile }: Profile,
  tools: DecoderTools,
  introduction?: Uint8Array,
): Decoder | undefined {
  if (input?.evdev !== undefined) return createEvdevDecoder(input.evdev, tools);
  if (input?.descriptor !== undefined) return createDescriptorDecoder(input.descriptor, tools, introduction);
  return input?.reports === undefined ? undefined : createDecoder({ ...profile, input }, tools);
}
