import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { controlTemplate } from "./control-grammar.ts";
import { wholeNumber } from "./field.ts";
import { frameSchema } from "./frame-grammar.ts";

const frameName = lazy(() =>
  z.string().regex(/^[a-z][A-Za-z0-9-]*$/, 'the name of a frame in "frames": letters, digits, hyphens'),
);
const frameOrName = lazy(() =>
  z.union([frameName(), frameSchema()], {
    error: 'a frame { "bytes": [...] }, or the name of one in "frames"',
  }),
);
export type FrameOrName = z.output<ReturnType<typeof frameOrName>>;

/** Sent only while each variable is what is said: `{ "blink": ["slow", "fast"] }`. */
const conditional = lazy(() =>
  z.strictObject({
    frame: frameOrName(),
    when: z.record(
      z.string(),
      z.union([z.string(), z.int(), z.array(z.union([z.string(), z.int()])).min(1)], {
        error: "a word, a number, or a list of them",
      }),
    ),
  }),
);
const step = lazy(() =>
  z.union([frameName(), frameSchema(), conditional()], {
    error: 'a frame { "bytes": [...] }, the name of one in "frames", or { "frame": ..., "when": { ... } }',
  }),
);
export type LampStep = z.output<ReturnType<typeof step>>;

/** Colours by name, or `#rrggbb`, each with the number that stands for it: the variable `palette`. */
const palette = lazy(() =>
  z.record(
    z
      .string()
      .regex(
        /^(?:red|green|blue|yellow|orange|amber|cyan|magenta|white|#[0-9a-f]{6})$/i,
        "red, green, blue, yellow, orange, amber, cyan, magenta, white, or #rrggbb",
      ),
    wholeNumber(65_535),
  ),
);

/** One lamp, or `count` of them by a template. A lamp with the id of an input is the lamp in that control. */
const lampSchema = lazy(() =>
  z.strictObject({
    label: z.string().min(1).max(60).optional(),
    count: z.int().min(1).max(256).optional().describe("How many, for a template such as key-{n}."),
    first: z.int().min(0).max(1000).default(1),
    skip: z.array(z.int().min(0).max(1000)).max(256).default([]),
    columns: z.int().min(1).max(64).optional(),
    can: z
      .union([z.enum(["mono", "rgb", "bits"]), z.strictObject({ palette: palette() })], {
        error:
          '"mono", "rgb", "bits" (red, green and blue each on or off), or { "palette": { "red": 1, ... } }',
      })
      .describe("What it can show."),
    blink: z
      .union(
        [
          z.enum(["by-bridge", "by-device"]),
          z
            .array(z.enum(["slow", "fast", "double"]))
            .min(1)
            .max(3),
        ],
        {
          error:
            '"by-bridge", "by-device", or the list of what the hardware does by itself: ["slow", "fast"]',
        },
      )
      .default("by-bridge")
      .describe(
        "How it blinks. A list names what the hardware does by itself: slow (about 1 Hz), fast (about 4 Hz), double (two short flashes a second); the rest is done by switching it. by-device: all three. Default: by-bridge.",
      ),
    vars: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), wholeNumber(65_535)).default({}),
    set: z.array(step()).min(1).max(16).describe("What is sent when it changes."),
  }),
);
export type LampRule = z.output<ReturnType<typeof lampSchema>>;

/** What a profile says of what a product shows. */
export const outputSchema = lazy(() =>
  z.strictObject({
    length: z
      .int()
      .min(1)
      .max(1024)
      .optional()
      .describe("Of an output report, without its id byte. Default: the frame's own."),
    frames: z.record(frameName(), frameSchema()).default({}).describe("Frames that are used by name."),
    init: z.array(frameOrName()).max(16).default([]).describe("Sent when it is opened."),
    close: z
      .array(frameOrName())
      .max(16)
      .default([])
      .describe("Sent before it is closed, after its lamps went dark."),
    keepAlive: z
      .strictObject({
        everyMs: z.int().min(100).max(600_000),
        frames: z.array(frameOrName()).max(16).default([]),
        repeatLamps: z.boolean().default(false).describe("Send what the lamps show again. Default: false."),
      })
      .optional()
      .describe("For lamps with a dead-man: without it they go dark by themselves."),
    minGapMs: z.int().min(0).max(1000).default(0).describe("Rest between two reports. Default: 0."),
    retry: z
      .int()
      .min(0)
      .max(3)
      .default(0)
      .describe("How often a report that was not taken is sent again. Default: 0."),
    lamps: z.record(controlTemplate(), lampSchema()).default({}),
  }),
);
export type OutputRules = z.output<ReturnType<typeof outputSchema>>;
