import { z } from "zod";
import type { Claim } from "../../src/driver/contract.ts";

/** A LED as Linux names it; no way to another folder. */
const ledName = z
  .string()
  .regex(/^(?!\.)[^/\s]{1,63}$/, 'a LED as /sys/class/leds lists it, such as "tally-red"');

const partOf = (color: string) => ledName.describe(`The LED that is the ${color} part of this lamp.`);

/** The settings of LEDs, defaults filled in. */
export type LedSettings = z.output<typeof settingsSchema>;

/** What a mapping may say of LEDs. */
export const settingsSchema = z.strictObject({
  lamps: z
    .record(
      z.string().regex(/^[\w-]{1,40}$/, "letters, digits, - and _"),
      z.union(
        [
          ledName,
          z.strictObject({ red: partOf("red"), green: partOf("green"), blue: partOf("blue") }).partial(),
        ],
        {
          error: 'the name of a LED, or those of its colours: { "red": "tally-red", "green": "tally-green" }',
        },
      ),
    )
    .refine((lamps) => Object.keys(lamps).length > 0, "at least one lamp")
    .describe(
      "Which controls are which LEDs of /sys/class/leds: the name of one, or of one for each of red, green and blue.",
    ),
  folder: z
    .string()
    .min(1)
    .default("/sys/class/leds")
    .describe("Where Linux has its LEDs. Default: /sys/class/leds."),
});

/** The LEDs of a lamp by the colour for which each stands; one that is alone stands for any. */
export function ledsOf(lamp: LedSettings["lamps"][string]): readonly Led[] {
  if (typeof lamp === "string") return [{ name: lamp, part: "any" }];
  const parts = ["red", "green", "blue"] as const;
  return parts.flatMap((part) => (lamp[part] === undefined ? [] : [{ name: lamp[part], part }]));
}

interface Led {
  readonly name: string;
  readonly part: "any" | "red" | "green" | "blue";
}

export function claims({ lamps, folder }: LedSettings): readonly Claim[] {
  const names = Object.values(lamps).flatMap((lamp) => ledsOf(lamp).map(({ name }) => name));
  return names.map((name) => ({ setting: "lamps", what: `the LED ${folder}/${name}` }));
}
