import type { Clock, Log } from "../../../src/driver/contract.ts";
import type { Profile } from "../profile/profile.ts";
import type { HidSettings } from "../settings.ts";
import type { ReportSource } from "./source.ts";

interface SourceTools {
  readonly grab?: HidSettings["grab"];
  readonly log?: Log;
  readonly clock?: Clock;
}

/** Where a product of this profile is read; each source is loaded when the first of its devices is looked for. */
export async function sourceOf(profile: Profile, { grab, log, clock }: SourceTools): Promise<ReportSource> {
  const rules = profile.input?.evdev;
  if (rules === undefined) return (await import("./hid-source.ts")).hidSource;
  const { createEvdevSource } = await import("../evdev/evdev-source.ts");
  return createEvdevSource({ rules, grab, log, clock });
}
