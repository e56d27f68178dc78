import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { controlName } from "../profile/control-grammar.ts";
import { cardRules, cardSchema } from "./card-grammar.ts";
import { keyCode } from "./key-names.ts";

const keyNameSchema = lazy(() =>
  z
    .string()
    .refine(
      (name) => keyCode(name) !== undefined,
      "a key as Linux calls it: key-f13, key-enter, key-a, button-0; or by its number: key-code-183",
    ),
);

/**
 * How a keyboard, a pedal or a card reader that types is read through Linux's input layer. A lamp's frame is
 * `[type, code, value]` there, as in the kernel's input-event-codes.h; the value has 1 to 4 bytes, lowest first.
 * `[17, 1, "on"]` is the lamp of Caps Lock, `[4, 1, "blue"]` the light of a PowerMate. No others are written.
 */
export const evdevSchema = lazy(() =>
  z
    .strictObject({
      grab: z
        .enum(["required", "preferred", "off"])
        .default("required")
        .describe(
          "Whether its keys are kept from everybody else: without that they also reach a login console or a desktop. `required` opens it not at all otherwise; `preferred` opens it and warns. Default: required.",
        ),
      keys: z
        .union([z.literal("all"), z.record(keyNameSchema(), controlName())], {
          error: '"all", or a table of keys and control ids: { "key-f13": "pedal-left" }',
        })
        .default({})
        .describe("Which keys are controls. `all` names each control after its key."),
      contact: z
        .enum(["momentary", "maintained"])
        .optional()
        .describe("maintained: its keys may stay down by themselves, as pedals do. Default: momentary."),
      dials: z
        .partialRecord(z.enum(["dial", "wheel", "horizontal-wheel"]), controlName())
        .default({})
        .describe("What turns. A key of the same control id is its push."),
      card: cardSchema()
        .transform((said) => cardRules(said))
        .optional()
        .describe("Its other keys type card numbers."),
    })
    .refine(
      ({ keys, card }) => keys !== "all" || card === undefined,
      'a reader\'s keys are its card\'s: "keys" may name some, but not "all"',
    ),
);
export type EvdevRules = z.output<ReturnType<typeof evdevSchema>>;

export type Grab = EvdevRules["grab"];
