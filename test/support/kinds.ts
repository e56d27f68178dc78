import { z } from "zod";
import { assembleVocabulary } from "../../src/bridge/mapping-vocabulary.ts";
import { type ControlDescription, controlId, defineDeviceKind, fail } from "../../src/driver/contract.ts";

const control = (id: string, input: ControlDescription["input"]): ControlDescription => ({
  id: controlId(id),
  label: id,
  input,
  output: { kind: "lamp", colors: "rgb", blink: "by-device" },
  place: { area: "nowhere" },
});

/** A made-up panel with one control of each shape. */
export const panelKind = defineDeviceKind({
  kind: "test-panel",
  linkStyle: "none",
  settingsSchema: z.strictObject({ serialNumber: z.string().optional().describe("Which one.") }),
  describeControls: () => [
    control("left", { shape: "button" }),
    control("middle", { shape: "button" }),
    control("right", { shape: "button" }),
    control("dial", { shape: "encoder", push: "button" }),
    control("slider", { shape: "fader" }),
    control("reader", { shape: "pulse" }),
    control("surface", { shape: "touch" }),
    control("sign", { shape: "none" }),
  ],
  open: async () => fail({ reason: "not-found", message: "made up" }),
});

/** A made-up link of addresses, whose controls are free names. */
export const linkKind = defineDeviceKind({
  kind: "test-link",
  linkStyle: "addresses",
  settingsSchema: z.strictObject({ port: z.int().min(1).default(9000).describe("Where to listen.") }),
  describeControls: (_, named) => named.map((id) => control(id, { shape: "button" })),
  open: async () => fail({ reason: "not-found", message: "made up" }),
});

/** A kind that cannot tell its controls before it is open. */
export const laterKind = defineDeviceKind({
  kind: "test-later",
  linkStyle: "none",
  settingsSchema: z.strictObject({}),
  describeControls: () => "known-once-open",
  open: async () => fail({ reason: "not-found", message: "made up" }),
});

export const testWorld = assembleVocabulary([panelKind, linkKind, laterKind]);
