import {
  type ControlDescription,
  type DeviceKind,
  defineDeviceKind,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
} from "../../src/driver/contract.ts";
import { watchArrivals } from "../../src/driver/hid/arrivals.ts";
import { closeOnAbort } from "../../src/driver/hid/close-on-abort.ts";
import { controlsOf } from "./controls.ts";
import { fitsModel, librarySpecOf, modelWords } from "./models.ts";
import { addressOf, claims, type DeckSettings, knownModel, settingsSchema } from "./settings.ts";
import { udevRules } from "./udev.ts";

/** Elgato Stream Decks of every model, on USB, behind a Network Dock, or with a network port of their own. */
export const streamDeck: DeviceKind = defineDeviceKind({
  kind: "stream-deck",
  linkStyle: "none",
  settingsSchema,
  describeControls,
  claims,
  watchArrivals: (arrived, signal) => watchArrivals(arrived, signal),
  udevRules,
  catalogue: () =>
    modelWords.map((model) => ({
      productName: librarySpecOf(model).productName,
      settings: { model },
      confirmed: "on paper",
    })),
  natives: [
    {
      name: "node-hid",
      load: () => import("node-hid"),
      without: "Stream Decks at USB cannot be opened; those on the network can.",
    },
  ],
  async discover(signal) {
    const { nodeHidBus } = await import("./usb-bus.ts");
    const { discoverDecks } = await import("./discovery.ts");
    return discoverDecks(nodeHidBus, signal);
  },
  open: async (request) => closeOnAbort(await openAtAddress(request), request.signal),
  /** A recording of a real deck replays once its settings say `fake://` and the model instead. */
  async openPlayer(_settings, productName) {
    const { openFakePlayer } = await import("../../src/driver/hid/player.ts");
    return openFakePlayer(productName, 'set "address" to fake:// and its model, such as fake://xl');
  },
});

function describeControls(settings: DeckSettings): readonly ControlDescription[] | "known-once-open" {
  const model = knownModel(settings);
  if (model === undefined) return "known-once-open";
  return controlsOf(model, settings.rotatedDegrees).map(({ description }) => description);
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
  if (model === undefined || !fitsModel(settings.model ?? model, model))
    return fail({
      reason: "not-found",
      message: `${settings.address} is no model, or not the one that "model" says; there are ${modelWords.join(", ")}.`,
    });
  const { createFakeUnit } = await import("../../src/driver/hid/fake-unit.ts");
  const { openDeck } = await import("./deck.ts");
  const { handle, productName } = createFakeUnit(librarySpecOf(model).productName);
  return openDeck({ handle, model, productName, reach: "fake" }, settings, host);
}
