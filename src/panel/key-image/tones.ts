import { readHexColor } from "../../base/hex-color.ts";
import type { Rgb } from "../../driver/control.ts";
import type { Color, ColorName, IconName } from "../../feedback/look.ts";
import type { KeyPicture } from "./picture.ts";

/** Every colour that one picture uses; drawing chooses none itself. */
export interface Tones {
  /** Behind everything that is written; flat, so that its contrast can be counted on. */
  readonly field: Rgb;
  /** Diagonal stripes on the field. */
  readonly stripe: Rgb | undefined;
  readonly ink: Rgb;
  readonly captionInk: Rgb;
  readonly icon: Rgb;
  /** Of pictures with colours of their own, 0 to 1. */
  readonly pictureOpacity: number;
  /** A bar of the status colour on a dark key. */
  readonly band: Rgb | undefined;
  readonly border: Rgb | undefined;
  readonly badge: Rgb;
  readonly badgeInk: Rgb;
  readonly ring: Rgb;
  readonly ringTrack: Rgb;
}

/** The colours of `look.ts`, chosen for a screen instead of a lamp. */
export function tonesFor(picture: KeyPicture): Tones {
  const light = picture.brightness === "night" && !isTally(picture) ? night : day;
  const weight = weightOf(picture);
  const grounds = groundsFor(picture, weight, light);
  const ink = inkOn(grounds.field, light);
  const badge = scale(palette.yellow.field, light.field);
  return {
    ...grounds,
    ...statusFor(picture, weight, { light, ink }),
    pictureOpacity: picture.phase === "dark" ? Math.min(light.picture, 0.7) : light.picture,
    ink,
    captionInk: weight === "filled" ? ink : scale(plainCaption, light.caption),
    badge,
    badgeInk: inkOn(badge, light),
    ring: ink,
    ringTrack: mix(grounds.field, ink, 0.25),
  };
}

/** A pair of colours that nobody could tell apart well enough, and what is drawn instead. */
interface PoorPair {
  readonly what: "letters on it" | "the symbol on a dark key";
  /** Contrast of the colour as the mapping has it; below `least`, which WCAG 2 AA asks for. */
  readonly ratio: number;
  readonly least: number;
  readonly drawn: Rgb;
}

/** Whether a colour of the site's own has to be drawn otherwise to be readable. */
export function findPoorPair({ color, icon }: Pick<KeyPicture, "color" | "icon">): PoorPair | undefined {
  const own = readHexColor(color);
  if (own === undefined) return undefined;
  const { field, accent } = paintOf(color);
  const isPlain = weightOf({ color, icon }) === "plain";
  const pair = isPlain
    ? { what: "the symbol on a dark key" as const, ratio: contrast(own, plate), least: 3, drawn: accent }
    : {
        what: "letters on it" as const,
        ratio: Math.max(contrast(lightInk, own), contrast(darkInk, own)),
        least: 4.5,
        drawn: field,
      };
  return pair.ratio < pair.least ? pair : undefined;
}

/** What is put behind a picture, by its dark and bright parts, where some of them could hardly be seen on its key. */
export function tileBehind(
  colors: readonly Rgb[],
  { field, pictureOpacity }: Pick<Tones, "field" | "pictureOpacity">,
): Rgb | undefined {
  const shades = colors.map((color) => mix(field, color, pictureOpacity));
  const least = (ground: Rgb) => Math.min(...shades.map((shade) => contrast(shade, ground)));
  if (least(field) >= SEEN) return undefined;
  const tile = least(lightInk) >= least(darkInk) ? lightInk : darkInk;
  return least(tile) > least(field) ? tile : undefined;
}

/** Contrast of two colours as WCAG 2 defines it: 1 (none) to 21 (black on white). */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker, brighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (brighter + 0.05) / (darker + 0.05);
}

/** A sign that recording is on: never dimmed, in either of the colour conventions, nor in a colour of the site's own. */
function isTally({ icon, color }: KeyPicture): boolean {
  return icon === "record" && (color === "red" || color === "green" || color.startsWith("#"));
}

/** `filled` is the status colour all over the key: for what must be seen from the door. */
type Weight = "plain" | "filled" | "striped";

function weightOf({ icon, color }: Pick<KeyPicture, "color" | "icon">): Weight {
  const isNeutral = color === "off" || color === "white" || color === "gray";
  const weight = weights[icon];
  return weight === "filled" && isNeutral ? "plain" : weight;
}

/** What is known to be running, halted or wrong fills its key. A wish (`wait`) never does. */
const weights: Readonly<Record<IconName, Weight>> = {
  none: "plain",
  record: "filled",
  pause: "filled",
  stop: "plain",
  lock: "plain",
  ready: "plain",
  mark: "plain",
  wait: "plain",
  cancelled: "plain",
  warning: "filled",
  offline: "striped",
};

