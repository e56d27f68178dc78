import { type DeviceKind, defineDeviceKind, fail } from "../../src/driver/contract.ts";
import { watchArrivals } from "../../src/driver/hid/arrivals.ts";
import { closeOnAbort } from "../../src/driver/hid/close-on-abort.ts";
import { hidrawRule } from "../../src/driver/hid/udev-rule.ts";
import { keysOf } from "./controls.ts";
import { generations, models } from "./models.ts";
import { claims, settingsSchema } from "./settings.ts";
import { discoverPanels, findUnsupported, hex, nodeHidBus, openOverUsb } from "./usb.ts";

/** Panels of 15 keys that Mirabox builds for AJAZZ, Soomfon, Mars Gaming and others. On paper: none has been tried. */
export const streamDock: DeviceKind = defineDeviceKind({
  kind: "stream-dock",
  linkStyle: "none",
  settingsSchema,
  claims,
  // Only the size of the pictures differs, which a mapping says nothing about.
  describeControls: () => keysOf("first").map(({ description }) => description),
  watchArrivals: (arrived, signal) => watchArrivals(arrived, signal),
  udevRules: () =>
    `${models.flatMap(({ name, vendorId, productId }) => [`# ${name}`, hidrawRule(hex(vendorId), hex(productId))]).join("\n")}\n`,
  catalogue: () => models.map(({ name }) => ({ productName: name, settings: {}, confirmed: "on paper" })),
  discover: () => discoverPanels(nodeHidBus),
  findUnsupported: () => findUnsupported(nodeHidBus),
  open: async (request) => {
    const { settings, host, signal } = request;
    const fake = /^fake:\/\/(.*)$/.exec(settings.path ?? "")?.[1];
    if (fake === undefined) return closeOnAbort(await openOverUsb(nodeHidBus, request), signal);
    const model = models.find(({ generation }) => generation === fake);
    if (model === undefined)
      return fail({
        reason: "not-found",
        message: `fake://${fake} is no generation; there are ${Object.keys(generations).join(", ")}.`,
      });
    const { createFakeUnit } = await import("../../src/driver/hid/fake-unit.ts");
    const { openPanel } = await import("./panel.ts");
    return closeOnAbort(await openPanel({ ...createFakeUnit(model.name), model }, settings, host), signal);
  },
  /** A recording of a real panel replays once its settings say `fake://` and the generation instead. */
  async openPlayer(_settings, productName) {
    const { openFakePlayer } = await import("../../src/driver/hid/player.ts");
    return openFakePlayer(productName, 'set "path" to fake:// and its generation, such as fake://third');
  },
});
