import type { Rgb } from "../driver/control.ts";
import type { Blink } from "../driver/frame.ts";

/** Device-independent appearance of one control: a template with its words filled in. */
export interface Look extends LookTemplate {
  /** How the room is, where the text says what a press does: a small line on pictures, all that other displays show. */
  readonly state?: string | undefined;
  /** A text of the site's own, which a picture shows large where it fits, with how the room is above it. */
  readonly own?: string | undefined;
  /** A picture of it does not blink, as a lamp does: it is the tally that calls for people. */
  readonly isStill?: true | undefined;
  /** The room's name, where the small line says something else on a panel of several rooms: above the text of a picture. */
  readonly name?: string | undefined;
  /** A small line, usually the room's name; may be empty. */
  readonly caption: string;
  /** How many marks wait, for example `+3`; may be empty. */
  readonly badge: string;
  /** A symbol of the site's own stands beside the icon, or for it where the icon tells nothing of the room. */
  readonly symbolStands?: "beside-icon" | "for-icon" | undefined;
}

/** A look as it stands in a mapping: the text still has its placeholders. */
export interface LookTemplate {
  readonly color: Color;
  /** May be empty. */
  readonly text: string;
  readonly icon: IconName;
  /** A kept icon or a picture of the site's own, by its name among the mapping's symbols. */
  readonly symbol?: string | undefined;
  readonly blink: Blink;
  /** What a lamp of one colour does: it cannot tell green from red, so only what matters is lit. */
  readonly oneColor: "lit" | "dark";
}

/** What a room can be in, as far as its look goes. */
export const lookConditions = [
  "available",
  "recording",
  "paused",
  "locked",
  "prepared",
  "pending",
  "failed",
  "stale",
] as const;
export type LookCondition = (typeof lookConditions)[number];

type Looks = Readonly<Record<LookCondition, LookTemplate>>;

export type LookTable = Looks & {
  /** How a control tells of an alarm of its room: as its tally does, with a sign in the corner only, or of nothing else. */
  readonly alarms?: "badge" | "alone";
  /** A picture says what a press of its control does, where it does something, and how the room is in a small line. */
  readonly says?: "what-to-do";
  /** What stands in the place of `stale` as long as a room has never been seen. */
  readonly unseen?: LookTemplate;
  /** The same in English, of looks that the bridge brings along: they are said in other languages, too. */
  readonly english?: LookTable;
};

/** Named colours, chosen to stay apart for the common kinds of colour blindness. */
export const colors = {
  off: [0, 0, 0],
  white: [255, 255, 255],
  gray: [96, 96, 96],
  red: [255, 0, 0],
  orange: [255, 128, 0],
  yellow: [255, 220, 0],
  green: [0, 180, 60],
  cyan: [0, 200, 220],
  blue: [0, 80, 255],
  purple: [170, 0, 220],
} as const satisfies Readonly<Record<string, Rgb>>;
export type ColorName = keyof typeof colors;
/** A colour by its name, or as `#rrggbb`. */
export type Color = ColorName | `#${string}`;

export const icons = [
  "none",
  "record",
  "pause",
  "stop",
  "lock",
  "ready",
  "mark",
  "wait",
  "warning",
  "offline",
] as const;
/** `cancelled` is the bridge's own; for a mapping it is `cross`. */
export type IconName = (typeof icons)[number] | "cancelled";

/** Named look tables; each mapping chooses one colour convention. */
export type LookPresets = Readonly<Record<ColorConvention, Readonly<Record<string, LookTable>>>>;
export const colorConventions = ["red-is-recording", "green-is-recording"] as const;
export type ColorConvention = (typeof colorConventions)[number];
