import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Rgb } from "../../driver/control.ts";
import { GAP_UNITS, ICON_UNITS, type IconStroke, iconStrokes, LINE_UNITS } from "./icons.ts";
import { type Box, type KeyLayout, layOut, type PlacedText } from "./layout.ts";
import type { KeyPicture } from "./picture.ts";
import type { Surface } from "./surface.ts";
import type { Bitmap } from "./symbols/symbol.ts";
import { type Tones, tileBehind, tonesFor } from "./tones.ts";

/** Drawn as an icon is, or as pixels. */
type DrawnSymbol = readonly IconStroke[] | Bitmap;

/** Draws one picture over whatever was on the surface and returns its pixels. */
export function drawPicture(picture: KeyPicture, surface: Surface, symbol?: DrawnSymbol): Uint8Array {
  const { pen } = surface;
  const layout = layOut(picture, surface.size, {
    measureEm: surface.measureEm,
    symbol: proportionOf(symbol),
  });
  const tones = tonesFor(picture);
  pen.reset();
  pen.fillStyle = css(black);
  pen.fillRect(0, 0, surface.size.widthPx, surface.size.heightPx);
  if (isBlank(picture) && symbol === undefined) return surface.pixels();
  drawPlate(pen, layout, tones);
  if (layout.icon !== undefined)
    drawIcon(surface, { strokes: iconStrokes[picture.icon], box: layout.icon, tones });
  if (layout.symbol !== undefined && symbol !== undefined)
    drawSymbol(surface, { symbol, box: layout.symbol, tones });
  drawText(surface, layout.text, tones.ink);
  drawText(surface, layout.caption, tones.captionInk);
  if (layout.badge !== undefined) drawBadge(surface, layout.badge, tones);
  if (tones.border !== undefined) drawBorder(pen, layout, tones.border);
  if (picture.progress !== undefined) drawRing(pen, layout, { progress: picture.progress, tones });
  return surface.pixels();
}

const black: Rgb = [0, 0, 0];
/** Distance between the middles of two stripes, in parts of the smaller side. */
const STRIPE_PITCH = 0.4;

/** What keeps a badge apart from the icon that it covers. */
const BADGE_OUTLINE_PX = 2;
/** Height of capitals and figures in the key font. */
const CAPITAL_EM = 0.73;

/** Nothing to show is shown as nothing: a dark key looks switched off. */
function isBlank({ color, icon, text, caption, badge, progress }: KeyPicture): boolean {
  return color === "off" && icon === "none" && text + caption + badge === "" && progress === undefined;
}

function drawPlate(pen: SKRSContext2D, { plate, band, stripes, cornerPx }: KeyLayout, tones: Tones): void {
  pen.save();
  pen.beginPath();
  pen.roundRect(plate.leftPx, plate.topPx, plate.widthPx, plate.heightPx, cornerPx);
  pen.fillStyle = css(tones.field);
  pen.fill();
  if (tones.stripe !== undefined || tones.band !== undefined) pen.clip();
  if (tones.stripe !== undefined) drawStripes(pen, stripes, tones.stripe);
  if (tones.band !== undefined) {
    pen.fillStyle = css(tones.band);
    pen.fillRect(band.leftPx, band.topPx, band.widthPx, band.heightPx);
  }
  pen.restore();
}

function drawStripes(pen: SKRSContext2D, { leftPx, topPx, widthPx, heightPx }: Box, color: Rgb): void {
  const pitchPx = Math.min(widthPx, heightPx) * STRIPE_PITCH;
  pen.save();
  pen.beginPath();
  pen.rect(leftPx, topPx, widthPx, heightPx);
  pen.clip();
  pen.strokeStyle = css(color);
  pen.lineWidth = pitchPx * 0.36;
  pen.beginPath();
  for (let x = leftPx - heightPx; x < leftPx + widthPx; x += pitchPx) {
    pen.moveTo(x - pitchPx, topPx + heightPx + pitchPx);
    pen.lineTo(x + heightPx + pitchPx, topPx - pitchPx);
  }
  pen.stroke();
  pen.restore();
}

interface IconPlace {
  readonly strokes: readonly IconStroke[];
  readonly box: Box;
  readonly tones: Tones;
}

function drawIcon({ pen, path }: Surface, { strokes, box, tones }: IconPlace): void {
  pen.save();
  pen.translate(box.leftPx, box.topPx);
  pen.scale(box.widthPx / ICON_UNITS, box.heightPx / ICON_UNITS);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.fillStyle = css(tones.icon);
    pen.strokeStyle = css(stroke.how === "gap" ? tones.field : tones.icon);
    pen.lineWidth = stroke.how === "gap" ? GAP_UNITS : LINE_UNITS;
    if (stroke.how === "fill") pen.fill(path(stroke.path), "evenodd");
    else pen.stroke(path(stroke.path));
  }
  pen.restore();
}

/** Width by height. */
function proportionOf(symbol: DrawnSymbol | undefined): number | undefined {
  if (symbol === undefined) return undefined;
  return "rgba" in symbol ? symbol.widthPx / symbol.heightPx : 1;
}

