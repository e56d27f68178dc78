import {
  type DeviceKind,
  defineDeviceKind,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  type SettingsFault,
  succeed,
} from "../../src/driver/contract.ts";
import { watchArrivals } from "../../src/driver/hid/arrivals.ts";
import { closeOnAbort } from "../../src/driver/hid/close-on-abort.ts";
import { watchInputArrivals } from "./evdev/arrivals.ts";
import { proposeCard } from "./evdev/propose-card.ts";
import { udevRules } from "./find/udev.ts";
import { describeProfile } from "./profile/describe.ts";
import { draftProfile } from "./profile/draft.ts";
import { findProfile, findWritten, profileOf, shippedProfiles } from "./profile/store.ts";
import { claims, type HidSettings, isFake, settingsSchema } from "./settings.ts";

/** USB buttons, pedals, dials, lamps and card readers of any make: each product is a profile, which is data. */
export const usbHid: DeviceKind = defineDeviceKind({
  kind: "usb-hid",
  linkStyle: "none",
  settingsSchema,
  completeSettings,
  claims,
  describeControls(settings, named) {
    const profile = findProfile(settings, undefined);
    // Settings that could not be completed were refused; the rest of the mapping is checked all the same.
    return profile.ok ? describeProfile(profile.value, named) : "known-once-open";
  },
  watchArrivals(arrived, signal) {
    watchArrivals(arrived, signal);
    watchInputArrivals(arrived, signal);
  },
  udevRules: () => udevRules(shippedProfiles()),
  catalogue: () =>
    shippedProfiles().map(({ id, name, confirmed }) => ({
      productName: name,
      settings: { profile: id },
      confirmed,
    })),
  async discover(signal) {
    const { discoverUnits } = await import("./find/discovery.ts");
    const { sourceOf } = await import("./find/sources.ts");
    return discoverUnits(
      { profiles: shippedProfiles(), sourceOf: (profile) => sourceOf(profile, {}) },
      signal,
    );
  },
  draftProfile,
  natives: [
    {
      name: "node-hid",
      load: () => import("node-hid"),
      without: "USB HID devices cannot be opened; keyboards and card readers can.",
    },
    {
      name: "koffi",
      load: () => import("koffi"),
      without:
        "Keyboards and card readers cannot be kept from other programs: those that must be are not opened.",
    },
  ],
  proposeSettings(settings, reports, printed) {
    if (profileOf(settings).input?.evdev?.card === undefined) return undefined;
    const proposal = proposeCard(reports, printed);
    return proposal && { settings: { card: proposal.card }, notes: proposal.notes };
  },
  open: async (request) => closeOnAbort(await openAnywhere(request), request.signal),
  /** A recording of real hardware replays once its settings say `"path": "fake://"`. */
  async openPlayer(_settings, productName) {
    const { openFakePlayer } = await import("../../src/driver/hid/player.ts");
    return openFakePlayer(productName, 'set "path" to fake://');
  },
});

/** Puts the profile that is meant in the place of its name. */
function completeSettings(
  settings: HidSettings,
  folder: string | undefined,
): Result<HidSettings, SettingsFault> {
  const written = findWritten(settings, folder);
  if (!written.ok) return written;
  const completed = settings.profile === undefined ? settings : { ...settings, profile: written.value };
  const whole = findProfile(completed, folder);
  return whole.ok ? succeed(completed) : whole;
}

async function openAnywhere(request: OpenRequest<HidSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const { settings, host, named } = request;
  if (!isFake(settings)) {
    const { openFrom } = await import("./find/opening.ts");
    const { sourceOf } = await import("./find/sources.ts");
    const { log, clock } = host;
    return openFrom(await sourceOf(profileOf(settings), { grab: settings.grab, log, clock }), request);
  }
  const { createFakeUnit } = await import("../../src/driver/hid/fake-unit.ts");
  const { openUnit } = await import("./device.ts");
  const profile = profileOf(settings);
  const { handle, productName } = createFakeUnit(profile.name);
  return openUnit({ handle, profile, productName, named, reach: "fake" }, host);
}
