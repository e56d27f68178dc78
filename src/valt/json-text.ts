import { fail, type Result, succeed } from "../base/result.ts";

/** Nothing that a server has to say stands within more brackets. */
const DEEPEST = 32;
/** The largest sites have some ten thousand users. */
const MOST_ITEMS = 100_000;
/** Parsed at once: a few milliseconds, whatever is in it. */
const SLICE_CHARACTERS = 32_768;
/** What cannot be divided, an item of a list or all that stands around lists, is not longer. */
const LONGEST_PIECE_CHARACTERS = 65_536;
const LOOKED_AT_AT_ONCE = 65_536;

/** A value, or in a word what is wrong with the text. */
export type Parsed = Result<unknown, JsonFault>;
/** Why a text is not read as JSON. */
export type JsonFault = "damaged" | "too deep" | "too many items" | "too much in one piece";

/** For texts that are short: a deep one is refused before anything is made of it. */
export function parseShort(text: string): Parsed {
  const outline = new Outline(text);
  outline.readOn(text.length);
  return outline.fault === undefined ? parsePart(text) : fail(outline.fault);
}

/**
 * For texts that may be long: lists are parsed a few items at a time, and in between the generator yields, so that
 * nothing else has to wait. The outermost lists are divided (also PHP's, with numbered members); an item, and all that stands around lists, must be short.
 */
export function* parseLong(text: string, sliceCharacters = SLICE_CHARACTERS): Generator<void, Parsed> {
  if (text.length <= sliceCharacters) return parseShort(text);
  const outline = new Outline(text, sliceCharacters);
  while (!outline.isDone) {
    outline.readOn(LOOKED_AT_AT_ONCE);
    yield;
  }
  if (outline.fault !== undefined) return fail(outline.fault);
  const lists: object[] = [];
  for (const list of outline.lists) {
    const items = yield* parseItems(text, list);
    if (items === undefined) return fail("damaged");
    lists.push(items);
  }
  const around = parsePart(outline.around());
  return around.ok ? succeed(putBack(around.value, lists)) : around;
}

function* parseItems(text: string, { brackets, cuts }: List): Generator<void, object | undefined> {
  const items: unknown[] = [];
  for (let index = 1; index < cuts.length; index++) {
    const slice = text.slice((cuts[index - 1] ?? 0) + 1, cuts[index]);
    const parsed = parsePart(`${brackets[0]}${slice}${brackets[1]}`);
    // A list that is divided has items on both sides.
    if (!parsed.ok || (cuts.length > 2 && slice.trim() === "")) return undefined;
    const some = brackets === "[]" ? (parsed.value as unknown[]) : Object.entries(parsed.value as object);
    for (const item of some) items.push(item);
    yield;
  }
  return brackets === "[]" ? items : Object.fromEntries(items as [string, unknown][]);
}

function parsePart(text: string): Parsed {
  try {
    return succeed(JSON.parse(text));
  } catch {
    return fail("damaged");
  }
}

/** An outermost list: where it opens, where it may be divided, where it closes. */
interface List {
  readonly brackets: "[]" | "{}";
  readonly cuts: number[];
  items: number;
}

/** Where a text has its outermost lists, and how deep it is. Reads as much at a time as it is told to. */
class Outline {
  readonly lists: List[] = [];
  fault: JsonFault | undefined;
  isDone = false;
  readonly #text: string;
  readonly #sliceCharacters: number;
  #at = 0;
  #depth = 0;
  /** The list within which this is, and its depth. */
  #list: List | undefined;
  #listDepth = 0;
  #lengthAround = 0;

  constructor(text: string, sliceCharacters = SLICE_CHARACTERS) {
    this.#text = text;
    this.#sliceCharacters = sliceCharacters;
  }

