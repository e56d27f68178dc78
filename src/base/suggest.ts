/**
 * The known word that was probably meant: one slip away, else the shortest that holds all parts of it, as `xkeys-xk3` means
 * `xkeys-xk-3-foot-pedal`, else the longest that it holds whole, as `stream deck xl` means `xl`, else one of the same meaning, as
 * `record` means `start`, else the nearest by its letters.
 */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const all = [...known];
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of all) {
    // Each letter more or less is one slip.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return bestDistance <= 1 ? best : (akin(word, all)[0] ?? within(word, all) ?? alike(word, all) ?? best);
}

/** Words that other programs, and people, have for ours. */
const SAME_MEANING = new Map(
  Object.entries({
    record: ["start"],
    rec: ["start"],
    begin: ["start"],
    end: ["stop"],
    finish: ["stop"],
    halt: ["stop"],
    bookmark: ["mark"],
    flag: ["mark"],
    push: ["press"],
    click: ["tap"],
    touch: ["tap"],
    longpress: ["hold"],
    light: ["sign", "tally"],
    lamp: ["sign", "tally"],
    title: ["label"],
    caption: ["label"],
    image: ["picture"],
    ip: ["address", "url"],
    host: ["address", "url"],
    rights: ["may"],
    permissions: ["may"],
  }),
);

function alike(word: string, known: readonly string[]): string | undefined {
  return SAME_MEANING.get(squeeze(word))?.find((one) => known.includes(one));
}

/** `did you mean "x"?`, or what there is to choose from when nothing is near: what is most alike first, so that the end of a long list is what is meant least. */
export function hintFor(word: string, known: Iterable<string>, most = MOST): string {
  const all = [...new Set(known)];
  const near = suggest(word, all);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (all.length === 0) return "there are none";
  const shown = byLikeness(word, all)
    .slice(0, most)
    .map((text) => `"${text}"`);
  return `known: ${shown.join(", ")}${all.length > most ? ` and ${all.length - most} more` : ""}`;
}

const MOST = 12;
/** Shorter words are in many others by chance. */
const SHORTEST = 3;

/** Words that hold the whole of it, else those with all of its parts, whatever stands between; the shortest first. */
function akin(word: string, known: readonly string[]): readonly string[] {
  const [whole, ...parts] = [squeeze(word), ...partsOf(word)];
  if (whole.length < SHORTEST) return [];
  const byLength = known.toSorted((one, other) => one.length - other.length);
  const withWhole = byLength.filter((candidate) => squeeze(candidate).includes(whole));
  if (withWhole.length > 0 || parts.length < 2) return withWhole;
  return byLength.filter((candidate) => parts.every((part) => squeeze(candidate).includes(part)));
}

/** The longest known word all of whose parts are parts of this one. */
function within(word: string, known: readonly string[]): string | undefined {
  const parts = partsOf(word);
  const held = known.filter((candidate) => {
    const own = partsOf(candidate);
    return own.length > 0 && own.every((part) => parts.includes(part));
  });
  return held.toSorted((one, other) => other.length - one.length)[0];
}

function byLikeness(word: string, known: readonly string[]): readonly string[] {
  const parts = partsOf(word).filter((part) => part.length >= SHORTEST);
  const shared = (candidate: string) => parts.filter((part) => squeeze(candidate).includes(part)).length;
  return known.toSorted((one, other) => shared(other) - shared(one));
}

/** Letters and digits in small letters: how a name is written apart makes no difference. */
function squeeze(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function partsOf(word: string): readonly string[] {
  return word.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(one: string, other: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const replace = (previous[column - 1] ?? 0) + (same ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const swap = swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(replace, swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[other.length] ?? 0;
}
