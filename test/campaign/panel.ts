import { z } from "zod";
import {
  type ControlDescription,
  type ControlEvent,
  controlId,
  type DeviceHost,
  type DeviceKind,
  defineDeviceKind,
  type Frame,
  fail,
  succeed,
} from "../../src/driver/contract.ts";

/** A wall panel of the campaign: its hardware, which outlives every bridge. */
export interface CampaignPanel {
  readonly kind: DeviceKind;
  /** What its lamp shows; dark while nobody drives it. */
  lamp(): { readonly rgb: readonly number[]; readonly blink: string };
  emit(event: ControlEvent): void;
  /** Pulled out; it can be opened again after `backMs`. */
  unplug(): void;
  plug(): void;
  /** Whoever drove it was killed: the service manager's stop action darkens it. */
  abandon(): void;
  isOpen(): boolean;
  onShown(listener: () => void): void;
}

const DARK = { rgb: [0, 0, 0], blink: "steady" } as const;

const CONTROLS = ["tally", "start", "stop", "pause", "resume", "toggle-pause", "lock", "unlock", "mark"];

const control = (id: string): ControlDescription => ({
  id: controlId(id),
  label: id,
  input: { shape: "button" },
  output: { kind: "lamp", colors: "rgb", blink: "by-device" },
  place: { area: "nowhere" },
});

/** Buttons for all that can be asked; the lamp of `tally` is the one that people trust. */
export function createCampaignPanel(): CampaignPanel {
  let host: DeviceHost | undefined;
  let plugged = true;
  let lamp: { rgb: readonly number[]; blink: string } = DARK;
  const listeners: (() => void)[] = [];
  const controls = CONTROLS.map(control);

  function show(id: string, frame: Frame): void {
    if (id !== "tally" || frame.kind !== "lamp") return;
    lamp = { rgb: frame.rgb, blink: frame.blink };
    for (const listener of listeners) listener();
  }

  const kind = defineDeviceKind({
    kind: "campaign-panel",
    linkStyle: "none",
    settingsSchema: z.strictObject({}),
    describeControls: () => controls,
    async open({ host: lent }) {
      if (!plugged) return fail({ reason: "not-found", message: "unplugged" });
      host = lent;
      return succeed({
        productName: "campaign panel",
        panel: { controls, show: async (id, frame) => (host === lent ? show(id, frame) : undefined) },
        async close() {
          if (host !== lent) return;
          host = undefined;
          lamp = DARK;
        },
      });
    },
  });

  return {
    kind,
    lamp: () => lamp,
    emit: (event) => host?.emit(event),
    unplug() {
      plugged = false;
      lamp = DARK;
      host?.lost("unplugged");
    },
    plug() {
      plugged = true;
    },
    abandon() {
      host = undefined;
      lamp = DARK;
    },
    isOpen: () => host !== undefined,
    onShown: (listener) => listeners.push(listener),
  };
}
