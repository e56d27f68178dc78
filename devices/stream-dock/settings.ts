import { z } from "zod";
import type { Claim } from "../../src/driver/contract.ts";

/** The settings of one panel, defaults filled in. */
export type DockSettings = z.output<typeof settingsSchema>;

/** What a mapping may say of a stream dock. */
export const settingsSchema = z.strictObject({
  serialNumber: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one: its serial number, as discovery lists it; older ones have none of their own. Default: the only one attached.",
    ),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one: the USB port it is plugged into, such as 1-1.4 (Linux), or a device file. fake://first and fake://third are no hardware at all and play recordings. Default: any.",
    ),
  brightnessPercent: z
    .int()
    .min(0)
    .max(100)
    .default(80)
    .describe("Brightness of its displays from 0 to 100. Default: 80."),
});

/** Which panel it means, as far as the settings tell panels apart. */
export function claims({ serialNumber, path }: DockSettings): readonly Claim[] {
  if (path?.startsWith("fake:")) return [];
  if (serialNumber !== undefined)
    return [{ setting: "serialNumber", what: `the stream dock with the serial number ${serialNumber}` }];
  if (path !== undefined) return [{ setting: "path", what: `the stream dock at ${path}` }];
  return [{ setting: "kind", what: "the only stream dock attached" }];
}
