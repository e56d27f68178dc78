import {
  type ControlDescription,
  type DeviceKind,
  defineDeviceKind,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { watchArrivals } from "./arrivals.ts";
import { controlsOf } from "./controls.ts";
import { librarySpecOf, modelWords } from "./models.ts";
import { addressOf, type DeckSettings, knownModel, settingsSchema } from "./settings.ts";
import { udevRules } from "./udev.ts";

/** Elgato Stream Decks of every model, on USB, behind a Network Dock, or with a network port of their own. */
export const streamDeck: DeviceKind = defineDeviceKind({
  kind: "stream-deck",
  linkStyle: "none",
  settingsSchema,
  describeControls,
  watchArrivals: (arrived, signal) => watchArrivals(arrived, signal),
  udevRules,
  async discover(signal) {
    const { nodeHidBus } = await import("./usb-bus.ts");
    const { discoverDecks } = await import("./discovery.ts");
    return discoverDecks(nodeHidBus, signal);
  },
  open,
  openPlayer: async (settings, productName) =>
    (await import("./player.ts")).openPlayer(settings, productName),
});

function describeControls(settings: DeckSettings): readonly ControlDescription[] | "known-once-open" {
  const model = knownModel(settings);
  return model === undefined ? "known-once-open" : controlsOf(model).map(({ description }) => description);
}

async function open(request: OpenRequest<DeckSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const opened = await openAtAddress(request);
  if (!opened.ok) return opened;
  const device = opened.value;
  if (request.signal.aborted) {
    await device.close();
    return fail({ reason: "failed", message: "It was stopped while it was being opened." });
  }
  return succeed(closeOnAbort(device, request.signal));
}

/** The signal outlives the device: what it kept of each opening would be a leak. */
function closeOnAbort(device: OpenDevice, signal: AbortSignal): OpenDevice {
  const close = () => {
    signal.removeEventListener("abort", close);
    return device.close();
  };
  signal.addEventListener("abort", close, { once: true });
  return { ...device, close };
}

async function openAtAddress(request: OpenRequest<DeckSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const address = addressOf(request.settings);
  // Loaded when a deck is opened: most of what a deck needs is of no use to a bridge without one.
  if (address.kind === "usb") {
    const { nodeHidBus } = await import("./usb-bus.ts");
    return (await import("./usb.ts")).openOverUsb(nodeHidBus, request);
  }
  if (address.kind === "tcp") return (await import("./dock.ts")).openOverNetwork(address, request);
  return openFake(request);
}

/** The model may stand in the address or in its own setting, but must be one. */
async function openFake({
  settings,
  host,
}: OpenRequest<DeckSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  const address = addressOf(settings);
  const model = address.kind === "fake" ? address.model : undefined;
  if (model === undefined || (settings.model ?? model) !== model)
    return fail({
      reason: "not-found",
      message: `${settings.address} is no model, or not the one that "model" says; there are ${modelWords.join(", ")}.`,
    });
  const { createFakeUnit } = await import("./fake-unit.ts");
  const { openDeck } = await import("./deck.ts");
  const { handle, productName } = createFakeUnit(librarySpecOf(model).productName);
  return openDeck({ handle, model, productName, reach: "fake" }, settings, host);
}
