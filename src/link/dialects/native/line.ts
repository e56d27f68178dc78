/** A line of the native protocol taken apart. */
export interface NativeLine {
  /** `@17 ` with its space, to begin the answer with; empty without a tag. */
  readonly tag: string;
  /** In capitals. */
  readonly verb: string;
  readonly words: readonly string[];
  /** All that follows the word with this index, spaces as they came. */
  textAfter(index: number): string;
}

/**
 * Answers and pushes of any such protocol, the bridge's own among them, are never answered: a wire that echoes, or two
 * bridges on one wire, would never be silent.
 */
const NEVER_ANSWERED = /^(?:OK\b|ERR\b|!|~|E\d\d\b)/i;
const TAG = /^(@[\w.-]{1,16})\s+(?=\S)/;

/** Nothing for a line that must not be answered. */
export function readNativeLine(line: string): NativeLine | undefined {
  const whole = line.trim();
  const tag = TAG.exec(whole)?.[1];
  const text = tag === undefined ? whole : whole.slice(tag.length).trimStart();
  if (text === "" || NEVER_ANSWERED.test(text)) return undefined;
  const [verb = "", ...words] = text.split(/\s+/);
  return {
    tag: tag === undefined ? "" : `${tag} `,
    verb: verb.toUpperCase(),
    words,
    textAfter: (index) => afterWords(text, index + 2),
  };
}

/** The line without the tag that its answer will carry. */
export function withoutTag(line: string): string {
  return line.trim().replace(TAG, "");
}

function afterWords(text: string, count: number): string {
  let rest = text;
  for (let word = 0; word < count; word++) rest = rest.replace(/^\S+\s*/, "");
  return rest;
}
