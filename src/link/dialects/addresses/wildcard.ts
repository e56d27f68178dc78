/** Whether an address asks for several things at once, as OSC address patterns do. */
export function hasWildcard(address: string): boolean {
  return /[*?[\]{}]/.test(address);
}

/**
 * OSC 1.0 address patterns for one segment: `*`, `?`, `[a-z]`, `[!a-z]`, `{one,two}`. Taken apart once, however many
 * names it is held against. Remembers only the last `*`, and looks at a few alternatives of a short pattern: none can
 * make it slow.
 */
export function readWildcard(pattern: string): (text: string) => boolean {
  if (pattern.length > LONGEST_PATTERN) return () => false;
  const alternatives = expandBraces(pattern).map(readParts);
  return (text) => alternatives.some((parts) => fits(parts, text));
}

const LONGEST_PATTERN = 256;
const MOST_ALTERNATIVES = 16;

/** Brace after brace over all alternatives at once: one at a time, their number would multiply before it is cut. */
function expandBraces(pattern: string): readonly string[] {
  let alternatives: readonly string[] = [pattern];
  for (;;) {
    const expanded = alternatives.flatMap(expandFirst).slice(0, MOST_ALTERNATIVES);
    if (expanded.every((one, index) => one === alternatives[index])) return alternatives;
    alternatives = expanded;
  }
}

/** The first brace that is closed before another one opens. */
function expandFirst(pattern: string): readonly string[] {
  const close = pattern.indexOf("}", pattern.indexOf("{"));
  const open = close < 0 ? -1 : pattern.lastIndexOf("{", close);
  if (open < 0) return [pattern];
  const [before, after] = [pattern.slice(0, open), pattern.slice(close + 1)];
  const choices = pattern.slice(open + 1, close).split(",");
  return choices.slice(0, MOST_ALTERNATIVES).map((choice) => `${before}${choice}${after}`);
}

/** `*`, `?`, single characters, and sets with their brackets; a bracket that is never closed is itself. */
function readParts(pattern: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < pattern.length; at += parts.at(-1)?.length ?? 1) {
    const close = pattern[at] === "[" ? pattern.indexOf("]", at) : -1;
    parts.push(close < 0 ? pattern.charAt(at) : pattern.slice(at, close + 1));
  }
  return parts;
}

function fits(parts: readonly string[], text: string): boolean {
  let part = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = parts[part];
    if (current === "*") {
      star = part++;
      starAt = at;
    } else if (current !== undefined && matchesOne(current, text.charAt(at))) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++starAt;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === "*");
}

function matchesOne(part: string, character: string): boolean {
  if (part === "?") return true;
  if (!part.startsWith("[") || part.length < 2) return part === character;
  const isNegated = part[1] === "!";
  const set = part.slice(isNegated ? 2 : 1, -1);
  let isInside = false;
  for (let index = 0; index < set.length; index++) {
    const isRange = set[index + 1] === "-" && index + 2 < set.length;
    const last = isRange ? set.charAt(index + 2) : set.charAt(index);
    if (character >= set.charAt(index) && character <= last) isInside = true;
    if (isRange) index += 2;
  }
  return isInside !== isNegated;
}
