import { GAP_UNITS, ICON_UNITS, type IconStroke, iconStrokes, LINE_UNITS } from "./icons.ts";
import { type KeptIcon, keptIcons, svgOfIcon } from "./symbols/kept-icons.ts";

/** Every icon that a control can name as SVG in the colour of the text around it, by its name in the order of letters. */
export function drawIcons(): ReadonlyMap<string, string> {
  const ofLooks = Object.entries(iconStrokes).filter(([name]) => name !== "none" && name !== "cancelled");
  const drawn = [
    ...ofLooks.map(([name, strokes]) => [name, svgOf(strokes)] as const),
    ...Object.keys(keptIcons).map((name) => [name, bare(svgOfIcon(name as KeptIcon))] as const),
  ];
  return new Map(drawn.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A gap has the colour of the page. */
function svgOf(strokes: readonly IconStroke[]): string {
  const paths = strokes.map(({ how, path }) => {
    if (how === "fill") return `<path d="${path}" fill="currentColor" fill-rule="evenodd"/>`;
    const color = how === "gap" ? "Canvas" : "currentColor";
    return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${how === "gap" ? GAP_UNITS : LINE_UNITS}"/>`;
  });
  return `<svg viewBox="0 0 ${ICON_UNITS} ${ICON_UNITS}" stroke-linecap="round" stroke-linejoin="round">${paths.join("")}</svg>`;
}

/** Without what comes before the picture. */
function bare(svg: string): string {
  return svg
    .slice(svg.indexOf("<svg"))
    .replaceAll(/\s{1,9}/g, " ")
    .trim();
}
