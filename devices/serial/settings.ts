import { z } from "zod";
import { textEncodings } from "../../src/driver/text-encoding.ts";
import { frameSchema } from "./framing/frame-spec.ts";
import { ADDRESS_URL, LISTEN_URL } from "./place.ts";

/** The settings of one serial device, defaults filled in. */
export type SerialSettings = z.output<typeof settingsSchema>;
/** Which modem lines are contacts or lamps. */
export type LineSettings = NonNullable<SerialSettings["lines"]>;

const onOrOff = z.enum(["on", "off"]);
const invert = z
  .enum(["yes", "no"])
  .default("no")
  .describe("yes: the contact is closed, or the lamp lit, when the line is off. Default: no.");
const contact = z.strictObject({
  invert,
  debounceMs: z
    .int()
    .min(0)
    .max(1000)
    .default(20)
    .describe("How long the line must rest before a change counts, 0 to 1000. Default: 20."),
});
const lamp = z.strictObject({ invert });

const linesSchema = z.strictObject({
  cts: contact.optional().describe("The CTS input as a button `cts`."),
  dsr: contact.optional().describe("The DSR input as a button `dsr`."),
  dcd: contact.optional().describe("The DCD input as a button `dcd`."),
  ri: contact
    .optional()
    .describe("The RI input as a button `ri`. Some USB adapters report only one of its edges, or none."),
  break: z
    .strictObject({})
    .optional()
    .describe("A break on the receiving wire as a click of the button `break`."),
  dtr: lamp.optional().describe("The DTR output as a lamp `dtr`."),
  rts: lamp.optional().describe("The RTS output as a lamp `rts`."),
});

/** What a mapping may say of a serial device. */
export const settingsSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "A port of this machine. Prefer /dev/serial/by-id/...: that name finds the same adapter again wherever it is plugged in. One of path, address and listen is needed.",
    ),
  address: z
    .string()
    .regex(ADDRESS_URL, "expected tcp://host:port, rfc2217://host:port or fake://name")
    .optional()
    .describe(
      "A port of another machine: tcp://host:port for raw bytes (Moxa, ser2net, Global Caché), rfc2217://host:port where the baud rate and the modem lines are set from here; fake://name for recordings.",
    ),
  listen: z
    .string()
    .regex(LISTEN_URL, "expected tcp://127.0.0.1:7700")
    .optional()
    .describe(
      "Where to listen for control systems: tcp://127.0.0.1:7700, or tcp://0.0.0.0:7700 for every network card. At most 8 connections at a time, also where one address in allow has all of them: a ninth is refused, or takes the place of one that has sent nothing for 30 s. A control system with many rooms needs one connection.",
    ),
  baud: z
    .int()
    .min(50)
    .max(4_000_000)
    .optional()
    .describe("Bits a second. Default: the profile's, else 9600."),
  dataBits: z
    .union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)])
    .optional()
    .describe("Default: the profile's, else 8."),
  parity: z
    .enum(["none", "even", "odd", "mark", "space"])
    .optional()
    .describe("Default: the profile's, else none."),
  stopBits: z
    .union([z.literal(1), z.literal(1.5), z.literal(2)])
    .optional()
    .describe("1.5 only with 5 data bits over RFC 2217. Default: the profile's, else 1."),
  flow: z
    .enum(["none", "rtscts", "xonxoff"])
    .optional()
    .describe(
      "Flow control: the wires RTS and CTS, or the characters XON and XOFF. Default: the profile's, else none.",
    ),
  dtr: onOrOff
    .optional()
    .describe("What DTR is set to when the port opens. Default: the profile's, else on."),
  rts: onOrOff
    .optional()
    .describe("What RTS is set to when the port opens. Default: the profile's, else on."),
  dialect: z
    .string()
    .optional()
    .describe(
      "What the other side speaks: native (the bridge's own lines), smp (as to an Extron SMP recorder), panopto, or none. Default: none with a profile or modem lines, else native.",
    ),
  profile: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())], {
      error: "expected the id of a shipped profile, a file such as ./my-box.json, or a profile itself",
    })
    .optional()
    .describe(
      "A device with buttons and lamps on the line: the id of a shipped profile, a file beside the mapping such as ./my-box.json, or the profile itself.",
    ),
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .default({})
    .describe(
      'Only with profile: what the profile leaves open, by its names, such as { "integrationId": 5 } of lutron-keypad. Names, meanings and defaults of each profile stand on the page Serial profiles of the reference. Default: the profile\'s.',
    ),
  frame: frameSchema
    .optional()
    .describe("How the dialect's messages follow each other on the line. Default: the dialect's own way."),
  echo: z
    .enum(["none", "suppress"])
    .default("none")
    .describe("suppress: what comes back within half a second of being sent is no message. Default: none."),
  encoding: z
    .enum(textEncodings)
    .default("auto")
    .describe(
      "What the texts of a dialect are written in: auto (UTF-8, or Windows-1252 while the other side speaks that; ISO 8859-1 is read as that too), utf-8 or windows-1252. Default: auto.",
    ),
  settleMs: z
    .int()
    .min(0)
    .max(10_000)
    .default(250)
    .describe(
      "How long after each opening of a port or connection what comes is discarded, in milliseconds, 0 to 10000: device servers and adapters send what they kept while nobody listened. Not for listen. Default: 250.",
    ),
  lines: linesSchema
    .optional()
    .describe(
      "Modem lines as buttons (cts, dsr, dcd, ri, break) and lamps (dtr, rts), on a port or over RFC 2217.",
    ),
});

/** What the wire is set to: the mapping's word, else the profile's, else 9600 8N1. */
export interface PortParameters {
  readonly baud: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: "none" | "even" | "odd" | "mark" | "space";
  readonly stopBits: 1 | 1.5 | 2;
  readonly flow: "none" | "rtscts" | "xonxoff";
  readonly dtr: "on" | "off";
  readonly rts: "on" | "off";
}

type Spoken = { readonly [Key in keyof PortParameters]?: PortParameters[Key] | undefined };

/** How the port is set: by the mapping, else by the profile, else 9600 baud 8N1. */
export function portParameters(
  settings: Spoken & Pick<SerialSettings, "lines">,
  profile: Spoken = {},
): PortParameters {
  const { lines } = settings;
  return {
    baud: settings.baud ?? profile.baud ?? 9600,
    dataBits: settings.dataBits ?? profile.dataBits ?? 8,
    parity: settings.parity ?? profile.parity ?? "none",
    stopBits: settings.stopBits ?? profile.stopBits ?? 1,
    flow: settings.flow ?? profile.flow ?? "none",
    dtr: restingLevel(lines?.dtr) ?? settings.dtr ?? profile.dtr ?? "on",
    rts: restingLevel(lines?.rts) ?? settings.rts ?? profile.rts ?? "on",
  };
}

/** A line that is a lamp begins dark. */
function restingLevel(lamp: { readonly invert: "yes" | "no" } | undefined): "on" | "off" | undefined {
  if (lamp === undefined) return undefined;
  return lamp.invert === "yes" ? "on" : "off";
}

/** The word for the dialect; undefined for the usual one. A line with a device or contacts on it speaks none. */
export function dialectOf({
  dialect,
  profile,
  lines,
}: Pick<SerialSettings, "dialect" | "profile" | "lines">): string | undefined {
  return dialect ?? (profile === undefined && lines === undefined ? undefined : "none");
}
