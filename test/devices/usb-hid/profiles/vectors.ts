import { readdirSync, readFileSync } from "node:fs";
import type { LampFrame } from "../../../../devices/usb-hid/write/lamps.ts";
import type { Rgb } from "../../../../src/driver/contract.ts";

/**
 * Byte vectors of one profile, worked out from its sources and not from the profile.
 * Reports are hexadecimal; `/32` fills them up with zeros to 32 bytes. Inputs follow one another on one device.
 */
export interface ProfileVectors {
  /** How many keys the product has, holes left out. */
  readonly keys?: number;
  /** What the device tells about itself before its first report: a report descriptor. */
  readonly introduction?: string;
  /** A report and the events that it means, such as `down key-3, turned jog 1`. Input-layer events are `type code value`. */
  readonly inputs?: readonly (readonly [report: string, events: string])[];
  /** A control, a colour and a blink, such as `key-1 red slow`; then the reports that are sent, ids first. */
  readonly lamps?: readonly (readonly [shown: string, ...reports: string[]])[];
  readonly init?: readonly string[];
  readonly close?: readonly string[];
  readonly alive?: readonly string[];
}

const folder = new URL("vectors/", import.meta.url);

/** Of all families of profiles: a profile's id and its vectors. */
export const allVectors: readonly (readonly [id: string, vectors: ProfileVectors])[] = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Record<string, ProfileVectors>)
  .flatMap((family) => Object.entries(family));

export const vectors: ReadonlyMap<string, ProfileVectors> = new Map(allVectors);

/** `0102/4` is 01 02 00 00. */
export function readReport(text: string): Uint8Array {
  const [hexadecimal = "", length] = text.replaceAll(" ", "").split("/");
  const bytes = Buffer.from(hexadecimal, "hex");
  if (bytes.length * 2 !== hexadecimal.length) throw new Error(`not hexadecimal: ${text}`);
  const report = new Uint8Array(length === undefined ? bytes.length : Number(length));
  report.set(bytes);
  return report;
}

/**
 * One packet of Linux's input layer: an event of type, code and value, ended by a synchronisation. `sync` is what is
 * read when a device is opened: that no key is down. All other events happen a second later.
 */
export function readPacket(text: string): Uint8Array {
  const packet = new Uint8Array(48);
  packet.set(readReport(text === "sync" ? "0000 0300" : text), 16);
  if (text !== "sync") packet[0] = 1;
  return packet;
}

const colors: Readonly<Record<string, Rgb>> = {
  off: [0, 0, 0],
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  cyan: [0, 255, 255],
  magenta: [255, 0, 255],
  white: [255, 255, 255],
};

/** `key-1 red slow`: a control and what it shall show. */
export function readShown(text: string): { readonly control: string; readonly frame: LampFrame } {
  const [control = "", color = "", blink = "steady"] = text.split(" ");
  const [red = 0, green = 0, blue = 0] = colors[color] ?? Buffer.from(color.slice(1), "hex");
  return { control, frame: { kind: "lamp", rgb: [red, green, blue], blink: blink as LampFrame["blink"] } };
}
