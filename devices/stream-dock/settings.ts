import { z } from "zod";

export type DockSettings = z.output<typeof settingsSchema>;

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
