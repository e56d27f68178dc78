import { z } from "zod";
import { lazy } from "../../../src/base/memory.ts";
import { checksumSchema, frameSchema } from "../framing/frame-spec.ts";
import { name, receiveSchema, template } from "./receive-document.ts";

/** How a profile file reads, before its templates are compiled. Strict: an unknown key is a mistake. */

const sendBytesSchema = lazy(() =>
  z.strictObject({
    bytes: z
      .array(
        z.union([
          z.string().regex(/^[0-9A-Fa-f]{2}(?: ?[0-9A-Fa-f]{2})*$/, 'expected bytes in hex, such as "A0 01"'),
          z.strictObject({
            value: template().describe("A template that gives a number from 0 to 255."),
          }),
        ]),
      )
      .min(1)
      .max(64)
      .describe("Bytes in hex, and values."),
    checksum: checksumSchema.optional(),
  }),
);

/** A text (its end is added), bytes, or JSON (its end is added). */
const sendSchema = lazy(() => z.union([template(), sendBytesSchema(), z.strictObject({ json: z.json() })]));

const lampSchema = lazy(() =>
  z.strictObject({
    colors: z
      .union([
        z.enum(["mono", "rgb"]),
        z.record(
          z.string().min(1).max(16),
          z.string().regex(/^#[0-9a-fA-F]{6}$/, 'expected a colour such as "#ff0000"'),
        ),
      ])
      .default("mono")
      .describe(
        "mono; rgb, which fills `{red}`, `{green}` and `{blue}`; or names and their colours, which fill `{color}`. Default: mono.",
      ),
    states: z
      .strictObject({
        off: z.string().max(64),
        on: z.string().max(64),
        slow: z.string().max(64).optional(),
        fast: z.string().max(64).optional(),
        double: z.string().max(64).optional(),
      })
      .describe(
        "What fills `{state}`. With slow and fast the device blinks by itself, else the bridge does.",
      ),
    send: sendSchema().describe("What is sent to show it."),
  }),
);

const controlSchema = lazy(() =>
  z.strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]*(?:\{n\}[a-z0-9-]*)?$/, "expected a word such as record or key-{n}")
      .describe("What mappings call it; `{n}` is its number."),
    count: z.int().min(1).max(128).default(1).describe("How many of the kind there are. Default: 1."),
    first: z.int().min(0).max(999).default(1).describe("The first number. Default: 1."),
    label: z.string().min(1).max(64).optional().describe("What people call it. Default: its id."),
    input: z
      .enum(["button", "encoder", "encoder-with-push", "fader", "pulse", "none"])
      .default("none")
      .describe("What it reports. Default: none."),
    contact: z
      .enum(["momentary", "maintained"])
      .default("momentary")
      .describe(
        "Buttons: maintained is what may stay down by itself, as key switches and contacts do. Default: momentary.",
      ),
    columns: z.int().min(1).max(64).optional().describe("Keys: how many stand side by side."),
    lamp: lampSchema().optional().describe("Its light."),
    text: z
      .strictObject({
        columns: z.int().min(1).max(80).describe("How many characters fit."),
        send: sendSchema().describe("What is sent to show `{text}`."),
      })
      .optional()
      .describe("Its display."),
  }),
);

const pollSchema = lazy(() =>
  z.strictObject({
    everyMs: z.int().min(20).max(600_000).describe("How often it is asked."),
    send: sendSchema().describe("What is asked."),
    expect: template()
      .optional()
      .describe("What an answer looks like. Default: whatever comes is a sign of life."),
    misses: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe("How many unanswered questions, and at least 3 s, mean that the device is gone. Default: 3."),
  }),
);

const ackSchema = lazy(() =>
  z.strictObject({
    expect: template().describe("What the device says to everything that it took."),
    timeoutMs: z.int().min(20).max(10_000).default(500).describe("How long it is waited for. Default: 500."),
    retries: z
      .int()
      .min(0)
      .max(5)
      .default(1)
      .describe("How often it is sent again; then the device is gone. Default: 1."),
  }),
);

