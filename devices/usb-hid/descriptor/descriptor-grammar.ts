import { z } from "zod";
import { once } from "../once.ts";

const axes = once(() =>
  z
    .enum(["faders", "buttons", "off"])
    .default("faders")
    .describe(
      "What joystick axes are: `faders` from 0 to 1; `buttons` named x-low and x-high, for boards on whose axes switches are wired; `off`. Default: faders.",
    ),
);

/**
 * Controls told by the device's own report descriptor: joysticks, gamepads, encoder boards. `true` is short for an
 * empty table.
 */
export const descriptorSchema = once(() =>
  z
    .union([z.literal(true), z.strictObject({ axes: axes() })], {
      error: 'true, or a table such as { "axes": "buttons" }',
    })
    .transform((rules) => (rules === true ? { axes: "faders" as const } : rules)),
);
export type DescriptorRules = z.output<ReturnType<typeof descriptorSchema>>;
