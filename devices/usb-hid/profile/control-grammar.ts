import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { conditionSchema, fieldShape, LONGEST_REPORT, wholeNumber } from "./field.ts";

const offset = lazy(() =>
  z
    .int()
    .min(0)
    .max(LONGEST_REPORT - 1),
);

/** Names are what mappings bind: `key-3`, `left`. In a template `{n}` counts from 1, `{column}` and `{row}` too. */
export const controlName = lazy(() =>
  z
    .string()
    .regex(
      /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/,
      "a control's id is lower-case letters and digits, joined by hyphens: left-pedal",
    )
    .max(40),
);
/** An id with `{n}`, `{column}` or `{row}`. */
export const controlTemplate = lazy(() =>
  z
    .string()
    .regex(
      /^[a-z0-9{][a-z0-9{}_-]*$/,
      "lower-case letters, digits, hyphens and {n}, {column}, {row}: key-{n}",
    )
    .max(60),
);

/** Where controls sit, for drawing the panel; `columns` makes rows of several. Counted from 0, from the top left. */
const placeShape = lazy(() => ({
  area: z.enum(["keys", "dials", "strip", "sensors", "pedals", "nowhere"]).optional(),
  column: z.int().min(0).max(63).optional(),
  row: z.int().min(0).max(63).optional(),
}));
const oneShape = lazy(() => ({
  id: controlName(),
  label: z.string().min(1).max(60).optional().describe("What people call it. Default: its id with spaces."),
  ...placeShape(),
}));
/** Several controls in one: named by a template or one by one, in the order in which they are numbered. */
const manyShape = lazy(() => ({
  id: controlTemplate().optional(),
  ids: z.array(controlName()).min(1).max(256).optional(),
  label: z.string().min(1).max(60).optional().describe("May hold {n}, {column} and {row}."),
  labels: z.array(z.string().min(1).max(60)).min(1).max(256).optional(),
  first: z.int().min(0).max(1000).default(1).describe("The number of the first one. Default: 1."),
  skip: z.array(z.int().min(0).max(1000)).max(256).default([]).describe("Numbers that stand for nothing."),
  columns: z.int().min(1).max(64).optional().describe("How many of them stand side by side."),
  ...placeShape(),
}));
const contactShape = lazy(() => ({
  contact: z
    .enum(["momentary", "maintained"])
    .optional()
    .describe(
      "maintained: it may stay down by itself, as key switches, pedals and contacts of other machines do. Default: momentary.",
    ),
}));
const invert = lazy(() => z.boolean().default(false).describe("Zero means pressed. Default: false."));

/** Down while the field is not zero, or while it equals what is said. */
const button = lazy(() =>
  z.strictObject({
    kind: z.literal("button"),
    ...oneShape(),
    ...contactShape(),
    ...fieldShape(),
    equals: wholeNumber(0xffffffff).optional(),
    invert: invert(),
  }),
);
/** One bit a key. */
const bits = lazy(() =>
  z.strictObject({
    kind: z.literal("bits"),
    ...manyShape(),
    ...contactShape(),
    at: offset(),
    bytes: z.int().min(1).max(64).default(1),
    firstBit: z.int().min(0).max(7).default(0).describe("The lowest bit used in each byte. Default: 0."),
    perByte: z.int().min(1).max(8).optional().describe("Bits used in each byte. Default: all from firstBit."),
    count: z.int().min(1).max(512).optional().describe("How many bits count. Default: all of them."),
    order: z
      .enum(["along-bytes", "across-bytes"])
      .default("along-bytes")
      .describe(
        "along-bytes numbers all bits of a byte first; across-bytes the same bit of every byte first, which is row by row where a byte is a column. Default: along-bytes.",
      ),
    invert: invert(),
  }),
);
/** One byte a key. */
const bytes = lazy(() =>
  z.strictObject({
    kind: z.literal("bytes"),
    ...manyShape(),
    ...contactShape(),
    at: offset(),
    count: z.int().min(1).max(256),
    equals: wholeNumber(255).optional(),
    invert: invert(),
  }),
);
const conditions = lazy(() => z.array(conditionSchema()).min(1).max(8));
/** Tells moments instead of a state: a touch that begins, a key that knows no release. */
const event = lazy(() =>
  z
    .strictObject({
      kind: z.literal("event"),
      ...oneShape(),
      ...contactShape(),
      down: conditions().optional(),
      up: conditions().optional(),
      click: conditions().optional(),
    })
    .refine(
      ({ down, up, click }) => (click !== undefined) !== (down !== undefined && up !== undefined),
      'an event says "click", or "down" and "up"',
    ),
);
/** A position: T-bar, shuttle ring, joystick axis. */
const value = lazy(() =>
  z.strictObject({
    kind: z.literal("value"),
    ...oneShape(),
    ...fieldShape(),
    from: z.int().describe("The number at which the position is 0."),
    to: z.int().describe("The number at which the position is 1."),
    deadBand: z
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe(
        "Numbers that differ from the one told last by no more than this are no movement: for what trembles at rest. The ends are always told. Default: 0.",
      ),
  }),
);
/** Turns: the number of steps since the last report, or a counter that wraps. */
const delta = lazy(() =>
  z.strictObject({
    kind: z.literal("delta"),
    ...oneShape(),
    ...fieldShape(),
    wrap: z
      .int()
      .min(2)
      .max(0x100000000)
      .optional()
      .describe("It is a counter that begins anew at this number. Default: it is a difference."),
    perDetent: z.int().min(1).max(1000).default(1).describe("Steps from one detent to the next. Default: 1."),
    reverse: z.boolean().default(false).describe("Grows counter-clockwise. Default: false."),
  }),
);
/** A list of the codes of the keys that are down, as keyboards send it. */
const usages = lazy(() =>
  z.strictObject({
    kind: z.literal("usages"),
    at: offset(),
    count: z.int().min(1).max(64),
    size: z.int().min(1).max(2).default(1),
    keys: z
      .record(
        z.string().regex(/^(?:0x[0-9a-f]{1,4}|\d{1,5})$/i, 'a usage code such as "0x04"'),
        controlName(),
      )
      .describe("Usage code to control id."),
    area: placeShape().area,
  }),
);
/** A point-of-view switch: 0 to 7 clockwise from the top, or 0 to 3; all else is the centre. */
const hat = lazy(() =>
  z.strictObject({
    kind: z.literal("hat"),
    id: controlName().describe("Makes four buttons: <id>-up, <id>-right, <id>-down, <id>-left."),
    label: oneShape().label,
    ...fieldShape(),
    directions: z
      .union([z.literal(4), z.literal(8)])
      .default(8)
      .describe("How many it knows. Default: 8."),
    top: z.int().min(0).max(255).default(0).describe("The number of its top. Default: 0."),
  }),
);

/** One rule that makes controls of bytes. */
export const controlSchema = lazy(() =>
  z.discriminatedUnion("kind", [button(), bits(), bytes(), event(), value(), delta(), usages(), hat()]),
);
/** A rule whose shape is right. */
export type ControlRule = z.output<ReturnType<typeof controlSchema>>;
/** One rule of a kind. */
export type RuleOf<Kind extends ControlRule["kind"]> = Extract<ControlRule, { kind: Kind }>;
