import { z } from "zod";
import type { Claim } from "../../src/driver/contract.ts";
import { ENDPOINT_URL, type Endpoint, parseEndpoint } from "./endpoint.ts";
import { ADDRESS } from "./message.ts";

/** The settings of a device of this kind, defaults filled in. */
export type OscSettings = z.output<typeof settingsSchema>;

const anyUrl = endpointUrlSchema(ENDPOINT_URL, "a URL such as udp://127.0.0.1:9000 or tcp://[::1]:9001");
const udpUrl = endpointUrlSchema(
  /^udp:\/\/(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[\w.-]+):(\d{1,5})$/,
  "a URL such as udp://10.0.0.7:9000",
);
const addresses = z.array(z.string().regex(ADDRESS, "an address starts with a slash: /panel/fader"));

const words = (told: string) => z.array(z.string().min(1)).default([]).describe(told);

/** The settings that a mapping may give. */
export const settingsSchema = z.strictObject({
  listen: oneOrSeveral(anyUrl)
    .default([])
    .describe(
      "Where to listen: one URL or several, udp://127.0.0.1:9000 or tcp://127.0.0.1:9001. Nothing else is listened on; use 0.0.0.0 for every network card, port 0 for any free port. Default: none.",
    ),
  connect: oneOrSeveral(anyUrl)
    .default([])
    .describe(
      "Whom to connect to: tcp://host:port as a client, udp://host:port to send there and hear its answers. What it is sent: answers, pushes and lamps. Default: none.",
    ),
  targets: oneOrSeveral(udpUrl)
    .default([])
    .describe(
      "Where pushes and lamps are sent, besides the connections: one or several udp://host:port. Sent from the port that is listened on, where there is one. Default: none.",
    ),
  framing: z
    .enum(["auto", "slip", "length-prefix", "lines"])
    .default("auto")
    .describe(
      "How packets follow each other on TCP: slip (OSC 1.1), length-prefix (OSC 1.0), lines of plain text, or auto: each connection by its first bytes, and slip where the other side has not spoken yet. Default: auto.",
    ),
  replyPort: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      "For UDP: answers go to this port of the asking machine. Default: to the port that the question came from.",
    ),
  encoders: addresses
    .default([])
    .describe("Controls that turn: their number is detents, clockwise positive. Default: none."),
  faders: addresses
    .default([])
    .describe("Controls that have a position: their number is from 0 to 1. Default: none."),
  pulses: addresses
    .default([])
    .describe("Controls that report a moment with values, such as a card number. Default: none."),
  words: z
    .strictObject({ on: words("Words that mean on."), off: words("Words that mean off.") })
    .default({ on: [], off: [] })
    .describe(
      "Words that mean on and off when a button or a switch sends text, beside the usual ones of nine languages. What is neither is refused. Default: none.",
    ),
});

/** The endpoints of one of the URL settings. */
export function endpointsOf(urls: string | readonly string[]): readonly Endpoint[] {
  const list = typeof urls === "string" ? [urls] : urls;
  return list.flatMap((url) => parseEndpoint(url) ?? []);
}

function endpointUrlSchema(pattern: RegExp, example: string): z.ZodString {
  return z
    .string()
    .regex(pattern, `expected ${example}`)
    .refine((url) => parseEndpoint(url) !== undefined, "a port is at most 65535");
}

function oneOrSeveral(url: z.ZodString) {
  return z.union([url, z.array(url)], {
    error: "expected a URL such as udp://127.0.0.1:9000, or a list of them",
  });
}

/** The ports on which it listens. */
export function claims({ listen }: OscSettings): readonly Claim[] {
  return [listen].flat().flatMap((url) => {
    const endpoint = parseEndpoint(url);
    if (endpoint === undefined || endpoint.port === 0) return [];
    const { transport, host, port } = endpoint;
    return [{ setting: "listen", what: `${transport.toUpperCase()} port ${port}`, host }];
  });
}
