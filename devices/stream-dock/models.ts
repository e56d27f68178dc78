/**
 * Panels of 15 keys with displays that one maker (Mirabox) builds for many brands. On paper: ids, bytes and the order of the
 * keys are from the source of mirajazz, opendeck-akp153 and companion-surface-mirabox-stream-dock; no such panel has been
 * tried here.
 */
export interface DockModel {
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly generation: Generation;
}

/** `first`: packets of 512 bytes, presses without releases, no serial number of its own. `third`: all three otherwise. */
export type Generation = "first" | "third";

interface GenerationFacts {
  readonly packetBytes: number;
  readonly keyPx: number;
  readonly tellsReleases: boolean;
  readonly hasSerialNumber: boolean;
}

/** What panels of a generation have in common. */
export const generations: Readonly<Record<Generation, GenerationFacts>> = {
  first: { packetBytes: 512, keyPx: 85, tellsReleases: false, hasSerialNumber: false },
  third: { packetBytes: 1024, keyPx: 95, tellsReleases: true, hasSerialNumber: true },
};

const model = (name: string, [vendorId, productId]: readonly [number, number], generation: Generation) => ({
  name,
  vendorId,
  productId,
  generation,
});

/** The panels that are known, by their USB ids. */
export const models: readonly DockModel[] = [
  model("Mirabox HSV 293S", [0x5548, 0x6670], "first"),
  model("AJAZZ AKP153", [0x5548, 0x6674], "first"),
  model("AJAZZ AKP153E", [0x0300, 0x1010], "first"),
  model("AJAZZ AKP153R", [0x0300, 0x1020], "first"),
  model("Mars Gaming MSD-ONE", [0x0b00, 0x1000], "first"),
  model("Mad Dog GK150K", [0x0c00, 0x1000], "first"),
  model("Risemode Vision 01", [0x0a00, 0x1001], "first"),
  model("TMICE Stream Controller", [0x0500, 0x1001], "first"),
  model("Womier D15", [0x0600, 0x1000], "first"),
  model("Monstargear MonstarDeck TS115", [0x0400, 0x1000], "first"),
  model("Mirabox HSV 293S V3", [0x6603, 0x1014], "third"),
  model("AJAZZ AKP153E (rev. 2)", [0x0300, 0x3010], "third"),
  model("AJAZZ AKP153R (rev. 2)", [0x0300, 0x3011], "third"),
  model("Soomfon Stream Controller", [0x1500, 0x3003], "third"),
];

/** Nothing for other products. */
export function modelOf(vendorId: number, productId: number): DockModel | undefined {
  return models.find((one) => one.vendorId === vendorId && one.productId === productId);
}

/** Keys beside each other. */
export const COLUMNS = 5;

/** The panel's own numbers of its keys, row by row from the top left, for pictures and presses alike. */
export const WIRE_NUMBERS = [13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3] as const;

/** Sold for the same purpose, and not understood by this version. */
interface UnsupportedModel {
  readonly name: string;
  readonly vendorId: number;
  readonly productIds: readonly number[];
  readonly why: string;
}

const OTHER_LAYOUT = "its keys, dials or strip are laid out otherwise than those that this version knows";
const UNCLEAR_LAYOUT = "public sources disagree about the order of its keys";
const OTHER_PROTOCOL = "it speaks a protocol of its own over a serial port";

/** Products that people take for one of these, and why they cannot be opened. */
export const unsupportedModels: readonly UnsupportedModel[] = [
  { name: "Mirabox 293V3", vendorId: 0x6603, productIds: [0x1005, 0x1006], why: UNCLEAR_LAYOUT },
  { name: "Mars Gaming MSD-ONE (rev. 2)", vendorId: 0x0b00, productIds: [0x1005], why: UNCLEAR_LAYOUT },
  {
    name: "AJAZZ AKP03",
    vendorId: 0x0300,
    productIds: [0x1001, 0x1002, 0x1003, 0x3002, 0x3003],
    why: OTHER_LAYOUT,
  },
  { name: "Loupedeck CT", vendorId: 0x2ec2, productIds: [0x0003, 0x0007], why: OTHER_PROTOCOL },
  { name: "Loupedeck Live", vendorId: 0x2ec2, productIds: [0x0004], why: OTHER_PROTOCOL },
  { name: "Loupedeck Live S", vendorId: 0x2ec2, productIds: [0x0006], why: OTHER_PROTOCOL },
  { name: "Razer Stream Controller", vendorId: 0x1532, productIds: [0x0d06], why: OTHER_PROTOCOL },
  { name: "Razer Stream Controller X", vendorId: 0x1532, productIds: [0x0d09], why: OTHER_PROTOCOL },
  {
    name: "Logitech MX Creative Console",
    vendorId: 0x046d,
    productIds: [0xc354],
    why: "it speaks a protocol of its own",
  },
];