const sendingSchema = lazy(() =>
  z.strictObject({
    end: z.string().max(8).default("").describe("What every text and JSON ends with. Default: nothing."),
    init: z.array(sendSchema()).max(64).default([]).describe("What is said first. Default: nothing."),
    close: z
      .array(sendSchema())
      .max(64)
      .default([])
      .describe("What is said last, once the lamps are dark. Default: nothing."),
    poll: z
      .array(pollSchema())
      .max(16)
      .default([])
      .describe("What is asked again and again. Default: nothing."),
    minGapMs: z
      .int()
      .min(0)
      .max(5000)
      .default(0)
      .describe("The least time between two messages. Default: 0."),
    charGapMs: z
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe("The time between two characters, for devices that lose them. Default: 0."),
    coalesce: z
      .enum(["latest", "all"])
      .default("latest")
      .describe("While lamps wait to be sent, only the latest of each counts, or all. Default: latest."),
    echo: z
      .enum(["none", "suppress"])
      .default("none")
      .describe("suppress: the device repeats what it hears, and that is no message. Default: none."),
    ack: ackSchema()
      .optional()
      .describe("Whether everything that is sent is answered. Default: nothing is waited for."),
  }),
);

/** A profile as its file says it. */
export const documentSchema = lazy(() =>
  z.strictObject({
    $schema: z.string().optional(),
    profile: z.literal(1).describe("The version of this grammar."),
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/, "expected a word such as lutron-keypad")
      .max(64),
    name: z.string().min(1).max(80).describe("What people call the product."),
    source: z.string().min(1).max(400).describe("Where the facts come from."),
    confirmed: z.string().min(1).max(200).describe("On which hardware it was tried, or `not on hardware`."),
    values: z
      .record(
        name(),
        z.strictObject({
          is: z.string().min(1).max(200).describe("What it is, for people."),
          default: z.string().max(128).optional().describe("What it is unless the mapping says otherwise."),
        }),
      )
      .default({})
      .describe("Blanks that the mapping's `values` fill; `{name}` in every template."),
    port: z
      .strictObject({
        baud: z.int().min(50).max(4_000_000).optional(),
        dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]).optional(),
        parity: z.enum(["none", "even", "odd", "mark", "space"]).optional(),
        stopBits: z.union([z.literal(1), z.literal(1.5), z.literal(2)]).optional(),
        flow: z.enum(["none", "rtscts", "xonxoff"]).optional(),
        dtr: z.enum(["on", "off"]).optional(),
        rts: z.enum(["on", "off"]).optional(),
        tcpPort: z.int().min(1).max(65_535).optional(),
      })
      .default({})
      .describe("What the line is set to unless the mapping says otherwise."),
    frame: frameSchema.describe("How its messages are told apart."),
    case: z
      .enum(["exact", "ignored"])
      .default("exact")
      .describe("Whether large and small letters differ in what comes. Default: exact."),
    notify: z
      .strictObject({ udpPort: z.int().min(1).max(65_535).describe("Where the device sends datagrams.") })
      .optional()
      .describe("Messages that come as UDP datagrams beside the line."),
    controls: z.array(controlSchema()).min(1).max(64).describe("What people touch and see."),
    receive: z
      .array(receiveSchema())
      .max(128)
      .default([])
      .describe("What the device says; the first that fits counts."),
    send: sendingSchema().prefault({}).describe("What the bridge says."),
  }),
);

/** A profile whose shape is right. */
export type ProfileDocument = z.output<ReturnType<typeof documentSchema>>;
/** What a profile sends: a text, bytes, or JSON. */
export type SendDocument = z.output<ReturnType<typeof sendSchema>>;
/** What comes and what it means. */
export type ReceiveDocument = ProfileDocument["receive"][number];
/** What a message means. */
export type DoDocument = ReceiveDocument["do"];
/** One control, or several of a kind. */
export type ControlDocument = ProfileDocument["controls"][number];
/** The light of a control. */
export type LampDocument = NonNullable<ControlDocument["lamp"]>;
