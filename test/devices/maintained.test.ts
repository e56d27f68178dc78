import { expect, test } from "vitest";
import { serial } from "../../devices/serial/driver.ts";
import { controlsOf } from "../../devices/stream-deck/controls.ts";
import { usbHid } from "../../devices/usb-hid/driver.ts";
import { virtual } from "../../devices/virtual/driver.ts";
import type { ControlDescription, DeviceKind } from "../../src/driver/contract.ts";

function describeDevice(kind: DeviceKind, settings: Record<string, unknown>): readonly ControlDescription[] {
  const parsed = kind.settingsSchema.parse(settings);
  const completed = kind.completeSettings?.(parsed, undefined) ?? { ok: true, value: parsed };
  if (!completed.ok) throw new Error(completed.failure.message);
  const controls = kind.describeControls(completed.value, []);
  if (controls === "known-once-open") throw new Error("its controls are known once it is open");
  return controls;
}

const hid = (profile: string) => describeDevice(usbHid, { profile, path: "fake://" });
const line = (settings: Record<string, unknown>) =>
  describeDevice(serial, { address: "tcp://127.0.0.1:1", ...settings });
const lines = { cts: {}, dsr: {}, dcd: {}, ri: {}, break: {} };

test.each<[what: string, controls: readonly ControlDescription[], maintained: readonly string[]]>([
  ["an X-keys foot pedal", hid("xkeys-xk-3-foot-pedal"), ["left", "middle", "right"]],
  ["a PCsensor pedal", hid("pcsensor-pedal"), ["left", "middle", "right"]],
  ["an Elgato pedal's profile", hid("elgato-pedal"), ["left", "middle", "right"]],
  [
    "an X-keys switch interface",
    hid("xkeys-xk-3-switch-interface"),
    ["switch-1", "switch-2", "switch-3", "plugged"],
  ],
  ["a button under a lid", hid("dream-cheeky-big-red-button"), ["lid"]],
  ["keys", hid("xkeys-xk-24"), []],
  ["modem lines", line({ address: "rfc2217://127.0.0.1:1", lines }), ["cts", "dsr", "dcd", "ri"]],
  [
    "contacts of a Global Caché",
    line({ profile: "global-cache-contacts" }),
    ["contact-1", "contact-2", "contact-3"],
  ],
  [
    "inputs of a Numato board",
    line({ profile: "numato-gpio" }),
    ["input-0", "input-1", "input-2", "input-3"],
  ],
  ["a keypad", line({ profile: "button-box" }), []],
  [
    "a Stream Deck Pedal",
    controlsOf("pedal").map(({ description }) => description),
    ["left", "middle", "right"],
  ],
  ["a Stream Deck", controlsOf("mk2").map(({ description }) => description), []],
  ["a virtual pedal", describeDevice(virtual, { model: "pedal" }), ["left", "middle", "right"]],
])("%s says which of its controls stay down by themselves", (_, controls, maintained) => {
  const found = controls.filter(({ input }) => input.shape === "button" && input.contact === "maintained");
  expect(found.map(({ id }) => id)).toEqual(maintained);
});
