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
import { CONTROLS } from "./controls.ts";

/** The lamp of the room, which people trust, and the one of the whole site. */
const LAMPS = ["tally", "site"] as const;
export type LampName = (typeof LAMPS)[number];

export interface Lamp {
  readonly rgb: readonly number[];
  readonly blink: string;
}

/** A wall panel of the campaign: its hardware, which outlives every bridge. */
export interface CampaignPanel {
  readonly kind: DeviceKind;
  /** What a lamp shows; dark while nobody drives it. */
  lamp(id: LampName): Lamp;
  emit(event: ControlEvent): void;
  /** Pulled out; it can be opened again after `backMs`. */
  unplug(): void;
  plug(): void;
  /** Whoever drove it was killed: the service manager's stop action darkens it. */
  abandon(): void;
  isOpen(): boolean;
  onShown(listener: () => void): void;
}

const DARK: Lamp = { rgb: [0, 0, 0], blink: "steady" };

const control = (id: string): ControlDescription => ({
  id: controlId(id),
  label: id,
  input: { shape: "button" },
  output: { kind: "lamp", colors: "rgb", blink: "by-device" },
  place: { area: "nowhere" },
});

/** Buttons for all that can be asked, and two lamps. */
export function createCampaignPanel(): CampaignPanel {
  let host: DeviceHost | undefined;
  let plugged = true;
  const lamps = new Map<string, Lamp>();
  const listeners: (() => void)[] = [];
  const controls = [...Object.keys(CONTROLS), "site"].map(control);

  function show(id: string, frame: Frame): void {
    if (frame.kind !== "lamp" || !LAMPS.some((known) => known === id)) return;
    lamps.set(id, { rgb: frame.rgb, blink: frame.blink });
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
          lamps.clear();
        },
      });
    },
  });

  return {
    kind,
    lamp: (id) => lamps.get(id) ?? DARK,
    emit: (event) => host?.emit(event),
    unplug() {
      plugged = false;
      lamps.clear();
      host?.lost("unplugged");
    },
    plug() {
      plugged = true;
    },
    abandon() {
      host = undefined;
      lamps.clear();
    },
    isOpen: () => host !== undefined,
    onShown: (listener) => listeners.push(listener),
  };
}
