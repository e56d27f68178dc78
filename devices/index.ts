import type { DeviceKinds } from "../src/driver/contract.ts";

/** Every kind of device, loaded when a mapping names it. A new kind is one entry. */
export const deviceKinds: DeviceKinds = {
  osc: async () => (await import("./osc/driver.ts")).osc,
  serial: async () => (await import("./serial/driver.ts")).serial,
  "stream-deck": async () => (await import("./stream-deck/driver.ts")).streamDeck,
  "stream-dock": async () => (await import("./stream-dock/driver.ts")).streamDock,
  "usb-hid": async () => (await import("./usb-hid/driver.ts")).usbHid,
  virtual: async () => (await import("./virtual/driver.ts")).virtual,
  leds: async () => (await import("./leds/driver.ts")).leds,
};