/** `field` carries text; `accent` is for icons and bands on a dark key and therefore brighter. */
const palette: Readonly<Record<ColorName, Paint>> = {
  off: { field: [24, 29, 36], accent: [160, 168, 178] },
  white: { field: [240, 243, 246], accent: [240, 243, 246] },
  gray: { field: [84, 92, 102], accent: [150, 160, 172] },
  red: { field: [212, 20, 42], accent: [255, 92, 102] },
  orange: { field: [255, 152, 16], accent: [255, 160, 40] },
  yellow: { field: [255, 212, 32], accent: [255, 216, 60] },
  green: { field: [48, 196, 104], accent: [64, 212, 122] },
  cyan: { field: [34, 196, 220], accent: [58, 210, 232] },
  blue: { field: [26, 96, 232], accent: [104, 164, 255] },
  purple: { field: [140, 44, 206], accent: [206, 140, 255] },
};

interface Paint {
  readonly field: Rgb;
  readonly accent: Rgb;
}

/**
 * A colour of the site's own: a middle one is made darker until letters can be read on it, and the accent brighter until it can
 * be seen on a dark key, also at night.
 */
function paintOf(color: Color): Paint {
  const own = readHexColor(color);
  if (own === undefined) return palette[color as ColorName];
  let field: Rgb = own;
  while (Math.max(contrast(lightInk, field), contrast(darkInk, field)) < LEGIBLE) field = scale(field, 0.95);
  let accent: Rgb = own;
  while (contrast(scale(accent, night.icon), plate) < VISIBLE) accent = mix(accent, lightInk, 0.1);
  return { field, accent };
}

/** Pictures are seen by their own colours, too. */
const SEEN = 1.7;
/** Icons have a contrast of 3 to 1; the tint of the key behind them takes a little of that. */
const VISIBLE = 3.6;
/** Letters have one of 4.5 to 1, and the ring of a hold is a mixture of both. */
const LEGIBLE = 5.2;

const plate: Rgb = [20, 25, 32];
const plainCaption: Rgb = [160, 170, 182];
const lightInk: Rgb = [246, 248, 250];
const darkInk: Rgb = [10, 12, 16];
/** A trace of the status colour on a dark key. */
const TINT = 0.07;

/** What is left of each part's brightness; the dark ones are for the dark half of a blink. */
type Light = Readonly<
  Record<
    | "field"
    | "darkField"
    | "plate"
    | "stripe"
    | "darkStripe"
    | "ink"
    | "caption"
    | "icon"
    | "picture"
    | "darkIcon"
    | "band",
    number
  >
>;
const day: Light = {
  field: 1,
  darkField: 0.2,
  plate: 1,
  stripe: 1,
  darkStripe: 0.4,
  ink: 1,
  caption: 1,
  icon: 1,
  picture: 1,
  darkIcon: 0.7,
  band: 1,
};
const night: Light = {
  field: 0.2,
  darkField: 0.1,
  plate: 0.5,
  stripe: 0.4,
  darkStripe: 0.25,
  ink: 0.66,
  caption: 0.78,
  icon: 0.66,
  picture: 0.5,
  darkIcon: 0.66,
  band: 0.4,
};

function groundsFor(
  { color, phase }: KeyPicture,
  weight: Weight,
  light: Light,
): Pick<Tones, "field" | "stripe"> {
  const fill = paintOf(color).field;
  const tinted = scale(mix(plate, fill, color === "off" ? 0 : TINT), light.plate);
  switch (weight) {
    case "plain":
      return { field: tinted, stripe: undefined };
    case "filled":
      return { field: scale(fill, phase === "dark" ? light.darkField : light.field), stripe: undefined };
    case "striped":
      return {
        field: tinted,
        stripe: scale(stripeOf(fill), phase === "dark" ? light.darkStripe : light.stripe),
      };
  }
}

/** The icon stands on the stripes, so bright colours are taken back until it can be seen. */
function stripeOf(fill: Rgb): Rgb {
  let stripe = scale(fill, 0.62);
  while (contrast(lightInk, stripe) < 4.5) stripe = scale(stripe, 0.9);
  return stripe;
}

function statusFor(
  { color, phase, progress }: KeyPicture,
  weight: Weight,
  { light, ink }: { readonly light: Light; readonly ink: Rgb },
): Pick<Tones, "icon" | "band" | "border"> {
  const { accent } = paintOf(color);
  const status = scale(accent, phase === "dark" ? light.darkIcon : light.icon);
  if (phase === "dark" && color !== "off") return { icon: status, band: undefined, border: status };
  // A hold's ring runs where the band is.
  const hasBand = weight === "plain" && color !== "off" && progress === undefined;
  return {
    icon: weight === "plain" ? status : ink,
    band: hasBand ? scale(accent, light.band) : undefined,
    border: undefined,
  };
}

function inkOn(background: Rgb, light: Light): Rgb {
  const lit = scale(lightInk, light.ink);
  const isLegible = contrast(lit, background) >= 4.5;
  return isLegible || contrast(lit, background) >= contrast(darkInk, background) ? lit : darkInk;
}

function scale([red, green, blue]: Rgb, factor: number): Rgb {
  return [Math.round(red * factor), Math.round(green * factor), Math.round(blue * factor)];
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => Math.round(one[index] + (other[index] - one[index]) * share);
  return [part(0), part(1), part(2)];
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(part: number): number {
  const fraction = part / 255;
  return fraction <= 0.04045 ? fraction / 12.92 : ((fraction + 0.055) / 1.055) ** 2.4;
}
