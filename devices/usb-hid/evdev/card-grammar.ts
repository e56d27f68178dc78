import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { controlName } from "../profile/control-grammar.ts";
import { readAffix } from "./keyboard.ts";

const affix = lazy(() =>
  z
    .string()
    .min(1)
    .max(16)
    .refine((text) => readAffix(text).length > 0, "text, or a control key such as ctrl-b"),
);

const numberSchema = lazy(() =>
  z.strictObject({
    from: z
      .enum(["decimal", "hex", "facility-and-card"])
      .describe(
        "What the reader types: `decimal` digits, `hex` digits, or `facility-and-card`: 3 digits and 5 digits, with a sign between them or none (123,38306).",
      ),
    to: z
      .enum(["decimal", "hex", "facility-and-card", "card"])
      .describe(
        "What the server has: the same words; `card` is the lowest 16 bits without the facility code.",
      ),
    bits: z
      .union([16, 24, 26, 32, 34, 37, 40, 48, 56, 64].map((bits) => z.literal(bits)))
      .optional()
      .describe("Only so many of the lowest bits count. Default: all."),
    bytes: z
      .enum(["as-typed", "reversed"])
      .optional()
      .describe(
        "`reversed` turns the order of the bytes round: of `bits` where they are given, of all typed hex digits, else of 32 bits. Default: as-typed.",
      ),
    digits: z
      .int()
      .min(1)
      .max(24)
      .optional()
      .describe(
        "The result is filled up with zeros in front to so many digits; a longer one is discarded. Default: no zeros in front, and of hex both digits of each byte.",
      ),
    letters: z.enum(["upper", "lower"]).optional().describe("Of hex digits. Default: upper."),
  }),
);
/** How a typed number becomes the one that the server has. */
export type NumberRules = z.output<ReturnType<typeof numberSchema>>;

/** What is said of a reader, in its profile and in the mapping: all of it may be left out. */
export const cardSchema = lazy(() =>
  z.strictObject({
    control: controlName().optional().describe("Its id. Default: card."),
    layout: z
      .enum(["us", "de", "fr"])
      .optional()
      .describe(
        "Which keyboard the reader takes itself for: what it types is read with this layout. Digits are the same in us and de. Default: us.",
      ),
    end: z
      .enum(["enter", "tab", "pause"])
      .optional()
      .describe(
        "What ends a number: a key, or a pause of betweenKeysMs; `pause` needs `length`. Default: enter.",
      ),
    betweenKeysMs: z
      .int()
      .min(10)
      .max(2000)
      .optional()
      .describe(
        "A longer pause inside of a number discards all of it, to its end: what follows a gap is the tail of a number, and would be another one. Default: 250.",
      ),
    length: z
      .int()
      .min(1)
      .max(256)
      .optional()
      .describe("Exactly so many characters are typed, without prefix and suffix. Default: any number."),
    minimumLength: z.int().min(1).max(64).optional().describe("Shorter numbers are discarded. Default: 4."),
    maximumLength: z.int().min(1).max(256).optional().describe("Longer numbers are discarded. Default: 64."),
    prefix: affix()
      .optional()
      .describe(
        "What stands before each number, such as `;` or `ctrl-b`: it must be there, and is left out. Default: none.",
      ),
    suffix: affix().optional().describe("Likewise what stands behind it, such as `?`. Default: none."),
    number: numberSchema()
      .optional()
      .describe("How the number that is typed becomes the one that the server has. Default: as it is typed."),
  }),
);
/** What a mapping may say. */
export type CardSettings = z.output<ReturnType<typeof cardSchema>>;

const usual = {
  control: "card",
  layout: "us",
  end: "enter",
  betweenKeysMs: 250,
  minimumLength: 4,
  maximumLength: 64,
} as const;

/** How a reader types its numbers. */
export type CardRules = CardSettings & {
  readonly [Key in keyof typeof usual]: NonNullable<CardSettings[Key]>;
};

/** Later words win; what nobody says is as usual. */
export function cardRules(...said: readonly (CardSettings | undefined)[]): CardRules {
  return Object.assign({}, usual, ...said) as CardRules;
}

/** What is wrong between the parts of a reader's rules; nothing when they are good. */
export function findCardFault({ end, length, number }: CardSettings): string | undefined {
  if (end === "pause" && length === undefined)
    return '"end": "pause" needs "length": without it the tail of a number is a number too';
  if (number?.from === "facility-and-card" && number.bytes === "reversed")
    return '"bytes": "reversed" is for decimal and hex numbers';
  return undefined;
}
