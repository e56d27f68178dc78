import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";

const axes = lazy(() =>
  z
    .enum(["faders", "buttons", "off"])
    .default("faders")
    .describe(
      "What joystick axes are: `faders` from 0 to 1; `buttons` named x-low and x-high, for boards on whose axes switches are wired; `off`. Default: faders.",
    ),
);

const deadBand = lazy(() =>
  z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe(
      "How far an axis must go from where it was told last, of its whole way: idle axes tremble. Its ends are always told. Default: 0.",
    ),
);

/**
 * Controls told by the device's own report descriptor: joysticks, gamepads, encoder boards. `true` is short for an
 * empty table.
 */
export const descriptorSchema = lazy(() =>
  z
    .union([z.literal(true), z.strictObject({ axes: axes(), deadBand: deadBand() })], {
      error: 'true, or a table such as { "axes": "buttons" }',
    })
    .transform((rules) => (rules === true ? { axes: "faders" as const, deadBand: 0 } : rules)),
);
export type DescriptorRules = z.output<ReturnType<typeof descriptorSchema>>;
