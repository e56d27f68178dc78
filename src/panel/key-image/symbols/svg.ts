import type { Fault } from "../../../base/document/finding.ts";
import { fail, type Result, succeed } from "../../../base/result.ts";
import { type Element, parseSvg } from "./svg-parser.ts";
import { attributes, drawn, refusals } from "./svg-words.ts";
import type { SymbolSize } from "./symbol.ts";

/** An SVG as keys draw it: without a size of its own, with nothing that leads outside. */
interface CleanSvg {
  /** Whoever draws it puts the size in the place of `SIZE`. */
  readonly svg: string;
  readonly size: SymbolSize;
}

export const SIZE = "{size}";

/** Elements that are drawn, each as often as it is used. */
const MOST_DRAWN = 2000;

/**
 * Writes an SVG anew from the elements and attributes that keys draw. What is not drawn is refused, so that no picture
 * looks otherwise than its author has seen it; descriptions and what editors keep for themselves are left out.
 */
export function cleanSvg(text: string): Result<CleanSvg, Fault> {
  const parsed = parseSvg(text);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  if (root.name !== "svg") return fail({ message: "is no picture", hint: "PNG and SVG are drawn" });
  const fault = findFault(root);
  if (fault !== undefined) return fail(fault);
  if (countDrawn(root) > MOST_DRAWN)
    return fail({
      message: `draws more than ${MOST_DRAWN} shapes`,
      hint: "a key shows 100 pixels: simplify it, or save it as PNG",
    });
  const view = viewOf(root);
  if (view === undefined)
    return fail({
      message: "says no size",
      hint: 'give <svg> a "viewBox", or "width" and "height" in numbers',
    });
  const [, , widthPx = 0, heightPx = 0] = view;
  const svg = write(root, `${SIZE} viewBox="${view.join(" ")}"`);
  return succeed({ svg, size: { widthPx, heightPx } });
}

function findFault(element: Element): Fault | undefined {
  for (const [key, value] of element.attributes) {
    if (/^on/i.test(key)) return { message: `holds a script ("${key}")`, hint: "leave it out" };
    if (leadsOutside(key, value))
      return {
        message: `names something outside of it ("${shorten(value)}")`,
        hint: "embed shapes, or save it as PNG",
      };
  }
  for (const child of element.children) {
    if (!drawn.has(child.name)) {
      const {
        message = `has <${shorten(child.name)}>, which keys do not draw`,
        hint = "leave it out, or save it as PNG",
      } = refusals[child.name] ?? {};
      return { message, hint };
    }
    const fault = findFault(child);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** References stay inside: `#id`, and `url(#id)` in any value. */
function leadsOutside(key: string, value: string): boolean {
  if (key === "href") return !value.trim().startsWith("#");
  return urlsOf(value).some((url) => !url.startsWith("#"));
}

function referencesOf({ attributes: given }: Element): readonly string[] {
  return [...given].flatMap(([key, value]) => {
    const urls = key === "href" ? [value.trim()] : urlsOf(value);
    return urls.map((url) => url.slice(1));
  });
}

function urlsOf(value: string): readonly string[] {
  return value
    .split(/url\(/i)
    .slice(1)
    .map((rest) => rest.replace(/["' ]/g, "").split(")", 1)[0] ?? "");
}

/** How many elements are drawn when every use of each is counted; endless where one uses itself. */
function countDrawn(root: Element): number {
  const byId = new Map<string, Element>();
  const collect = (element: Element) => {
    const id = element.attributes.get("id");
    if (id !== undefined) byId.set(id, element);
    for (const child of element.children) collect(child);
  };
  collect(root);
  const counted = new Map<Element, number>();
  const count = (element: Element): number => {
    const known = counted.get(element);
    if (known !== undefined) return known;
    counted.set(element, Number.POSITIVE_INFINITY);
    const used = referencesOf(element).flatMap((id) => byId.get(id) ?? []);
    const total = [...element.children, ...used].reduce((sum, one) => sum + count(one), 1);
    counted.set(element, total);
    return total;
  };
  return count(root);
}

/** What is seen of it: left, top, width, height. */
function viewOf({ attributes: given }: Element): readonly number[] | undefined {
  const box = given
    .get("viewBox")
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const view = box ?? [0, 0, lengthOf(given.get("width")), lengthOf(given.get("height"))];
  const [, , width = 0, height = 0] = view;
  const isWhole = view.length === 4 && view.every((one) => Math.abs(one) < MOST_UNITS);
  return isWhole && Math.min(width, height) > 1 / MOST_UNITS ? view : undefined;
}

const MOST_UNITS = 1_000_000;

function lengthOf(text = ""): number {
  return /^[\d.]{1,20}(?:px|pt|mm|cm|in)?$/.test(text.trim()) ? Number.parseFloat(text) : Number.NaN;
}

function write({ name, attributes: given, children }: Element, rootsOwn = ""): string {
  const isRoot = rootsOwn !== "";
  const own = [...given].flatMap(([key, value]) =>
    isRoot && SIZES.includes(key) ? [] : writeAttribute(key, value),
  );
  const head = [name, ...(isRoot ? [NAMESPACES, rootsOwn] : []), ...own].join(" ");
  return `<${head}>${children.map((child) => write(child)).join("")}</${name}>`;
}

const SIZES = ["width", "height", "x", "y"];
const NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';

function writeAttribute(key: string, value: string): readonly string[] {
  if (/["<&]/.test(value)) return [];
  if (key === "href") return [`xlink:href="${value.trim()}"`];
  if (key === "style") return [`style="${keptStyle(value)}"`];
  return attributes.has(key) ? [`${key}="${value}"`] : [];
}

function keptStyle(style: string): string {
  const kept = style.split(";").filter((one) => attributes.has(one.split(":", 1)[0]?.trim() ?? ""));
  return kept.join(";");
}
