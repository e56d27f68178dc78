import type { Value } from "../driver/control.ts";
import type { Words } from "../feedback/words.ts";

/** `{recording}`, or `{recording:0}` with what is told while it is not known. */
const PLACEHOLDER = /\{([a-zA-Z]+)(?::([^{}]*))?\}/g;
const WHOLE = /^\{([a-zA-Z]+)(?::([^{}]*))?\}$/;
/** What is not known is neither yes nor no, unless the mapping says which. */
const UNKNOWN = "unknown";

/** What a mapping wants told of a room, in a text. */
export function fillPush(template: string, words: Words): string {
  return template.replace(PLACEHOLDER, (whole, name: string, ifUnknown: string | undefined) =>
    isWord(name, words) ? String(words[name] ?? ifUnknown ?? UNKNOWN) : whole,
  );
}

/** A value that is one placeholder keeps its type: `{recording}` is a number, and nil while it is not known. */
export function pushValue(template: string, words: Words): Value {
  const [, name = "", ifUnknown] = WHOLE.exec(template) ?? [];
  if (!isWord(name, words)) return fillPush(template, words);
  return words[name] ?? (ifUnknown === undefined ? null : asNumber(ifUnknown));
}

function isWord(name: string, words: Words): name is keyof Words {
  return Object.hasOwn(words, name);
}

function asNumber(text: string): Value {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : number;
}
