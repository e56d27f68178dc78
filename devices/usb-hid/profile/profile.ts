import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { descriptorSchema } from "../descriptor/descriptor-grammar.ts";
import { evdevSchema } from "../evdev/evdev-grammar.ts";
import { controlSchema } from "./control-grammar.ts";
import { conditionSchema, fieldSchema, LONGEST_REPORT, wholeNumber } from "./field.ts";
import { frameSchema } from "./frame-grammar.ts";
import { outputSchema } from "./lamp-grammar.ts";

const usbId = lazy(() =>
  z
    .string()
    .regex(/^[0-9a-f]{4}$/i, 'four hexadecimal digits such as "05f3"')
    .transform((text) => text.toLowerCase()),
);
const glob = lazy(() => z.string().min(1).max(120));

/** All that is said must fit. */
const matchSchema = lazy(() =>
  z.strictObject({
    vid: usbId()
      .optional()
      .describe(
        "Vendor id, four hexadecimal digits. Default: any; for sorts of devices rather than products.",
      ),
    pid: z
      .union([usbId(), z.array(usbId()).min(1).max(64)], {
        error: 'four hexadecimal digits such as "0438", or a list',
      })
      .transform((ids) => (typeof ids === "string" ? [ids] : ids))
      .optional()
      .describe("Product ids. Default: any of the vendor."),
    usagePage: usbId().optional(),
    usage: usbId().optional(),
    interface: z.int().min(0).max(31).optional(),
    product: glob()
      .optional()
      .describe("The product's name; `*` stands for any text, capitals do not count."),
    serialNumber: glob().optional().describe("Likewise."),
    release: usbId().optional(),
    sharedWith: glob()
      .optional()
      .describe(
        "What else has this id: such a unit is chosen only when the mapping names its port, its serial number or its name. Default: nothing.",
      ),
    nobodyTypesOnIt: z
      .boolean()
      .optional()
      .describe(
        "A card reader that takes itself for a whole keyboard and is none: without this word the mapping must name id and port. Default: false.",
      ),
  }),
);
export type MatchRule = z.output<ReturnType<typeof matchSchema>>;

const reportSchema = lazy(() =>
  z.strictObject({
    id: wholeNumber(255).optional().describe("The report's id where reports are numbered: the byte at 0."),
    when: z
      .array(conditionSchema())
      .max(8)
      .default([])
      .describe("All must hold, or the report is left to the next rule."),
    continue: z.boolean().default(false).describe("Later rules may read the same report. Default: false."),
    controls: z.array(controlSchema()).max(64),
  }),
);
export type ReportRule = z.output<ReturnType<typeof reportSchema>>;

const pollSchema = lazy(() =>
  z.strictObject({
    everyMs: z.int().min(5).max(10_000),
    send: frameSchema().optional().describe("Ask with this; the answer is an input report."),
    feature: wholeNumber(255).optional().describe("Ask for this feature report."),
    length: z
      .int()
      .min(1)
      .max(LONGEST_REPORT)
      .optional()
      .describe("Of the feature report, without its id byte."),
    idInReply: z
      .boolean()
      .default(false)
      .describe("Whether the answer begins with the id; offsets count from there. Default: false."),
    timeoutMs: z.int().min(10).max(5000).default(200).describe("Default: 200."),
  }),
);
export type PollRule = z.output<ReturnType<typeof pollSchema>>;

/** Exactly one of `reports`, `evdev` and `descriptor`, or none of them for what only shows something. */
const inputSchema = lazy(() =>
  z.strictObject({
    length: z
      .int()
      .min(1)
      .max(LONGEST_REPORT)
      .optional()
      .describe(
        "Of the longest input report as it is delivered, with its id byte if it has one. Needed with reports.",
      ),
    first: z
      .enum(["touch", "state"])
      .default("touch")
      .describe(
        "What the first report means. `state`: `init` asked for it, and what is down in it was held before. Polled devices always tell their state. Default: touch.",
      ),
    unitId: fieldSchema()
      .optional()
      .describe("Where a report tells the number that people gave to this unit."),
    poll: pollSchema().optional(),
    reports: z.array(reportSchema()).min(1).max(32).optional(),
    evdev: evdevSchema().optional(),
    descriptor: descriptorSchema().optional(),
  }),
);

/** A profile as its file says it. */
export const profileSchema = lazy(() =>
  z.strictObject({
    $schema: z.string().optional(),
    profile: z.literal(1).describe("The version of this grammar."),
    id: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "lower-case letters and digits, joined by hyphens")
      .max(60),
    name: z.string().min(1).max(80).describe("The product, for people."),
    source: z
      .string()
      .min(1)
      .max(500)
      .describe("Where its bytes come from: a manual, a project, a measurement."),
    confirmed: z
      .enum(["by hardware recordings", "on paper"])
      .describe("Whether reports of real hardware were compared with it."),
    notes: z.string().max(2000).optional(),
    match: z.array(matchSchema()).max(64),
    input: inputSchema().optional(),
    output: outputSchema().optional(),
  }),
);
/** A product as data. Checked: every offset, name and variable in it is good. */
export type Profile = z.output<ReturnType<typeof profileSchema>>;
