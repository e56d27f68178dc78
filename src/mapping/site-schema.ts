import { z } from "zod";
import { HOURS } from "../base/hours.ts";

export const milliseconds = (lowest: number, highest: number) => z.int().min(lowest).max(highest);

/** Values by hours of the local day. */
export const byHours = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string().regex(HOURS, "hours of the day, for example 18:00-06:00"), value);

const MOST_ADDRESSES = 8;
const ADDRESSES = `An address of the server, or a list of 1 to ${MOST_ADDRESSES} addresses`;

const address = z.string().min(1);

/** One server, by itself or among several. */
export const serverSchema = z
  .strictObject({
    url: z
      .union([address, z.array(address).min(1, ADDRESSES).max(MOST_ADDRESSES, ADDRESSES)], ADDRESSES)
      .describe(
        "Address of the VALT server, for example https://valt.example.com; without a scheme https is meant. A list has several addresses of one server, tried in order: the one that answered last comes first.",
      ),
    username: z.string().min(1).describe("Account of the bridge."),
    passwordFrom: z
      .string()
      .regex(
        /^[A-Z][A-Z0-9_]*$/,
        "the NAME of an environment variable in capitals, never the password itself",
      )
      .optional()
      .describe(
        "Environment variable with the password (default VALT_PASSWORD); NAME_FILE and systemd credentials work too.",
      ),
    tls: z
      .union([
        z.enum(["system", "insecure", "none"]),
        z.strictObject({ caFile: z.string().describe("PEM file with the authority's certificate.") }),
        z.strictObject({
          fingerprint: z.string().describe("SHA-256 fingerprint of the server's certificate."),
        }),
      ])
      .optional()
      .describe(
        "How the server's certificate is checked (default: by the system's authorities; insecure: not at all). none: the address is http://, and passwords travel in clear text.",
      ),
    deadlineMs: milliseconds(200, 60_000)
      .optional()
      .describe("How long one request may take (default 5000)."),
    pinDigits: z
      .int()
      .min(3)
      .max(12)
      .optional()
      .describe(
        "How many digits the PINs of the server's users have (default 4). Cards and PINs share a field there: numbers with just so many digits are PINs, all others are cards.",
      ),
  })
  .describe("The VALT server.");

export const timingSchema = z
  .strictObject({
    activePollMs: milliseconds(200, 60_000)
      .optional()
      .describe(
        "How often a room is asked for that records or that somebody sees (default 2000; at most a third of freshMs).",
      ),
    idlePollMs: milliseconds(200, 600_000)
      .optional()
      .describe(
        "How often any other room is asked for (default 2000; at most a third of freshMs unless the server's list of rooms vouches for it).",
      ),
    requestsPerSecond: z
      .number()
      .min(1)
      .max(10_000)
      .optional()
      .describe("Most status requests a second, for all rooms of a server together (default 20)."),
    freshMs: milliseconds(500, 600_000)
      .optional()
      .describe("A status that was asked for longer ago is shown as unknown (default 6000)."),
    statusTrailsMs: milliseconds(0, 60_000)
      .optional()
      .describe(
        "How long after an accepted command the server's status may still show the time before (default 5000).",
      ),
    pressDeadlineMs: milliseconds(200, 10_000)
      .optional()
      .describe("A press is never sent later than this after its gesture was complete (default 2000)."),
    toggleRepeatMs: milliseconds(0, 5000)
      .optional()
      .describe("A toggle that comes again within this time is ignored (default 500)."),
  })
  .describe("How often the server is asked and how long things are believed.");

export const alarmsSchema = z
  .strictObject({
    stoppedElsewhere: z
      .enum(["ours", "all", "none"])
      .optional()
      .describe(
        'Whose recordings raise the alarm "stopped elsewhere" when nothing of this bridge stopped them: ours were started here, all are those of anybody, none raises none (default ours). A stop by any panel, link or page of this bridge raises none.',
      ),
    webhookFrom: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, "the NAME of an environment variable in capitals, never the address itself")
      .optional()
      .describe("Environment variable with the address that every alarm is posted to."),
    certificateDays: z
      .int()
      .min(1)
      .max(365)
      .optional()
      .describe("Warn when the server's certificate ends sooner (default 21)."),
    diskFreePercent: z
      .number()
      .min(0)
      .max(90)
      .optional()
      .describe("Warn when the disk of the bridge has less left (default 5)."),
    clockSeconds: z
      .number()
      .min(1)
      .max(3600)
      .optional()
      .describe("Warn when the server's clock differs by more (default 10)."),
  })
  .describe("What is worth an alarm, and who is told.");

export const journalSchema = z
  .strictObject({
    keepDays: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .describe("How long what happened is kept on record (default 365)."),
    keepMegabytes: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("How large the record may grow before its oldest part goes (default 2048)."),
  })
  .describe("How long the journal is kept.");
