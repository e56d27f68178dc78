import type { Value } from "../driver/control.ts";
import type { LinkMessage } from "../driver/link.ts";

/**
 * A command pattern such as `/room/{room}/start`, `/note/{room} {text}` or `REC START {room}`.
 * In an address each capture is one segment; after the first space each is one argument, and the
 * last takes all that is left. Nothing is scripted and nothing backtracks.
 */
export interface Pattern {
  readonly source: string;
  readonly segments: readonly PatternPart[];
  readonly words: readonly PatternPart[];
  readonly captures: readonly string[];
}

type PatternPart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "capture"; readonly name: string };

/** A message taken apart once, however many patterns it is held against. */
interface MessageParts {
  readonly segments: readonly string[];
  readonly words: readonly string[];
  /** Words of the text and arguments, in their order. */
  readonly all: readonly string[];
}

export function takeApart({ text, values }: LinkMessage): MessageParts {
  const [address = "", ...words] = text.trim().split(/\s+/);
  return { segments: address.split("/"), words, all: [...words, ...values.map(wordOf)] };
}

export type Captures = Readonly<Record<string, string>>;

/** Returns what is wrong as a sentence when the text is no pattern. */
export function parsePattern(source: string): Pattern | string {
  const [address = "", ...words] = source.trim().split(/\s+/);
  if (address === "") return "a pattern must not be empty";
  const segments = address.split("/").map(parsePart);
  const parts = words.map(parsePart);
  const captures: string[] = [];
  for (const part of [...segments, ...parts]) {
    if (typeof part === "string") return part;
    if (part.kind === "literal") continue;
    if (captures.includes(part.name)) return `{${part.name}} is captured twice`;
    captures.push(part.name);
  }
  return { source, segments: segments as PatternPart[], words: parts as PatternPart[], captures };
}

/** What the pattern captures from a message; nothing when it does not fit. */
export function matchPattern(pattern: Pattern, { segments, words, all }: MessageParts): Captures | undefined {
  if (segments.length !== pattern.segments.length) return undefined;
  const captures: Record<string, string> = {};
  // From the end: patterns of one tree differ in their last segment.
  for (let index = segments.length - 1; index >= 0; index--) {
    const part = pattern.segments[index];
    if (part !== undefined && !capture(part, segments[index] ?? "", captures)) return undefined;
  }
  if (pattern.words.length === 0) return words.length === 0 ? captures : undefined;
  return matchWords(pattern.words, all, captures);
}

/** Two patterns of the same shape would fit the same messages. */
export function shapeOf({ segments, words }: Pattern): string {
  return JSON.stringify(
    [segments, words].map((parts) => parts.map((part) => (part.kind === "literal" ? part.text : 0))),
  );
}

function parsePart(text: string): PatternPart | string {
  const capturing = /^\{([a-z][A-Za-z]*)\}$/.exec(text);
  if (capturing?.[1] !== undefined) return { kind: "capture", name: capturing[1] };
  if (/[{}*?[\]]/.test(text))
    return `"${text}" mixes text with braces or wildcards: a capture stands alone, as in /{room}/`;
  return { kind: "literal", text };
}

function matchWords(
  parts: readonly PatternPart[],
  words: readonly string[],
  captures: Record<string, string>,
): Captures | undefined {
  if (words.length < parts.length) return undefined;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const word = isLast && part.kind === "capture" ? words.slice(index).join(" ") : (words[index] ?? "");
    if (isLast && part.kind === "literal" && words.length > parts.length) return undefined;
    if (!capture(part, word, captures)) return undefined;
  }
  return captures;
}

function capture(part: PatternPart, text: string, captures: Record<string, string>): boolean {
  if (part.kind === "literal") return part.text === text;
  if (text === "") return false;
  captures[part.name] = text;
  return true;
}

function wordOf(value: Value): string {
  return value === null ? "" : String(value);
}
