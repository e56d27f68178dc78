/** What is on a panel; everything is counted from the top left. */
export interface Layout {
  readonly keys: { readonly columns: number; readonly rows: number; readonly shape: Shape };
  readonly dials?: { readonly count: number; readonly lamp: "rgb" | "none" };
  /** A touch strip, cut into one segment a dial. */
  readonly strip?: Shape;
  /** Touch points that glow, one at either side of the window. */
  readonly sensors?: number;
  /** A display that cannot be touched. */
  readonly window?: Shape;
}

/** Width and height, for `pedal` a switch that shows nothing. */
export type Shape = "pedal" | readonly [widthPx: number, heightPx: number];

/** The word for a layout in mapping files. */
export type LayoutWord = keyof typeof LAYOUTS;

const square: Shape = [144, 144];

/**
 * Elgato's models, keys and dials as the maker's HID pages lay them out; the pictures are larger than the hardware's,
 * because screens are.
 */
const LAYOUTS = {
  mini: { keys: { columns: 3, rows: 2, shape: square } },
  mk2: { keys: { columns: 5, rows: 3, shape: square } },
  xl: { keys: { columns: 8, rows: 4, shape: square } },
  plus: {
    keys: { columns: 4, rows: 2, shape: square },
    dials: { count: 4, lamp: "none" },
    strip: [1120, 140],
  },
  "plus-xl": {
    keys: { columns: 9, rows: 4, shape: square },
    dials: { count: 6, lamp: "none" },
    strip: [1680, 140],
  },
  neo: { keys: { columns: 4, rows: 2, shape: square }, sensors: 2, window: [496, 116] },
  pedal: { keys: { columns: 3, rows: 1, shape: "pedal" } },
  studio: { keys: { columns: 16, rows: 2, shape: [144, 112] }, dials: { count: 2, lamp: "rgb" } },
  "galleon-k100": {
    keys: { columns: 3, rows: 4, shape: square },
    dials: { count: 2, lamp: "rgb" },
    strip: [720, 384],
  },
} as const satisfies Record<string, Layout>;

/** The words that a mapping may use for layouts. */
export const layoutWords = Object.keys(LAYOUTS) as LayoutWord[];

/** The layout of a word. */
export function layoutOf(word: LayoutWord): Layout {
  return LAYOUTS[word];
}
