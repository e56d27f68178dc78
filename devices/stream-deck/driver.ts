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
import { openDeck } from "./deck.ts";
import { discoverDecks } from "./discovery.ts";
import { openOverNetwork } from "./dock.ts";
import { createFakeUnit } from "./fake-unit.ts";
import { librarySpecOf, modelWords } from "./models.ts";
import { openPlayer } from "./player.ts";
import { addressOf, type DeckSettings, knownModel, settingsSchema } from "./settings.ts";
import { udevRules } from "./udev.ts";
import { openOverUsb } from "./usb.ts";
import { nodeHidBus } from "./usb-bus.ts";

/** Elgato Stream Decks of every model, on USB, behind a Network Dock, or with a network port of their own. */
export const streamDeck: DeviceKind = defineDeviceKind({
  kind: "stream-deck",
  linkStyle: "none",
  settingsSchema,
  describeControls,
  watchArrivals: (arrived, signal) => watchArrivals(arrived, signal),
  udevRules,
  discover: (signal) => discoverDecks(nodeHidBus, signal),
  open,
  openPlayer,
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
  if (address.kind === "usb") return openOverUsb(nodeHidBus, request);
  if (address.kind === "tcp") return openOverNetwork(address, request);
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
  const { handle, productName } = createFakeUnit(librarySpecOf(model).productName);
  return openDeck({ handle, model, productName, reach: "fake" }, settings, host);
}
