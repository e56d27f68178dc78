import type { Rgb } from "./control.ts";

/** A look reduced to what one control can show. */
export type Frame =
  /** A dark lamp is `[0, 0, 0]`. `by-bridge` lamps only ever get `steady`. */
  | { readonly kind: "lamp"; readonly rgb: Rgb; readonly blink: Blink }
  /** Row by row from the top left, three bytes a pixel. */
  | { readonly kind: "image"; readonly rgb: Uint8Array; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: "text"; readonly text: string };

/** `slow` about 1 Hz, `fast` about 4 Hz, `double` two short flashes a second: fault and stale. */
export type Blink = "steady" | "slow" | "fast" | "double";
