import {
  type DeviceKind,
  defineDeviceKind,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";
import { controlsOf } from "./controls.ts";
import { layoutWords } from "./layouts.ts";
import { enrol, openPlayer } from "./player.ts";
import { chosenLayout, settingsSchema, type VirtualSettings } from "./settings.ts";

/** Panels in the browser: mapped like hardware, shown and touched through the console. */
export const virtual: DeviceKind = defineDeviceKind({
  kind: "virtual",
  linkStyle: "none",
  settingsSchema,
  describeControls: (settings) => controlsOf(chosenLayout(settings)),
  catalogue: () => layoutWords.map((model) => ({ productName: `virtual ${model}`, settings: { model } })),
  starter: {
    name: "page",
    question: "A touch page in the browser for all rooms? (y/n)",
    usual: "y",
    settings: (answer) => (/^y/i.test(answer) ? { model: "touch-page", rooms: "all" } : undefined),
  },
  open,
  openPlayer: async (_settings, productName) => openPlayer(productName),
});

/**
 * Always succeeds unless it was stopped meanwhile. What is shown reaches the page as facts, and touches come from the
 * page to the session: there is nothing to carry either way.
 */
async function open({
  settings,
  host,
  signal,
}: OpenRequest<VirtualSettings>): Promise<Result<OpenDevice, OpenFailure>> {
  if (signal.aborted) return fail({ reason: "failed", message: "It was stopped while it was being opened." });
  const productName = `virtual ${settings.model}`;
  const controls = controlsOf(chosenLayout(settings));
  const leave = enrol(productName, host, controls);
  const close = async () => {
    signal.removeEventListener("abort", close);
    leave();
  };
  signal.addEventListener("abort", close, { once: true });
  return succeed({ productName, panel: { controls, show: async () => undefined }, close });
}
