import type { Phrase } from "../../language/phrases.ts";
import type { Sayable } from "../../language/told.ts";

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}") as {
  readonly tag?: string;
  readonly table?: Readonly<Record<string, string>>;
  readonly stamp?: string;
};

/** Which words the page was loaded with. */
export const stamp = words.stamp ?? "";

const tag = words.tag ?? "en";
/** For dates and numbers, as in BCP 47: the browser's own habits where it speaks the same language. */
export const locale = navigator.languages.find((one) => one === tag || one.startsWith(`${tag}-`)) ?? tag;

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

type Values = Readonly<Record<string, string | number>>;

/** A phrase in the site's language, with its placeholders filled in. */
export function say(phrase: Phrase, values: Values = {}): string {
  return fill(words.table?.[phrase] ?? phrase, values);
}

function fill(text: string, values: Values): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => String(values[name] ?? whole));
}

/** A text that may be a phrase; any other one stays as it is. */
export function translate(text: string): string {
  return words.table?.[text] ?? text;
}

/** Who asked, as people call it, for the middle of a sentence; a link's peer by its address. `read` translates. */
export function tellPeer(peer: string, read: (phrase: Phrase) => string = say): string {
  const [, session = "", name = ""] = /^web:([a-z]+)-?([^-]*)/.exec(peer) ?? [];
  if (!peer.startsWith("web:")) return peer;
  if (session === "local") return read("this machine");
  return session === "tablet" ? fill(read("tablet {name}"), { name }) : read("Console");
}

/** Whether it is said in the site's language; nothing is when that is English. */
export function isPhrase(text: string): boolean {
  return Object.hasOwn(words.table ?? {}, text);
}

/** What the bridge tells as a phrase with its values, in the site's language; rooms by what people call them. */
export function tell(sayable: Sayable, labels: ReadonlyMap<string, string> = new Map()): string {
  return write(sayable, { read: translate, count: writeNumber, labels });
}

/** The same in English, for files that are kept. */
export function tellInEnglish(sayable: Sayable): string {
  return write(sayable, { read: (text) => text, count: String, labels: new Map() });
}

/** With the decimal sign of the language; whole numbers may be numbers of rooms, and stay as they are. */
function writeNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : fractions.format(value);
}

const fractions = new Intl.NumberFormat(locale);

interface Writing {
  readonly labels: ReadonlyMap<string, string>;
  read(text: string): string;
  count(value: number): string;
}

function write(sayable: Sayable, writing: Writing): string {
  if (typeof sayable === "string") return writing.read(sayable);
  const { phrase, values = {} } = sayable;
  const filled = Object.entries(values).map(([name, value]) => {
    if (typeof value === "number") return [name, writing.count(value)];
    if (typeof value === "object") return [name, write(value, writing)];
    if (name === "by") return [name, tellPeer(value, writing.read)];
    return [name, name === "room" ? (writing.labels.get(value) ?? value) : value];
  });
  return fill(writing.read(phrase), Object.fromEntries(filled));
}
