import type { Fault } from "../../../base/document/finding.ts";
import { fail, type Result, succeed } from "../../../base/result.ts";
import { isPng, readPng } from "./png.ts";
import { cleanSvg } from "./svg.ts";
import type { SymbolSource } from "./symbol.ts";

/** A picture by what is in its file, whatever it is called. Faults begin with a verb. */
export function readPicture(bytes: Buffer): Result<SymbolSource, Fault> {
  if (isPng(bytes)) {
    const png = readPng(bytes);
    return png.ok ? succeed({ kind: "png", ...png.value }) : png;
  }
  const text = textOf(bytes);
  if (text === undefined || !text.trimStart().startsWith("<")) {
    const begin = bytes.toString("hex", 0, 4);
    const kind = otherKinds.find(([sign]) => begin.startsWith(sign))?.[1];
    return fail({
      message: kind === undefined ? "is no picture" : `is a ${kind}`,
      hint: "PNG and SVG are drawn: save it as one of these",
    });
  }
  const svg = cleanSvg(text);
  return svg.ok ? succeed({ kind: "svg", ...svg.value }) : svg;
}

/** What people have instead, by how it begins. */
const otherKinds: readonly (readonly [begin: string, kind: string])[] = [
  ["ffd8ff", "JPEG"],
  ["47494638", "GIF"],
  ["52494646", "WebP"],
  ["424d", "bitmap (BMP)"],
  ["1f8b", "compressed file (SVGZ)"],
  ["25504446", "PDF"],
];

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
