import { escapeHtml } from "../base/html.ts";
import type { CatalogueEntry, ControlDescription, DeviceKind } from "../driver/contract.ts";
import { codeBlock, type ReferencePage } from "./page.ts";

/** Every product that is known by its name, with its controls, what confirms it, and the lines to paste. */
export function panelsPage(kinds: readonly DeviceKind[]): ReferencePage {
  const parts = kinds.map((kind) => {
    const entries = kind.catalogue?.() ?? [];
    if (entries.length === 0) return "";
    const items = entries.map((entry) => renderEntry(kind, entry)).join("\n");
    return `<h2 id="${kind.kind}">${escapeHtml(kind.kind)}</h2>\n<ul class="panels">\n${items}\n</ul>`;
  });
  const intro = `<p>Yellow is a lamp, or a key with a picture. Each says whether it was tried; none was on hardware by us.</p>
<p>The lines to paste stand under <code>devices</code>; instead of <code>desk</code> write a name of your own. Keys with displays, pedals, virtual panels and
lights of several colours lay themselves out for their room; of everything else the lines name a first control, since what <code>controls</code> do not name does and shows
nothing. With several equal devices add what tells them apart, such as <code>serialNumber</code>; a line has your own address in the place of the one here.</p>`;
  return { name: "panels", title: "Panels", body: `${intro}\n${parts.join("\n")}` };
}

/** The words of profiles in plain ones. */
const TRIED: Readonly<Record<string, string>> = {
  "on paper": "not on hardware, written from what is published of it",
  "by hardware recordings": "with reports that others recorded from real hardware",
};

type Controls = ReturnType<DeviceKind["describeControls"]>;

function renderEntry(kind: DeviceKind, { productName, settings, confirmed }: CatalogueEntry): string {
  const controls = describe(kind, settings);
  const device = { kind: kind.kind, ...settings, room: "interview-1", ...suggestControls(kind, controls) };
  const pasted = `"desk": ${JSON.stringify(device, null, 1).replaceAll(/\n */g, " ")}`;
  return `<li><h3>${escapeHtml(productName)}</h3>${draw(productName, controls)}
<p>${escapeHtml(countOf(controls))}${confirmed === undefined ? "" : ` Tried: ${escapeHtml(TRIED[confirmed] ?? confirmed)}.`}</p>
${codeBlock(pasted)}</li>`;
}

/** First controls of what no layout serves: one that starts and stops, a card, a light. */
function suggestControls({ linkStyle }: DeviceKind, controls: Controls) {
  if (controls === "known-once-open") return {};
  const isLaidOut = controls.some(({ place, output }) => place.area === "pedals" || output.kind === "image");
  if (isLaidOut && linkStyle === "none") return {};
  const button = controls.find(({ input }) => isPushed(input));
  const card = controls.find(({ input }) => input.shape === "pulse");
  const light = controls.find(({ input, output }) => input.shape === "none" && output.kind === "lamp");
  const look = button?.output.kind === "lamp" ? { look: "tally" } : {};
  return {
    controls: {
      ...(button && { [button.id]: { tap: "start", hold: "stop", ...look } }),
      ...(card && { [card.id]: { pulse: { start: { author: { card: "{value}" } } } } }),
      ...(light && { [light.id]: { look: "sign" } }),
    },
  };
}

function isPushed(input: ControlDescription["input"]): boolean {
  return input.shape === "button" || (input.shape === "encoder" && input.push === "button");
}

function describe(kind: DeviceKind, settings: CatalogueEntry["settings"]): Controls {
  const parsed = kind.settingsSchema.parse(settings);
  const completed = kind.completeSettings?.(parsed, undefined);
  return kind.describeControls(completed?.ok === true ? completed.value : parsed, []);
}

function countOf(controls: Controls): string {
  if (controls === "known-once-open") return "Controls are known when it is open.";
  const names = shortenRuns(controls.map(({ id }) => id));
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), "…"] : names;
  return `${controls.length} ${controls.length === 1 ? "control" : "controls"}: ${shown.join(", ")}.`;
}

const MOST_NAMES = 40;

/** `key-1 to key-15` for three or more that follow each other. */
function shortenRuns(names: readonly string[]): readonly string[] {
  const runs: string[][] = [];
  for (const name of names) {
    const run = runs.at(-1);
    if (run !== undefined && nextAfter(run.at(-1)) === name) run.push(name);
    else runs.push([name]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]} to ${run.at(-1)}`] : run));
}

function nextAfter(name = ""): string {
  const digits = /\d{0,9}$/.exec(name)?.[0] ?? "";
  return digits === "" ? name : name.slice(0, -digits.length) + (Number(digits) + 1);
}

/** The controls where they sit, in rows by area; those without a place follow each other. */
function draw(name: string, controls: Controls): string {
  if (controls === "known-once-open" || controls.length === 0) return "";
  const areas = new Map<string, ControlDescription[]>();
  for (const control of controls) {
    const { area } = control.place;
    areas.set(area, [...(areas.get(area) ?? []), control]);
  }
  let top = 0;
  const shapes: string[] = [];
  let width = 1;
  for (const [area, members] of areas) {
    const columns = area === "nowhere" ? Math.min(8, members.length) : 0;
    const cells = members.map((control, index) => ({ control, ...cellOf(control, index, columns) }));
    width = Math.max(width, ...cells.map(({ column }) => column + 1));
    shapes.push(...cells.map(({ control, column, row }) => shapeOf(control, column, top + row)));
    top += Math.max(...cells.map(({ row }) => row + 1));
  }
  return `<svg viewBox="-0.1 -0.1 ${width + 0.1} ${top + 0.1}" role="img" aria-label="Controls of ${escapeHtml(name)}">${shapes.join("")}</svg>`;
}

function cellOf(
  { place }: ControlDescription,
  index: number,
  columns: number,
): { readonly column: number; readonly row: number } {
  if (place.area !== "nowhere") return place;
  return { column: index % columns, row: Math.floor(index / columns) };
}

function shapeOf({ input, output }: ControlDescription, column: number, row: number): string {
  const title = output.kind === "none" ? "" : ' class="lamp"';
  if (input.shape === "encoder" || output.kind === "lamp")
    return `<circle cx="${column + 0.45}" cy="${row + 0.45}" r="0.4"${title}/>`;
  return `<rect x="${column + 0.05}" y="${row + 0.05}" width="0.8" height="0.8" rx="0.12"${title}/>`;
}
