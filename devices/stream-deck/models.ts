import type { DeviceModelSpec } from "@elgato-stream-deck/core";
import { streamDeckLibrary } from "./library.ts";

/** The word for a model in mapping files. */
export type ModelWord = keyof typeof MODELS;

/** What is on a model, for describing it without opening it. A test compares it with the library's tables. */
export interface DeckLayout {
  readonly keys?: { readonly columns: number; readonly rows: number; readonly screen?: Screen };
  readonly dials?: { readonly count: number; readonly lamp: "rgb" | "none" };
  /** A touch strip, cut into one segment a dial. */
  readonly strip?: Screen;
  /** Touch points that glow, one at either side of the window. */
  readonly sensors?: number;
  /** A display that cannot be touched. */
  readonly window?: Screen;
  readonly reader?: "cards";
}

/** In pixels, as a person sees it; the library turns pictures the way the hardware wants them. */
export interface Screen {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What tells one model from others. */
export interface DeckModel {
  readonly libraryId: string;
  /** `first`: one byte a key from offset 1 and bitmaps; `second`: commands and JPEG pictures; `pedal`: no display. */
  readonly protocol: "first" | "second" | "pedal";
  readonly layout: DeckLayout;
}

const square = (sizePx: number): Screen => ({ widthPx: sizePx, heightPx: sizePx });
const fifteen: DeckLayout = { keys: { columns: 5, rows: 3, screen: square(72) } };
const six: DeckLayout = { keys: { columns: 3, rows: 2, screen: square(80) } };
const thirtyTwo: DeckLayout = { keys: { columns: 8, rows: 4, screen: square(96) } };

const MODELS = {
  original: { libraryId: "original", protocol: "first", layout: fifteen },
  "original-v2": { libraryId: "originalv2", protocol: "second", layout: fifteen },
  mk2: { libraryId: "original-mk2", protocol: "second", layout: fifteen },
  "mk2-scissor": { libraryId: "original-mk2-scissor", protocol: "second", layout: fifteen },
  "module-15": { libraryId: "15-module", protocol: "second", layout: fifteen },
  mini: { libraryId: "mini", protocol: "first", layout: six },
  "module-6": { libraryId: "6-module", protocol: "first", layout: six },
  xl: { libraryId: "xl", protocol: "second", layout: thirtyTwo },
  "module-32": { libraryId: "32-module", protocol: "second", layout: thirtyTwo },
  plus: {
    libraryId: "plus",
    protocol: "second",
    layout: {
      keys: { columns: 4, rows: 2, screen: square(120) },
      dials: { count: 4, lamp: "none" },
      strip: { widthPx: 800, heightPx: 100 },
    },
  },
  "plus-xl": {
    libraryId: "plus-xl",
    protocol: "second",
    layout: {
      keys: { columns: 9, rows: 4, screen: square(112) },
      dials: { count: 6, lamp: "none" },
      strip: { widthPx: 1200, heightPx: 100 },
    },
  },
  neo: {
    libraryId: "neo",
    protocol: "second",
    layout: {
      keys: { columns: 4, rows: 2, screen: square(96) },
      sensors: 2,
      window: { widthPx: 248, heightPx: 58 },
    },
  },
  pedal: { libraryId: "pedal", protocol: "pedal", layout: { keys: { columns: 3, rows: 1 } } },
  studio: {
    libraryId: "studio",
    protocol: "second",
    layout: {
      keys: { columns: 16, rows: 2, screen: { widthPx: 144, heightPx: 112 } },
      dials: { count: 2, lamp: "rgb" },
      reader: "cards",
    },
  },
  // Whether its display reports touches is not known; the library would pass them on.
  "galleon-k100": {
    libraryId: "galleon-k100",
    protocol: "second",
    layout: {
      keys: { columns: 3, rows: 4, screen: square(160) },
      dials: { count: 2, lamp: "rgb" },
      strip: { widthPx: 720, heightPx: 384 },
    },
  },
} as const satisfies Record<string, DeckModel>;

/** Models whose hardware is sold under other ids as well; a person cannot tell them apart by the name on the box. */
const SISTERS: Readonly<Partial<Record<ModelWord, readonly ModelWord[]>>> = {
  // 00b9 calls itself "Stream Deck MK.2" (python-elgato-streamdeck #160).
  mk2: ["mk2-scissor", "module-15"],
  mini: ["module-6"],
  xl: ["module-32"],
};

/** Whether a deck is of the model that a mapping names, under whichever of its ids. */
export function fitsModel(wanted: ModelWord, model: ModelWord): boolean {
  return model === wanted || SISTERS[wanted]?.includes(model) === true;
}

/** The words that a mapping may use for models. */
export const modelWords = Object.keys(MODELS) as ModelWord[];

/** The model of a word. */
export function modelOf(word: ModelWord): DeckModel {
  return MODELS[word];
}

/** The library's entry: ids for udev and enumeration, the factory, the product's name. */
export function librarySpecOf(word: ModelWord): DeviceModelSpec {
  const spec = streamDeckLibrary().DEVICE_MODELS.find(({ id }) => (id as string) === MODELS[word].libraryId);
  if (spec === undefined) throw new Error(`the library no longer has ${word}`);
  return spec;
}

/** Vendor and product id. */
export interface UsbIds {
  readonly vendorId: number;
  readonly productId: number;
}

/** The model's word; nothing for what is no Stream Deck that is known. */
export function wordOf({ vendorId, productId }: UsbIds): ModelWord | undefined {
  return modelWords.find((word) => {
    const spec = librarySpecOf(word);
    return spec.vendorId === vendorId && spec.productIds.includes(productId);
  });
}
