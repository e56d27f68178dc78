import type { Color, IconName } from "../../feedback/look.ts";

/** Everything a key shows; pure data. */
export interface KeyPicture {
  readonly color: Color;
  readonly icon: IconName;
  /** Left out where it is not drawn, or not yet. */
  readonly symbol?: string | undefined;
  /** Default: beside. */
  readonly symbolStands?: "beside-icon" | "for-icon" | undefined;
  /** Wraps and shrinks to fit; may be empty. */
  readonly text: string;
  /** A small line above the text; absent or empty where there is none. */
  readonly state?: string | undefined;
  /** Large in the place of the text where it fits, with the state or the text above it; else in the small line. */
  readonly own?: string | undefined;
  /** The room's name above the text, on two lines where it is long; the icon gives way to it. Replaces the state. */
  readonly name?: string | undefined;
  /** A small line, for example the room's name; may be empty. */
  readonly caption: string;
  /** How many marks wait, for example `+3`; may be empty. */
  readonly badge: string;
  /** How far a hold has come, 0 to 1; nothing while none is under way. */
  readonly progress: number | undefined;
  /** Of a blink: in the dark half everything stays legible, only the status colour is dimmed. */
  readonly phase: "lit" | "dark";
  /** Night dims everything but the sign that recording is on. */
  readonly brightness: "day" | "night";
}

/** In whole pixels. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}
