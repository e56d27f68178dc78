import { readHexColor } from "../base/hex-color.ts";
import { memoize } from "../base/memory.ts";
import { assertNever } from "../base/result.ts";
import type { ControlOutput, LampColors, Rgb } from "../driver/control.ts";
import type { Frame } from "../driver/frame.ts";
import type { Color, ColorName, Look } from "../feedback/look.ts";
import type { KeyImages } from "./key-image/key-image.ts";

/** What a frame depends on besides the look. */
export interface Moment {
  /** Of a blink that the bridge drives. */
  readonly phase: "lit" | "dark";
  /** How far a hold has come, 0 to 1; nothing while none is under way. */
  readonly progress: number | undefined;
  readonly brightness: "day" | "night";
}

interface Palette {
  readonly colors: Readonly<Record<ColorName, Rgb>>;
  /** Absent until it is loaded, and where it cannot be: keys are plain fields of colour then. */
  readonly images: KeyImages | undefined;
}

export type Reduce = (look: Look, output: ControlOutput, moment: Moment) => Frame | undefined;

/** Makes looks into what a control can show; into nothing where it cannot show anything. */
export function createReducer(palette: () => Palette): Reduce {
  return (look, output, moment) => {
    switch (output.kind) {
      case "none":
        return undefined;
      case "lamp":
        return reduceToLamp(look, output, { moment, colors: palette().colors });
      case "text":
        return {
          kind: "text",
          text: (look.state ?? look.text).replaceAll("\n", " ").slice(0, output.columns),
        };
      case "image":
        return reduceToImage(look, output, { moment, palette: palette() });
      default:
        return assertNever(output);
    }
  };
}

const DARK: Rgb = [0, 0, 0];
const LIT: Rgb = [255, 255, 255];

function reduceToLamp(
  look: Look,
  output: Extract<ControlOutput, { kind: "lamp" }>,
  { moment, colors }: { moment: Moment; colors: Palette["colors"] },
): Frame {
  const rgb = lampColor(look, output.colors, colors);
  if (output.blink === "by-device") return { kind: "lamp", rgb, blink: look.blink };
  return { kind: "lamp", rgb: moment.phase === "lit" ? rgb : DARK, blink: "steady" };
}

/** A mapping's colours have been checked. */
function rgbOf(color: Color, colors: Palette["colors"]): Rgb {
  return readHexColor(color) ?? colors[color as ColorName];
}

function lampColor(look: Look, can: LampColors, colors: Palette["colors"]): Rgb {
  if (can === "mono") return look.oneColor === "lit" ? LIT : DARK;
  const wanted = rgbOf(look.color, colors);
  if (can === "rgb" || wanted.every((part) => part === 0)) return wanted;
  const lit = can.filter((one) => one.some((part) => part > 0));
  const [first = DARK] = lit;
  const nearest = lit.reduce(
    (best, one) => (distance(one, wanted) < distance(best, wanted) ? one : best),
    first,
  );
  // A lamp without the colour that is wanted must not pass another one off as it: red stays a recording's.
  return distance(nearest, wanted) <= NEAR || look.oneColor === "lit" ? nearest : DARK;
}

/** Squared distance within which two colours are taken for the same. */
const NEAR = 30_000;

function distance(one: Rgb, other: Rgb): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}

function reduceToImage(
  look: Look,
  { widthPx, heightPx }: Extract<ControlOutput, { kind: "image" }>,
  { moment, palette }: { moment: Moment; palette: Palette },
): Frame {
  const { color, icon, symbol, symbolStands, text, state, own, name, caption, badge } = look;
  const picture = { color, icon, symbol, symbolStands, text, state, own, name, caption, badge, ...moment };
  const rgb =
    palette.images?.draw(picture, { widthPx, heightPx }) ??
    plainField(rgbOf(color, palette.colors), widthPx * heightPx);
  return { kind: "image", rgb, widthPx, heightPx };
}

/** While the pictures load, a large site shows hundreds of these. */
const plainField = (color: Rgb, pixels: number) => fill(`${color.join()} ${pixels}`);

const fill = memoize((field: string): Uint8Array => {
  const [color = "", pixels] = field.split(" ");
  return new Uint8Array(
    Buffer.alloc(Number(pixels) * 3, Uint8Array.from(color.split(",").map(Number))).buffer,
  );
}, 100);
