import type { ControlId } from "../base/identifiers.ts";

/** One thing on a device that people touch, look at, or both. */
export interface ControlDescription {
  readonly id: ControlId;
  /** What people call it, for example `key 3` or `left pedal`. */
  readonly label: string;
  readonly input: ControlInput;
  readonly output: ControlOutput;
  readonly place: ControlPlace;
}

/**
 * Where a control sits, for laying panels out and for showing them elsewhere: a grid of keys, a row of
 * dials, segments of a strip, and so on, each counted from the top left.
 */
export type ControlPlace =
  | { readonly area: "nowhere" }
  | {
      readonly area: "keys" | "dials" | "strip" | "sensors" | "window" | "pedals";
      readonly column: number;
      readonly row: number;
    };

/** The closed set of physical shapes; a driver never reports anything else. */
export type ControlInput =
  /**
   * Goes down and up; may also report a `pulsed` where the hardware knows no release.
   * `maintained`: it stays down by itself, as key switches, pedals and contacts of other machines may; else a finger holds it.
   */
  | { readonly shape: "button"; readonly contact?: "momentary" | "maintained" }
  /** Turns in detents; `push` says whether it also goes down and up. */
  | { readonly shape: "encoder"; readonly push: "button" | "none" }
  /** Has a position from 0 to 1. */
  | { readonly shape: "fader" }
  /** A touch surface that reports whole gestures, and only after them. */
  | { readonly shape: "touch" }
  /** Reports a moment with values and no duration: a card reader, a trigger. */
  | { readonly shape: "pulse" }
  /** Only shows something. */
  | { readonly shape: "none" };

/** What a control can show. The painter reduces a look to it. */
export type ControlOutput =
  | { readonly kind: "none" }
  | { readonly kind: "lamp"; readonly colors: LampColors; readonly blink: "by-device" | "by-bridge" }
  | { readonly kind: "image"; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: "text"; readonly columns: number };

/** `mono` is lit or dark, `rgb` any colour, a list these colours alone. */
export type LampColors = "mono" | "rgb" | readonly Rgb[];

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What was touched: no time and no device id, the host adds both. */
export type ControlEvent =
  /** Found down when the device was opened: not a press, and nothing follows until it is up again. */
  | { readonly kind: "held"; readonly control: ControlId }
  | { readonly kind: "down"; readonly control: ControlId }
  | { readonly kind: "up"; readonly control: ControlId }
  /** Clockwise is positive; a control that reports several detents at once says how many. */
  | { readonly kind: "turned"; readonly control: ControlId; readonly detents: number }
  /** Position from 0 to 1. */
  | { readonly kind: "moved"; readonly control: ControlId; readonly fraction: number }
  | { readonly kind: "touched"; readonly control: ControlId; readonly how: TouchGesture }
  | { readonly kind: "pulsed"; readonly control: ControlId; readonly values: readonly Value[] };

/** What a touch surface recognizes by itself. */
export type TouchGesture = "tap" | "hold" | "swipe-left" | "swipe-right";

/** A value that arrives with a pulse or a link message. */
export type Value = number | string | boolean | null;
