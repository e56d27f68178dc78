import { type CatalogueEntry, type DeviceKind, defineDeviceKind } from "../../src/driver/contract.ts";
import { watchArrivals } from "./arrivals.ts";
import { completeSettings } from "./complete.ts";
import { describeControls } from "./controls.ts";
import { claims } from "./place.ts";
import { listProfiles } from "./profile/load.ts";
import { settingsSchema } from "./settings.ts";

/** Serial lines of this machine and of others: control systems that speak a dialect, devices with a profile, contacts. */
export const serial: DeviceKind = defineDeviceKind({
  kind: "serial",
  linkStyle: "lines",
  settingsSchema,
  completeSettings,
  describeControls,
  claims,
  watchArrivals: (arrived, signal) => watchArrivals(arrived, signal),
  catalogue,
  discover: async (signal) => (await import("./discovery.ts")).discoverPorts(signal),
  open: async (request) => (await import("./open.ts")).openLine(request),
  natives: [
    {
      name: "serialport",
      load: () => import("serialport"),
      without: "Serial ports of this machine cannot be opened; lines over the network can.",
    },
    {
      name: "koffi",
      load: () => import("koffi"),
      without: "Damaged bytes, breaks and the ring line of serial ports go unseen.",
    },
  ],
  openPlayer: async (settings, productName) =>
    (await import("./player.ts")).openPlayer(settings, productName),
});

/** Products with a profile, each where it usually is: at an address, or at a port of this machine. */
function catalogue(): readonly CatalogueEntry[] {
  return listProfiles().map(({ id, name, confirmed, port: { tcpPort } }) => ({
    productName: name,
    settings: {
      profile: id,
      ...(tcpPort === undefined ? { path: "/dev/serial/by-id/..." } : { address: "tcp://10.0.0.7" }),
    },
    confirmed,
  }));
}
