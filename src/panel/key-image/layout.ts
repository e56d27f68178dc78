import { type FittedText, fitHeaded, fitText, type MeasureEm } from "./fit-text.ts";
import type { KeyPicture, PictureSize } from "./picture.ts";

export interface Box {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface PlacedText {
  /** Nothing of the text may leave this box. */
  readonly box: Box;
  readonly fitted: FittedText;
  readonly align: "left" | "center";
}

/** Where everything goes, in pixels from the top left. */
export interface KeyLayout {
  readonly plate: Box;
  readonly cornerPx: number;
  /** Middle of the hold's ring; the border takes the same way. */
  readonly ring: Box;
  readonly ringCornerPx: number;
  readonly ringWidthPx: number;
  /** The status colour's bar: along the top of a square key, along the left of a wide one. */
  readonly band: Box;
  /** Where the field may be striped: around the icon, never below text. */
  readonly stripes: Box;
  readonly icon: Box | undefined;
  /** The site's own symbol, beside the icon or in its place. */
  readonly symbol: Box | undefined;
  readonly text: PlacedText;
  readonly caption: PlacedText;
  readonly badge: PlacedText | undefined;
}

interface LayoutGiven {
  readonly measureEm: MeasureEm;
  /** Width of the symbol by its height; absent where there is none. */
  readonly symbol?: number | undefined;
}

/** Lays a picture out for a size: icon above text on keys, icon beside text on strips and windows. Pure. */
export function layOut(
  { own = "", ...picture }: KeyPicture,
  size: PictureSize,
  given: LayoutGiven,
): KeyLayout {
  if (picture.name) return layOutNamed(picture, size, given);
  if (own === "") return layOutTexts(picture, size, given);
  const state = picture.state || picture.text;
  const large = layOutTexts({ ...picture, state, text: own }, size, given);
  return large.text.fitted.isBroken ? layOutTexts({ ...picture, caption: own }, size, given) : large;
}

/** Name and small line are whole: the icon gives way to them, and where that is not enough, the text. */
function layOutNamed(picture: KeyPicture, size: PictureSize, given: LayoutGiven): KeyLayout {
  const isWhole = ({ text, caption }: KeyLayout) =>
    !text.fitted.isBroken && !caption.fitted.isBroken && caption.fitted.lines.length > 0;
  const wished = [picture, { ...picture, icon: "none" as const }];
  const whole = wished.map((one) => layOutTexts(one, size, given)).find(isWhole);
  return whole ?? layOutTexts({ ...picture, text: "" }, size, given);
}

function layOutTexts(picture: KeyPicture, size: PictureSize, given: LayoutGiven): KeyLayout {
  const sheet = sheetFor(size, given);
  const arrange = size.widthPx >= size.heightPx * WIDE ? arrangeWide : arrangeSquare;
  const isWhole = ({ text }: Arrangement) => !text.fitted.isBroken || picture.caption === "";
  const roomy = arrange(picture, sheet);
  const tight = isWhole(roomy) ? roomy : arrange(picture, { ...sheet, leastIcon: TIGHT_ICON });
  // What a text says is worth more than the small line below it, and than a symbol.
  const arranged = isWhole(tight) ? tight : arrange({ ...picture, caption: "" }, sheet);
  if (given.symbol !== undefined && arranged.text.fitted.isBroken)
    return layOutTexts(picture, size, { ...given, symbol: undefined });
  return { ...frameOf(sheet), ...arranged };
}

/** The least height of an icon above text, in parts of the smaller side; the other where all would not fit otherwise. */
const LEAST_ICON = 0.27;
const TIGHT_ICON = 0.2;

/** From this proportion on the icon stands beside the text. */
const WIDE = 1.5;
/** Below this a key has room for three lines at most. */
const SMALL_PX = 88;

/** The measures that everything on one control keeps to. */
interface Sheet {
  readonly size: PictureSize;
  readonly measureEm: MeasureEm;
  readonly symbol: number | undefined;
  readonly plate: Box;
  /** Free of ring and border. */
  readonly safe: Box;
  readonly unitPx: number;
  readonly gapPx: number;
  readonly bandPx: number;
  readonly smallestPx: number;
  readonly maxLines: number;
  readonly leastIcon: number;
}

function sheetFor(size: PictureSize, { measureEm, symbol }: LayoutGiven): Sheet {
  const unitPx = Math.min(size.widthPx, size.heightPx);
  const plate = { leftPx: 0, topPx: 0, ...size };
  return {
    size,
    measureEm,
    symbol,
    plate,
    safe: inset(plate, Math.max(5, Math.round(unitPx * 0.08))),
    unitPx,
    gapPx: Math.max(2, Math.round(unitPx * 0.03)),
    bandPx: Math.max(5, Math.round(unitPx * 0.07)),
    smallestPx: Math.max(9, Math.round(unitPx * 0.105)),
    maxLines: unitPx < SMALL_PX ? 3 : 4,
    leastIcon: LEAST_ICON,
  };
}

function frameOf({ plate, unitPx }: Sheet) {
  const cornerPx = Math.round(unitPx * 0.12);
  const ringWidthPx = Math.max(3, Math.round(unitPx * 0.055));
  return {
    plate,
    cornerPx,
    ring: inset(plate, ringWidthPx / 2),
    ringCornerPx: cornerPx - ringWidthPx / 2,
    ringWidthPx,
  };
}

type Arrangement = Pick<KeyLayout, "band" | "stripes" | "icon" | "symbol" | "text" | "caption" | "badge">;

/** Icon and symbol in a row. */
interface Signs {
  readonly iconPx: number;
  readonly gapPx: number;
  readonly symbol: { readonly widthPx: number; readonly heightPx: number } | undefined;
  readonly widthPx: number;
}

/** Smaller than this, in parts of their height, signs do not become: rather the symbol is left out. */
const LEAST_OF_SIGNS = 0.85;

/** How wide the signs are that are at most so high and so wide. */
function signsOf(
  { icon, symbolStands }: KeyPicture,
  { symbol, unitPx }: Sheet,
  { heightPx, mostPx }: { readonly heightPx: number; readonly mostPx: number },
): Signs {
  const isReplaced = symbol !== undefined && symbolStands === "for-icon";
  const hasIcon = icon !== "none" && !isReplaced;
  const alone = { iconPx: icon === "none" ? 0 : heightPx, gapPx: 0, symbol: undefined };
  if (symbol === undefined) return { ...alone, widthPx: alone.iconPx };
  const gapPx = hasIcon ? unitPx * 0.07 : 0;
  // A wide symbol gives way first, as far as a square.
  const scale = Math.min(1, (mostPx - gapPx) / (heightPx * (Number(hasIcon) + Math.min(symbol, 1))));
  if (scale < LEAST_OF_SIGNS) return { ...alone, widthPx: alone.iconPx };
  const scaledPx = heightPx * scale;
  const iconPx = hasIcon ? scaledPx : 0;
  const widthPx = Math.min(scaledPx * symbol, mostPx - iconPx - gapPx);
  const box = { widthPx, heightPx: Math.min(scaledPx, widthPx / symbol) };
  return { iconPx, gapPx, symbol: box, widthPx: iconPx + gapPx + widthPx };
}

function placeSigns(
  { iconPx, gapPx, symbol }: Signs,
  { leftPx, topPx, heightPx }: Omit<Box, "widthPx">,
): Pick<KeyLayout, "icon" | "symbol"> {
  return {
    icon:
      iconPx === 0
        ? undefined
        : whole({ leftPx, topPx: topPx + (heightPx - iconPx) / 2, widthPx: iconPx, heightPx: iconPx }),
    symbol:
      symbol &&
      whole({ leftPx: leftPx + iconPx + gapPx, topPx: topPx + (heightPx - symbol.heightPx) / 2, ...symbol }),
  };
}

function arrangeSquare(picture: KeyPicture, sheet: Sheet): Arrangement {
  const { unitPx, gapPx, safe, plate } = sheet;
  const hasSigns = picture.icon !== "none" || sheet.symbol !== undefined;
  const caption = placeCaption(picture, sheet, { ...safe, align: "center", largestPx: unitPx * 0.125 });
  const captionPx = withGap(caption.fitted, gapPx);
  const badge = fitBadge(picture, sheet);
  const topPx = safe.topPx + (hasSigns || badge === undefined ? gapPx : badge.heightPx);
  const freePx = safe.topPx + safe.heightPx - captionPx - topPx;
  const leastIconPx = hasSigns ? Math.round(unitPx * sheet.leastIcon) + gapPx : 0;
  const largestPx = Math.round(unitPx * (hasSigns ? 0.21 : 0.26));
  const fitted = fitMain(picture, sheet, {
    widthPx: safe.widthPx,
    heightPx: freePx - leastIconPx,
    largestPx,
  });
  const textPx = withGap(fitted, gapPx);
  const signsPx = hasSigns ? Math.min(unitPx * (textPx === 0 ? 0.54 : 0.4), freePx - textPx) : 0;
  const groupTopPx = topPx + (freePx - signsPx - textPx) / 2;
  const besidePx = hasSigns ? (badge?.widthPx ?? 0) * BADGE_BESIDE : 0;
  const signs = signsOf(picture, sheet, { heightPx: signsPx, mostPx: safe.widthPx - besidePx });
  const leftPx = (sheet.size.widthPx - signs.widthPx - besidePx) / 2;
  const placed = placeSigns(signs, { leftPx, topPx: groupTopPx, heightPx: signsPx });
  const textTopPx = groupTopPx + signsPx + (hasSigns ? gapPx : 0);
  return {
    band: { ...plate, heightPx: sheet.bandPx },
    stripes: {
      ...plate,
      heightPx: Math.round(textPx + captionPx === 0 ? plate.heightPx : textTopPx - gapPx / 2),
    },
    ...placed,
    text: { box: { ...safe, topPx: textTopPx, heightPx: fitted.heightPx }, fitted, align: "center" },
    caption,
    badge: badge && placeBadge(badge, sheet, placed.symbol ?? placed.icon),
  };
}

function arrangeWide(picture: KeyPicture, sheet: Sheet): Arrangement {
  const { unitPx, gapPx, safe, plate, size } = sheet;
  const captionGapPx = Math.round(unitPx * 0.05);
  const heightPx = unitPx * 0.5;
  const leftPx = sheet.bandPx + unitPx * 0.13;
  const signs = signsOf(picture, sheet, { heightPx, mostPx: Math.max(size.widthPx * 0.4, heightPx) });
  const placed = placeSigns(signs, { leftPx, topPx: (size.heightPx - heightPx) / 2, heightPx });
  const last = placed.symbol ?? placed.icon;
  const badge = fitBadge(picture, sheet);
  const besidePx = (badge?.widthPx ?? 0) * BADGE_BESIDE;
  const signsEndPx = last === undefined ? leftPx : leftPx + signs.widthPx + besidePx + unitPx * 0.13;
  const rightPx = safe.leftPx + safe.widthPx - gapPx - (last === undefined ? (badge?.widthPx ?? 0) : 0);
  const column = { ...safe, leftPx: signsEndPx, widthPx: rightPx - signsEndPx };
  const caption = placeCaption(picture, sheet, { ...column, align: "left", largestPx: unitPx * 0.15 });
  const captionPx = withGap(caption.fitted, captionGapPx);
  const freePx = safe.heightPx - captionPx - gapPx;
  // A low window has room for one line, which may then be tall.
  const largestPx = Math.round(unitPx * (unitPx < SMALL_PX ? 0.38 : 0.32));
  const fitted = fitMain(picture, sheet, { widthPx: column.widthPx, heightPx: freePx, largestPx });
  const topPx = safe.topPx + gapPx / 2 + (freePx - fitted.heightPx) / 2;
  const isAlone = fitted.heightPx + captionPx === 0;
  return {
    band: { ...plate, widthPx: sheet.bandPx },
    stripes: { ...plate, widthPx: Math.round(isAlone ? plate.widthPx : signsEndPx - unitPx * 0.06) },
    ...placed,
    text: { box: { ...column, topPx, heightPx: fitted.heightPx }, fitted, align: "left" },
    caption: { ...caption, box: { ...caption.box, topPx: topPx + fitted.heightPx + captionGapPx } },
    badge: badge && placeBadge(badge, sheet, last),
  };
}

function withGap({ heightPx }: FittedText, gapPx: number): number {
  return heightPx === 0 ? 0 : heightPx + gapPx;
}

function fitMain(
  { name = "", state = "", text }: KeyPicture,
  { measureEm, smallestPx, maxLines }: Sheet,
  room: { readonly widthPx: number; readonly heightPx: number; readonly largestPx: number },
): FittedText {
  const whole = { ...room, smallestPx, maxLines };
  if (name !== "") return fitHeaded({ heading: name, text, headingLines: 2 }, whole, measureEm);
  return state === ""
    ? fitText(text, whole, measureEm)
    : fitHeaded({ heading: state, text }, whole, measureEm);
}

interface CaptionPlace extends Box {
  readonly align: PlacedText["align"];
  readonly largestPx: number;
}

/** One small line at the lower end of a box, two where one is too short. */
function placeCaption(
  { caption }: KeyPicture,
  { measureEm }: Sheet,
  { align, largestPx, ...box }: CaptionPlace,
): PlacedText {
  const mostPx = Math.min(20, Math.max(9, Math.round(largestPx)));
  const room = { ...box, heightPx: mostPx * 2.4, largestPx: mostPx, smallestPx: 9, maxLines: 2 };
  const fitted = fitText(caption, room, measureEm);
  const topPx = box.topPx + box.heightPx - fitted.heightPx;
  return { box: { ...box, topPx, heightPx: fitted.heightPx }, fitted, align };
}

/** How much of a badge stands beside its icon; the rest covers it. */
const BADGE_BESIDE = 0.8;

type Badge = Pick<Box, "widthPx" | "heightPx"> & { readonly fitted: FittedText };

/** The size of a badge; nothing if there is none. */
function fitBadge({ badge }: KeyPicture, { unitPx, safe, measureEm }: Sheet): Badge | undefined {
  const largestPx = Math.max(11, Math.round(unitPx * 0.15));
  const paddingPx = Math.round(largestPx * 0.42);
  const heightPx = Math.round(largestPx * 1.45);
  const widthPx = Math.min(safe.widthPx, unitPx) * 0.6 - 2 * paddingPx;
  const fitted = fitText(badge, { widthPx, heightPx, largestPx, smallestPx: 9, maxLines: 1 }, measureEm);
  const line = fitted.lines[0];
  if (line === undefined) return undefined;
  const textPx = Math.ceil(line.sizePx * measureEm(line.text));
  return { widthPx: Math.max(heightPx, textPx + 2 * paddingPx), heightPx, fitted };
}

/** At the upper right of the icon, or in the corner if there is none. */
function placeBadge({ fitted, ...badge }: Badge, { safe }: Sheet, icon: Box | undefined): PlacedText {
  const cornerPx = safe.leftPx + safe.widthPx - badge.widthPx;
  const besidePx = icon && icon.leftPx + icon.widthPx - badge.widthPx * (1 - BADGE_BESIDE);
  const leftPx = Math.round(Math.min(cornerPx, besidePx ?? cornerPx));
  // Two pixels for its outline, which would otherwise cut into the band.
  const topPx = Math.round(Math.max(safe.topPx + 2, (icon?.topPx ?? 0) - badge.heightPx * 0.2));
  return { box: { leftPx, topPx, ...badge }, fitted, align: "center" };
}

function inset({ leftPx, topPx, widthPx, heightPx }: Box, byPx: number): Box {
  return {
    leftPx: leftPx + byPx,
    topPx: topPx + byPx,
    widthPx: widthPx - 2 * byPx,
    heightPx: heightPx - 2 * byPx,
  };
}

/** Icons on whole pixels have sharp edges. */
function whole({ leftPx, topPx, widthPx, heightPx }: Box): Box {
  return {
    leftPx: Math.round(leftPx),
    topPx: Math.round(topPx),
    widthPx: Math.round(widthPx),
    heightPx: Math.round(heightPx),
  };
}
