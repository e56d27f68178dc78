import type { CardSettings, NumberRules } from "./card-grammar.ts";
import { convertNumber } from "./card-number.ts";
import { eventTypes, readInputEvents } from "./input-event.ts";
import { createKeyboard, findControlKey } from "./keyboard.ts";

/** What a mapping may say about a reader. Notes tell what was seen, and never a number. */
interface CardProposal {
  readonly card: CardSettings;
  readonly notes: readonly string[];
}

/** One card held to the reader. */
interface Scan {
  readonly text: string;
  readonly end: "enter" | "tab" | "pause";
  /** The longest pause between two keys of it. */
  readonly pauseMs: number;
}

/** No setting allows longer pauses, so what comes later is another card. */
const LONGEST_PAUSE_MS = 2000;
const layouts = ["us", "fr", "de"] as const;

/**
 * Out of what an unknown reader was seen typing while the same card was held to it twice: reports are packets of
 * Linux's input layer, `printed` is the number that the server has. Nothing when no card was held to it.
 */
export function proposeCard(
  reports: readonly Uint8Array[],
  printed: string | undefined,
): CardProposal | undefined {
  const readings = layouts.map((layout) => ({ layout, scans: readScans(reports, layout) }));
  if (readings.every(({ scans }) => scans.length === 0)) return undefined;
  const proposals = readings.flatMap(({ layout, scans }) => proposeFor(layout, scans, printed) ?? []);
  const best = proposals.find(({ isExact }) => isExact) ?? proposals[0];
  if (best === undefined)
    return { card: {}, notes: ["hold the same card to the reader twice: two equal numbers were not seen"] };
  const { card, notes } = best;
  return { card, notes };
}

function proposeFor(
  layout: (typeof layouts)[number],
  scans: readonly Scan[],
  printed: string | undefined,
): (CardProposal & { readonly isExact: boolean }) | undefined {
  const [before, last] = scans.slice(-2);
  if (before === undefined || last === undefined || before.text !== last.text) return undefined;
  const { prefix, body, suffix } = splitSigns(last.text);
  if (body === "") return undefined;
  const pauseMs = Math.max(before.pauseMs, last.pauseMs);
  const isSlow = pauseMs > USUAL_PAUSE_MS;
  const number = printed === undefined ? "as-typed" : findRules(body, printed);
  const card: CardSettings = {
    layout: layout === "us" ? undefined : layout,
    end: last.end === "enter" ? undefined : last.end,
    betweenKeysMs: isSlow ? allowedFor(pauseMs) : undefined,
    prefix: writeAffix(prefix),
    suffix: writeAffix(suffix),
    length: body.length,
    number: typeof number === "string" ? undefined : number,
  };
  const notes = [
    "length: leave it out if other cards have longer or shorter numbers",
    isSlow ? `the reader pauses for ${(pauseMs / 1000).toFixed(1)} s within a number` : "",
    number === "none" ? "no known writing turns what is typed into the printed number" : "",
  ];
  return {
    card: Object.fromEntries(Object.entries(card).filter(([, said]) => said !== undefined)),
    notes: notes.filter((note) => note !== ""),
    isExact: /^[\da-z]+$/i.test(body) && number !== "none",
  };
}

/** Letters and digits with what stands between them, and the signs around. */
function splitSigns(text: string): { prefix: string; body: string; suffix: string } {
  const letters = [...text];
  const isPlain = (letter: string) => /^[\da-z]$/i.test(letter);
  const [first, last] = [letters.findIndex(isPlain), letters.findLastIndex(isPlain)];
  const part = (from: number, to: number) => letters.slice(from, to).join("");
  if (first === -1) return { prefix: text, body: "", suffix: "" };
  return { prefix: part(0, first), body: part(first, last + 1), suffix: part(last + 1, letters.length) };
}

function writeAffix(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : (findControlKey(text) ?? text);
}

/** Some way below the 250 ms that are usual, since the next card may be typed more slowly. */
const USUAL_PAUSE_MS = 180;

/** With half as much again, in steps of 50 ms. */
function allowedFor(pauseMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.ceil((pauseMs * 1.5) / 50) * 50);
}

function readScans(reports: readonly Uint8Array[], layout: (typeof layouts)[number]): readonly Scan[] {
  const scans: Scan[] = [];
  let text = "";
  let pauseMs = 0;
  let lastMs = 0;
  const finish = (end: Scan["end"]) => {
    if (text !== "") scans.push({ text, end, pauseMs });
    text = "";
    pauseMs = 0;
  };
  for (const { stroke, atMs } of readStrokes(reports, layout)) {
    if (atMs - lastMs > LONGEST_PAUSE_MS) finish("pause");
    else if (text !== "") pauseMs = Math.max(pauseMs, atMs - lastMs);
    lastMs = atMs;
    if (stroke === "enter" || stroke === "tab") finish(stroke);
    else if (typeof stroke === "object") text += stroke.text;
  }
  finish("pause");
  return scans;
}

function readStrokes(reports: readonly Uint8Array[], layout: (typeof layouts)[number]) {
  const keyboard = createKeyboard(layout, LONGEST_PAUSE_MS);
  const keys = reports
    .flatMap((report) => readInputEvents(report))
    .filter(({ type, value }) => type === eventTypes.key && value < 2);
  return keys.flatMap(({ code, value, atMs }) => {
    const stroke = value === 1 ? keyboard.down(code, atMs) : keyboard.up(code, atMs);
    return stroke === undefined ? [] : [{ stroke, atMs }];
  });
}

/** The simplest rules that make the printed number of the typed one; signs between its digits do not count. */
function findRules(typed: string, printed: string): NumberRules | "as-typed" | "none" {
  const wanted = printed.replaceAll(/[^\da-z]/gi, "");
  if (typed === wanted) return "as-typed";
  const letters = /[a-f]/.test(wanted) ? ({ letters: "lower" } as const) : {};
  const fitting = candidates(wanted.length).filter((rules) => {
    const converted = convertNumber(typed, { ...rules, ...letters });
    return converted.ok && converted.value === wanted;
  });
  const [simplest] = fitting.toSorted((one, other) => Object.keys(one).length - Object.keys(other).length);
  return simplest === undefined ? "none" : { ...simplest, ...(simplest.to === "hex" ? letters : {}) };
}

function candidates(digits: number): readonly NumberRules[] {
  const from = ["decimal", "hex", "facility-and-card"] as const;
  const to = ["decimal", "hex", "facility-and-card", "card"] as const;
  const bits = [{}, { bits: 32 }, { bits: 24 }, { bits: 40 }] as const;
  const bytes = [{}, { bytes: "reversed" }] as const;
  const lengths = digits <= 24 ? [{}, { digits }] : [{}];
  return from.flatMap((typed) =>
    to.flatMap((written) =>
      bits.flatMap((width) =>
        bytes.flatMap((order) =>
          lengths.map((length) => ({ from: typed, to: written, ...width, ...order, ...length })),
        ),
      ),
    ),
  );
}
