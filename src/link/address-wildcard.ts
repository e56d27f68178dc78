/** Whether an address asks for several things at once, as OSC address patterns do. */
export function hasWildcard(address: string): boolean {
  return /[*?[\]{}]/.test(address);
}

/**
 * OSC 1.0 address patterns for one segment: `*`, `?`, `[a-z]`, `[!a-z]`, `{one,two}`.
 * Remembers only the last `*`, and looks at a few alternatives of a short pattern: none can make it slow.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  if (pattern.length > LONGEST_PATTERN) return false;
  return expandBraces(pattern).some((one) => matchesSimple(one, text));
}

const LONGEST_PATTERN = 256;
const MOST_ALTERNATIVES = 16;

/** Brace after brace over all alternatives at once: one at a time, their number would multiply before it is cut. */
function expandBraces(pattern: string): readonly string[] {
  let alternatives: readonly string[] = [pattern];
  while (alternatives.some((one) => BRACES.test(one))) {
    alternatives = alternatives.flatMap(expandFirst).slice(0, MOST_ALTERNATIVES);
  }
  return alternatives;
}

const BRACES = /^([^{]*)\{([^{}]*)\}(.*)$/s;

function expandFirst(pattern: string): readonly string[] {
  const found = BRACES.exec(pattern);
  if (found === null) return [pattern];
  const [, before = "", choices = "", after = ""] = found;
  return choices
    .split(",")
    .slice(0, MOST_ALTERNATIVES)
    .map((choice) => `${before}${choice}${after}`);
}

function matchesSimple(pattern: string, text: string): boolean {
  const parts = pattern.match(/\[[^\]]*\]|[\s\S]/g) ?? [];
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
