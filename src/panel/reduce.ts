import { assertNever } from "../base/result.ts";
import type { ControlOutput, LampColors, Rgb } from "../driver/control.ts";
import type { Frame } from "../driver/frame.ts";
import type { ColorName, Look } from "../feedback/look.ts";

/** What a look becomes on a control; nothing where the control cannot show anything. */
export function reduceLook(
  look: Look,
  output: ControlOutput,
  colors: Readonly<Record<ColorName, Rgb>>,
): Frame | undefined {
  switch (output.kind) {
    case "none":
      return undefined;
    case "lamp":
      return { kind: "lamp", rgb: lampColor(look, output.colors, colors), blink: look.blink };
    case "text":
      return { kind: "text", text: look.text.slice(0, output.columns) };
    case "image":
      return fillImage(colors[look.color], output);
    default:
      return assertNever(output);
  }
}

const DARK: Rgb = [0, 0, 0];
const LIT: Rgb = [255, 255, 255];
/** Squared distance from which two colours are not the same to anybody. */
const FAR = 50_000;

function lampColor(look: Look, can: LampColors, colors: Readonly<Record<ColorName, Rgb>>): Rgb {
  if (can === "mono") return look.oneColor === "lit" ? LIT : DARK;
  const wanted = colors[look.color];
  if (can === "rgb" || look.color === "off") return wanted;
  const lit = can.filter((one) => one.some((part) => part > 0));
  const nearest = lit.reduce(
    (best, one) => (distance(one, wanted) < distance(best, wanted) ? one : best),
    lit[0] ?? DARK,
  );
  // White must not become red for want of a better lamp: what may stay dark does, what matters is lit.
  const isNear = distance(nearest, wanted) <= FAR;
  return isNear || look.oneColor === "lit" ? nearest : DARK;
}

function distance(one: Rgb, other: Rgb): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}

/** A plain field of the look's colour. */
function fillImage(color: Rgb, { widthPx, heightPx }: { widthPx: number; heightPx: number }): Frame {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let offset = 0; offset < rgb.length; offset += 3) rgb.set(color, offset);
  return { kind: "image", rgb, widthPx, heightPx };
}