  readOn(characters: number): void {
    const end = Math.min(this.#text.length, this.#at + characters);
    while (this.#at < end && this.fault === undefined) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === QUOTE) this.#at = this.#skipText();
      else this.#note(code);
      this.#at++;
    }
    this.isDone = this.fault !== undefined || this.#at >= this.#text.length;
    if (this.isDone && this.fault === undefined) this.#finish();
  }

  /** The text with a number in every list, by which it is found again. */
  around(): string {
    let from = 0;
    const parts = this.lists.flatMap(({ brackets, cuts }, index) => {
      const before = this.#text.slice(from, cuts[0]);
      const end = cuts.at(-1) ?? from;
      from = end + 1;
      // What closes with the wrong bracket stays damaged.
      const isClosed = this.#text[end] === brackets[1];
      return [before, `[${index}`, isClosed ? "]" : "}"];
    });
    return parts.join("") + this.#text.slice(from);
  }

  #note(code: number): void {
    if (code === OPEN_LIST || code === OPEN_FIELDS) this.#open(code);
    else if (code === CLOSE_LIST || code === CLOSE_FIELDS) this.#close();
    else if (code === COMMA && this.#list !== undefined && this.#depth === this.#listDepth) this.#divide();
  }

  #open(code: number): void {
    this.#depth++;
    if (this.#depth > DEEPEST) this.fault = "too deep";
    if (this.#list === undefined) this.#beginList(code);
  }

  #beginList(code: number): void {
    if (code === OPEN_FIELDS && !this.#isNumbered()) return;
    this.#list = { brackets: code === OPEN_LIST ? "[]" : "{}", cuts: [this.#at], items: 1 };
    this.#listDepth = this.#depth;
    this.lists.push(this.#list);
  }

  /** Whether the object that opens here is a list of PHP's, by its first member. */
  #isNumbered(): boolean {
    NUMBERED.lastIndex = this.#at + 1;
    return NUMBERED.test(this.#text);
  }

  #close(): void {
    if (this.#list !== undefined && this.#depth === this.#listDepth) {
      this.#cut(this.#list);
      this.#list = undefined;
    }
    this.#depth--;
  }

  #divide(): void {
    const list = this.#list;
    if (list === undefined) return;
    list.items++;
    if (list.items > MOST_ITEMS) this.fault = "too many items";
    if (this.#at - (list.cuts.at(-1) ?? 0) >= this.#sliceCharacters) this.#cut(list);
  }

  #cut(list: List): void {
    const length = this.#at - (list.cuts.at(-1) ?? 0);
    if (length > this.#sliceCharacters + LONGEST_PIECE_CHARACTERS) this.fault = "too much in one piece";
    list.cuts.push(this.#at);
    this.#lengthAround -= length;
  }

  /** Where a text ends that begins here. */
  #skipText(): number {
    this.fault = "damaged";
    for (let at = this.#text.indexOf('"', this.#at + 1); at > 0; at = this.#text.indexOf('"', at + 1)) {
      this.fault = at - this.#at > LONGEST_PIECE_CHARACTERS ? "too much in one piece" : undefined;
      if (this.fault !== undefined) break;
      let slashes = 0;
      while (this.#text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
      if (slashes % 2 === 0) return at;
      this.fault = "damaged";
    }
    return this.#at;
  }

  #finish(): void {
    if (this.#list !== undefined || this.#depth !== 0) this.fault = "damaged";
    else if (this.#text.length + this.#lengthAround > LONGEST_PIECE_CHARACTERS)
      this.fault = "too much in one piece";
  }
}

const NUMBERED = /\s{0,40}"(?:\d{1,15}|[\da-fA-F]{8}-[\da-fA-F-]{27})"/y;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_FIELDS = 0x7b;
const CLOSE_FIELDS = 0x7d;

/** Every list that is left holds the number of its own. */
function putBack(value: unknown, lists: readonly object[]): unknown {
  if (Array.isArray(value)) return lists[Number(value[0])];
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, putBack(inner, lists)]));
}
