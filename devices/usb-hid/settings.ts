import { z } from "zod";
import type { Claim } from "../../src/driver/contract.ts";
import { cardSchema } from "./evdev/card-grammar.ts";

/** The settings of one USB device, defaults filled in. */
export type HidSettings = z.output<typeof settingsSchema>;

/** What a mapping may say of a USB device. */
export const settingsSchema = z.strictObject({
  profile: z
    .union(
      [
        z.string().min(1),
        z.looseObject({
          profile: z
            .literal(1)
            .describe(
              "The version of the words of a profile that is written here; its other keys are those of a profile's file.",
            ),
        }),
      ],
      {
        error:
          'the name of a shipped profile such as "xkeys-xk-24", a file such as "./my-box.json", or a profile itself',
      },
    )
    .optional()
    .describe(
      "What product it is: the name of a profile that comes with the bridge, a profile's file beside the mapping such as ./my-box.json, or the profile itself. Default: none, for a product that is only recorded.",
    ),
  ids: z
    .string()
    .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/i, "vendor and product id as lsusb shows them: 05f3:0438")
    .optional()
    .describe(
      "Vendor and product id as lsusb shows them, such as 05f3:0438: with a profile, that this product is read by it; without one its reports are recorded, and nothing is understood. Default: what the profile says.",
    ),
  serialNumber: z
    .string()
    .min(1)
    .optional()
    .describe("Which one: its serial number, as discovery lists it. Default: the only one attached."),
  product: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one: the name that it tells, whole, as discovery lists it; capitals do not count. For ids that several products have. Default: any.",
    ),
  unitId: z
    .int()
    .min(0)
    .optional()
    .describe(
      "Which one: the number that people gave to the unit, for products that report one, such as X-keys. Default: any.",
    ),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one: the USB port it is plugged into, such as 1-1.4, or a device file, or a link to it such as /dev/input/by-id/usb-Reader-event-kbd. fake:// is no hardware at all and plays recordings. Default: any.",
    ),
  grab: z
    .enum(["required", "preferred", "off"])
    .optional()
    .describe(
      "Of keyboards and card readers: whether what is typed is kept from the rest of the computer. Default: what the profile says.",
    ),
  card: cardSchema()
    .optional()
    .describe(
      "Of card readers: how this one types its numbers, and how they become those that the server has; `valt-bridge learn` proposes it. Default: what the profile says.",
    ),
});

/** Whether no hardware is meant. */
export function isFake({ path }: HidSettings): boolean {
  return path === FAKE;
}
const FAKE = "fake://";

/** Which unit it means, as far as the settings tell units apart. */
export function claims(settings: HidSettings): readonly Claim[] {
  const { profile, ids, serialNumber, unitId, product: called, path } = settings;
  if (isFake(settings)) return [];
  if (path !== undefined) return [{ setting: "path", what: `the device at ${path}` }];
  const name = typeof profile === "object" ? (profile as { readonly name?: unknown }).name : profile;
  const product = [name, ids].filter((part) => part !== undefined).join(" ");
  if (serialNumber !== undefined)
    return [{ setting: "serialNumber", what: `the ${product} with the serial number ${serialNumber}` }];
  if (unitId !== undefined) return [{ setting: "unitId", what: `the ${product} with the unit id ${unitId}` }];
  if (called !== undefined) return [{ setting: "product", what: `the ${product} called ${called}` }];
  return [{ setting: "profile", what: `the only ${product} attached` }];
}
