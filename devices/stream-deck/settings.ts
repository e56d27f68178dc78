import { z } from "zod";
import type { Claim } from "../../src/driver/contract.ts";
import { type ModelWord, modelWords } from "./models.ts";

/** The settings of one deck, defaults filled in. */
export type DeckSettings = z.output<typeof settingsSchema>;

/** What a mapping may say of a Stream Deck. */
export const settingsSchema = z.strictObject({
  serialNumber: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which Stream Deck: its serial number, as discovery lists it. With model or address beside it, both must fit: a deck of this number and another model is not opened. Default: the only one of the model, or the only one attached.",
    ),
  model: z
    .enum(modelWords)
    .optional()
    .describe(
      "Which model it is, so that its controls are checked without it; chooses it when only one of that model is attached. Default: told by the hardware.",
    ),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Where it is attached, for decks without a usable serial number: the USB port it is plugged into, such as 1-1.4 (Linux), or a link to its device file that udev keeps. Default: any.",
    ),
  rotatedDegrees: z
    .literal([0, 90, 180, 270])
    .default(0)
    .describe(
      "How it is mounted: degrees clockwise from upright, as somebody in front of it sees it; 90, 180 or 270. Controls are numbered and drawn as they are seen. Default: 0.",
    ),
  address: z
    .string()
    .regex(
      /^(?:tcp:\/\/(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?|fake:\/\/[a-z0-9-]+)$/,
      "tcp://host or tcp://host:5343; fake:// and a model to replay recordings without hardware",
    )
    .optional()
    .describe(
      "Where it is on the network: tcp://host of a Network Dock or a Studio, port 5343 unless named. With serialNumber beside it, only that deck behind the dock is opened. fake://xl is no hardware at all and plays recordings. Default: USB.",
    ),
  brightnessPercent: z
    .int()
    .min(0)
    .max(100)
    .default(80)
    .describe("Brightness of its displays from 0 to 100. Default: 80."),
  whenClosed: z
    .enum(["offline-card", "logo", "dark"])
    .default("offline-card")
    .describe(
      "What it shows when the bridge has let go of it: offline-card writes OFFLINE on every display, logo is the maker's picture, dark is nothing. Default: offline-card.",
    ),
});

type DeckAddress =
  | { readonly kind: "usb" }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "fake"; readonly model: ModelWord | undefined };

/** Port 5343: the Network Dock and the Studio listen there (node-elgato-stream-deck, tcp/constants). */
const DOCK_PORT = 5343;

/** Where the settings look for the deck. Default: USB. */
export function addressOf({ address }: DeckSettings): DeckAddress {
  if (address === undefined) return { kind: "usb" };
  const fake = /^fake:\/\/(.*)$/.exec(address)?.[1];
  if (fake !== undefined) return { kind: "fake", model: modelWords.find((word) => word === fake) };
  const [, host = "", port] = /^tcp:\/\/(\[.*\]|[^:]*)(?::(\d+))?$/.exec(address) ?? [];
  return { kind: "tcp", host: host.replace(/^\[|\]$/g, ""), port: Number(port ?? DOCK_PORT) };
}

/** What the settings alone tell about the model. */
export function knownModel(settings: DeckSettings): ModelWord | undefined {
  const address = addressOf(settings);
  return settings.model ?? (address.kind === "fake" ? address.model : undefined);
}

/** Which deck it means, as far as the settings tell decks apart. */
export function claims({ serialNumber, path, model, address }: DeckSettings): readonly Claim[] {
  if (serialNumber !== undefined)
    return [{ setting: "serialNumber", what: `the deck with the serial number ${serialNumber}` }];
  if (path !== undefined) return [{ setting: "path", what: `the deck at ${path}` }];
  if (address === undefined)
    return [
      {
        setting: "model",
        what: model === undefined ? "the only deck attached" : `the only ${model} attached`,
      },
    ];
  return address.startsWith("fake:") ? [] : [{ setting: "address", what: `the deck at ${address}` }];
}
