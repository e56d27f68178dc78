import type { Decoder, DecoderTools, ReportHandle } from "../find/source.ts";
import type { Profile } from "../profile/profile.ts";
import { createDecoder } from "./decoder.ts";

/** The decoder for how a profile reads its product; what only some products need is loaded for those. */
export async function chooseDecoder(
  { profile, handle }: { readonly profile: Profile; readonly handle: ReportHandle },
  tools: DecoderTools,
): Promise<Decoder> {
  const { evdev, descriptor } = profile.input ?? {};
  if (evdev !== undefined)
    return (await import("../evdev/evdev-decoder.ts")).createEvdevDecoder(evdev, tools);
  if (descriptor === undefined) return createDecoder(profile, tools);
  const introduction = await handle.introduce?.().catch(() => undefined);
  const { createDescriptorDecoder } = await import("../descriptor/descriptor-decoder.ts");
  return createDescriptorDecoder(descriptor, tools, introduction);
}
