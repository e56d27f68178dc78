import type { Fault } from "../../../base/document/finding.ts";
import { fail, type Result, succeed } from "../../../base/result.ts";
import { silent } from "./svg-words.ts";

/** An element of an SVG, without the texts in it and without what other programs keep in it. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
}

/** More than people draw; the drawing library ends the process at some thousands. */
const MOST_DEPTH = 64;

/** Reads the elements of a document of SVG. Entities are not resolved: where some are declared, it is refused. */
export function parseSvg(text: string): Result<Element, Fault> {
  const tree = new Tree();
  for (const tag of tagsOf(text)) {
    const fault = tree.take(tag);
    if (fault !== undefined) return fail(fault);
  }
  const root = tree.root();
  return root === undefined ? fail(damaged) : succeed(root);
}

const damaged: Fault = { message: "is a damaged SVG", hint: "save it anew" };

class Tree {
  readonly #top: Element = { name: "", attributes: new Map(), children: [] };
  readonly #open: Element[] = [this.#top];
  /** How deep it stands in an element that is left out. */
  #skipped = 0;

  /** Why the document cannot be read. */
  take(tag: string): Fault | undefined {
    if (!tag.endsWith(">")) return damaged;
    if (tag.startsWith("<!"))
      return tag.includes("[") ? { message: "declares entities", hint: "save it as plain SVG" } : undefined;
    return tag.startsWith("</") ? this.#close(nameOf(tag.slice(2))) : this.#begin(tag);
  }

  #begin(tag: string): Fault | undefined {
    const isEmpty = tag.endsWith("/>");
    const name = nameOf(tag.slice(1));
    if (this.#skipped > 0 || silent.has(name) || name.includes(":")) {
      if (!isEmpty) this.#skipped += 1;
      return undefined;
    }
    const element = { name, attributes: attributesOf(tag), children: [] };
    this.#open.at(-1)?.children.push(element);
    if (!isEmpty) this.#open.push(element);
    const isDeep = this.#open.length > MOST_DEPTH;
    return isDeep ? { message: "is nested too deep", hint: "save it as PNG" } : undefined;
  }

  #close(name: string): Fault | undefined {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return undefined;
    }
    return this.#open.length > 1 && this.#open.pop()?.name === name ? undefined : damaged;
  }

  /** The one element of a whole document. */
  root(): Element | undefined {
    const isWhole = this.#open.length === 1 && this.#skipped === 0;
    const [root, ...others] = this.#top.children;
    return isWhole && others.length === 0 ? root : undefined;
  }
}

/** What stands between two signs and is no element, by its beginning. */
const passages: readonly (readonly [begin: string, end: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

/** Each tag from its sign to its sign; one that does not end comes without the last. */
function* tagsOf(text: string): Generator<string> {
  let at = text.indexOf("<");
  while (at >= 0) {
    const passage = passages.find(([begin]) => text.startsWith(begin, at));
    const end = passage === undefined ? endOfTag(text, at) : endOf(text, passage[1], at);
    if (passage === undefined || end > text.length) yield text.slice(at, end);
    if (end > text.length) return;
    at = text.indexOf("<", end);
  }
}

/** Behind a sign; beyond the text where there is none. */
function endOf(text: string, sign: string, from: number): number {
  const found = text.indexOf(sign, from);
  return found < 0 ? text.length + 1 : found + sign.length;
}

/** Behind the sign that ends a tag: one in quotes does not. */
function endOfTag(text: string, from: number): number {
  let quote = "";
  for (let at = from + 1; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === ">") return at + 1;
  }
  return text.length + 1;
}

/** The name that begins here, without the prefix that some programs give every element of SVG. */
function nameOf(text: string): string {
  return text.split(/[\s/>]/, 1)[0]?.replace(/^svg:/, "") ?? "";
}

/** By their names; `xlink:href` and `href` are one, others with a prefix are left out. */
function attributesOf(element: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  for (;;) {
    const equals = element.indexOf("=", at);
    if (equals < 0) return found;
    const name = element.slice(at, equals).trim().split(/\s/).at(-1) ?? "";
    const opened = equals + 1 + (/^\s{0,9}/.exec(element.slice(equals + 1, equals + 11))?.[0].length ?? 0);
    const closed = element.indexOf(element.charAt(opened) || '"', opened + 1);
    if (closed < 0) return found;
    const key = name === "xlink:href" ? "href" : name;
    if (!key.includes(":") && !found.has(key))
      found.set(key, element.slice(opened + 1, closed).replace(/\s/g, " "));
    at = closed + 1;
  }
}