interface SymbolPlace {
  readonly symbol: DrawnSymbol;
  readonly box: Box;
  readonly tones: Tones;
}

/** A stencil has the colour of the icon. A picture that could not be seen on the key has a tile behind it. */
function drawSymbol(surface: Surface, { symbol, box, tones }: SymbolPlace): void {
  if ("rgba" in symbol) drawBitmap(surface, { symbol, box, tones });
  else drawIcon(surface, { strokes: symbol, box, tones });
}

function drawBitmap(
  surface: Surface,
  { symbol, box, tones }: SymbolPlace & { readonly symbol: Bitmap },
): void {
  const { pen, stamp } = surface;
  const { leftPx, topPx, widthPx, heightPx } = box;
  pen.save();
  pen.imageSmoothingQuality = "high";
  if (symbol.shades === "stencil")
    pen.drawImage(stamp(symbol, css(tones.icon)), leftPx, topPx, widthPx, heightPx);
  else {
    pen.globalAlpha = tones.pictureOpacity;
    const tile = tileBehind(symbol.shades, tones);
    const edgePx = tile === undefined ? 0 : Math.max(1, Math.round(heightPx * TILE_EDGE));
    if (tile !== undefined) {
      pen.beginPath();
      pen.roundRect(leftPx, topPx, widthPx, heightPx, edgePx);
      pen.fillStyle = css(tile);
      pen.fill();
    }
    const inside = [leftPx + edgePx, topPx + edgePx, widthPx - 2 * edgePx, heightPx - 2 * edgePx] as const;
    pen.drawImage(stamp(symbol), ...inside);
  }
  pen.restore();
}

/** In parts of the height. */
const TILE_EDGE = 0.08;

function drawText({ pen, useFont }: Surface, { box, fitted, align }: PlacedText, ink: Rgb): void {
  if (fitted.lines.length === 0) return;
  pen.save();
  // Fitted text stays inside anyway; marks stacked on a letter, which no measuring shows, do not.
  pen.beginPath();
  pen.rect(box.leftPx, box.topPx - 1, box.widthPx, box.heightPx + 2);
  pen.clip();
  pen.fillStyle = css(ink);
  pen.textAlign = align;
  const leftPx = align === "center" ? box.leftPx + box.widthPx / 2 : box.leftPx;
  for (const line of fitted.lines) {
    useFont(line.text, line.sizePx);
    pen.fillText(line.text, leftPx, Math.round(box.topPx + line.baselinePx));
  }
  pen.restore();
}

function drawBadge({ pen, useFont }: Surface, { box, fitted }: PlacedText, tones: Tones): void {
  const { leftPx, topPx, widthPx, heightPx } = box;
  const line = fitted.lines[0];
  if (line === undefined) return;
  pen.beginPath();
  pen.roundRect(leftPx, topPx, widthPx, heightPx, heightPx / 2);
  pen.strokeStyle = css(tones.field);
  pen.lineWidth = BADGE_OUTLINE_PX * 2;
  pen.stroke();
  pen.fillStyle = css(tones.badge);
  pen.fill();
  pen.fillStyle = css(tones.badgeInk);
  pen.textAlign = "center";
  useFont(line.text, line.sizePx);
  pen.fillText(
    line.text,
    leftPx + widthPx / 2,
    Math.round(topPx + (heightPx + line.sizePx * CAPITAL_EM) / 2),
  );
}

function drawBorder(pen: SKRSContext2D, { ring, ringCornerPx, ringWidthPx }: KeyLayout, color: Rgb): void {
  pen.beginPath();
  pen.roundRect(ring.leftPx, ring.topPx, ring.widthPx, ring.heightPx, ringCornerPx);
  pen.strokeStyle = css(color);
  pen.lineWidth = ringWidthPx;
  pen.stroke();
}

interface RingState {
  readonly progress: number;
  readonly tones: Tones;
}

/** Clockwise from the middle of the upper edge, so that a finger on the key does not hide it. */
function drawRing(pen: SKRSContext2D, layout: KeyLayout, { progress, tones }: RingState): void {
  const { ring, ringCornerPx: corner, ringWidthPx } = layout;
  const straightPx = 2 * (ring.widthPx + ring.heightPx - 4 * corner);
  const lengthPx = straightPx + 2 * Math.PI * corner;
  drawBorder(pen, layout, tones.ringTrack);
  if (progress <= 0) return;
  const [left, top] = [ring.leftPx, ring.topPx];
  const [right, bottom] = [left + ring.widthPx, top + ring.heightPx];
  pen.save();
  pen.beginPath();
  pen.moveTo((left + right) / 2, top);
  pen.arcTo(right, top, right, bottom, corner);
  pen.arcTo(right, bottom, left, bottom, corner);
  pen.arcTo(left, bottom, left, top, corner);
  pen.arcTo(left, top, right, top, corner);
  pen.closePath();
  if (progress < 1) pen.setLineDash([lengthPx * progress, lengthPx]);
  pen.strokeStyle = css(tones.ring);
  pen.lineWidth = ringWidthPx;
  pen.stroke();
  pen.restore();
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`;
}
