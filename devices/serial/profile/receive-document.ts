import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";

/** What a template's part, or a value of the profile, is called. */
export const name = lazy(() =>
  z.string().regex(/^[a-z][A-Za-z0-9]*$/, "expected a word such as integrationId"),
);
/** A text with fields in braces, 1 to 512 characters. */
export const template = lazy(() => z.string().min(1).max(512));

const byteSchema = lazy(() =>
  z.union([
    z.string().regex(/^[0-9A-Fa-f]{2}(?: ?[0-9A-Fa-f]{2})*$/, 'expected bytes in hex, such as "A0 01"'),
    z.strictObject({
      name: name().describe("What the byte is called in `do`."),
      mask: z.int().min(1).max(255).default(255).describe("The bits that count, shifted down. Default: 255."),
      least: z.int().min(0).max(255).default(0).describe("The least value that fits. Default: 0."),
      most: z.int().min(0).max(255).default(255).describe("The greatest value that fits. Default: 255."),
      means: z
        .record(z.string().regex(/^\d{1,3}$/, "expected a number as text"), z.string().min(1).max(32))
        .optional()
        .describe("What the values mean, such as `1` for down; others do not fit."),
    }),
    z.strictObject({ skip: z.int().min(1).max(64).describe("So many bytes that do not matter.") }),
  ]),
);

const doSchema = lazy(() =>
  z.union([
    z.enum(["ignore", "complain"]),
    z.strictObject({
      control: template().describe("The control's id."),
      event: template().describe(
        "down, up, click (the device reports no release), hold (known, and left to the bridge), turn, move or pulse.",
      ),
      detents: template().optional().describe("For turn: how many, clockwise positive. Default: 1."),
      fraction: z
        .strictObject({
          of: template().describe("The position as the device tells it."),
          from: z.number().default(0).describe("What is 0. Default: 0."),
          to: z.number().describe("What is 1."),
        })
        .optional()
        .describe("For move."),
      values: z
        .array(template())
        .max(8)
        .optional()
        .describe("For pulse: what comes with it. Default: nothing."),
    }),
    z.strictObject({
      control: template().describe("The control's id."),
      level: template().describe(
        "down or up: what is, rather than what happened. The first is no press, and the same again is nothing.",
      ),
    }),
    z.strictObject({
      bits: name().describe("A value in hex, or a byte: each of its bits is the level of one control."),
      count: z.int().min(1).max(64).describe("How many bits, from the lowest."),
      control: template().describe("The control's id, with `{bit}` counted from 0."),
      whenSet: template().describe("down or up: what a set bit means."),
    }),
  ]),
);

const done = lazy(() =>
  doSchema()
    .default("ignore")
    .describe(
      "What it means; ignore: it is known and means nothing; complain: the device refused. Default: ignore.",
    ),
);

/** What comes, and what it means. */
export const receiveSchema = lazy(() =>
  z.union([
    z.strictObject({
      match: template().describe(
        "The whole message: characters, and `{name:int}`, `{name:int:1-6}`, `{name:number}`, `{name:word}`, `{name:text}`, `{name:hex}`, `{name:date}`, `{name:enum(3=down,4=up)}`; `{{` is a brace.",
      ),
      do: done(),
    }),
    z.strictObject({
      bytes: z.array(byteSchema()).min(1).max(64).describe("The whole message, byte by byte."),
      do: done(),
    }),
    z.strictObject({
      json: z
        .record(z.string().max(64), template())
        .default({})
        .describe("Places such as `params.Id`, and the template that fits what stands there."),
      each: z
        .strictObject({
          in: z.string().min(1).max(64).describe("Where the list stands, such as `result.Changes`."),
          match: z
            .record(z.string().max(64), template())
            .describe("Places within an entry, and their templates."),
        })
        .optional()
        .describe("Does it for every entry of a list that fits."),
      do: done(),
    }),
  ]),
);

/** One byte of a message, or several that do not matter. */
export type ByteDocument = z.output<ReturnType<typeof byteSchema>>;
