import { ADDRESS, KNOWN_TAGS } from "./message.ts";

/**
 * Rebuilds what a sloppy sender meant as a well-formed message, or undefined. Pure, never throws.
 *
 * Forgiven are the faults that controllers are known for: no type tags, strings without padding, a missing
 * comma, a size that is no multiple of 4, a last string or tag list without its NUL, and CR LF after the last NUL.
 * Never forgiven: an address without its NUL (a cut or damaged packet would name another command), pattern
 * characters in it, an unknown tag, a missing argument, and bytes that the reading does not account for.
 */
export function repair(bytes: Uint8Array): Uint8Array | undefined {
  const whole = repairBody(bytes);
  if (whole !== undefined) return whole;
  const trimmed = withoutLineEnd(bytes);
  return trimmed === undefined ? undefined : repairBody(trimmed);
}

const NUL = 0x00;
const COMMA = 0x2c;
const PATTERN_CHARACTERS = /[*?[\]{}#]/;
/** An address takes one to four NULs to end on a multiple of 4. */
const MOST_PADDING = 4;

/** Where strings are padded to: a multiple of `step` bytes counted from `base`. */
interface Layout {
  readonly base: number;
  readonly step: 1 | 4;
}

/** A part of the rebuilt message and where the next one starts. */
interface Taken {
  readonly part: Uint8Array;
  readonly next: number;
}

function repairBody(body: Uint8Array): Uint8Array | undefined {
  const addressEnd = body.indexOf(NUL);
  const address = latin(body, 0, addressEnd);
  if (addressEnd < 0 || !ADDRESS.test(address) || PATTERN_CHARACTERS.test(address)) return undefined;
  const tagsStart = skipNuls(body, addressEnd);
  if (tagsStart - addressEnd > MOST_PADDING) return undefined;
  if (tagsStart === body.length) return join([text(address), text(",")]);
  const tags = readTags(body, tagsStart);
  if (tags === undefined) return undefined;
  const args = readArguments(body, tagsStart, tags);
  // Arrays are flattened anyway, and the strict reader knows no arrays within arrays.
  return args && join([text(address), text(`,${tags.list.replaceAll(/[[\]]/g, "")}`), ...args]);
}

function readTags(
  body: Uint8Array,
  start: number,
): { readonly list: string; readonly end: number } | undefined {
  const hasComma = body[start] === COMMA;
  // Without the comma only the right padding tells tags from anything else.
  if (!hasComma && start % 4 !== 0) return undefined;
  const nul = body.indexOf(NUL, start);
  const end = nul < 0 ? body.length : nul;
  const list = latin(body, hasComma ? start + 1 : start, end);
  return [...list].every((tag) => KNOWN_TAGS.includes(tag)) ? { list, end } : undefined;
}

function readArguments(
  body: Uint8Array,
  tagsStart: number,
  tags: { readonly list: string; readonly end: number },
): Uint8Array[] | undefined {
  const layouts: readonly Layout[] = [
    { base: 0, step: 4 },
    { base: tagsStart, step: 4 },
    { base: 0, step: 1 },
  ];
  for (const layout of layouts) {
    const start = skipPadding(body, tags.end, layout);
    const args = start === undefined ? undefined : takeAll(body, { start, list: tags.list, layout });
    if (args !== undefined) return args;
  }
  return undefined;
}

function takeAll(
  body: Uint8Array,
  plan: { readonly start: number; readonly list: string; readonly layout: Layout },
): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [];
  let at = plan.start;
  for (const tag of plan.list) {
    const taken = takeOne(body, at, { tag, layout: plan.layout });
    if (taken === undefined) return undefined;
    parts.push(taken.part);
    at = taken.next;
  }
  const left = body.subarray(at);
  return left.length < 4 && left.every((byte) => byte === NUL) ? parts : undefined;
}

const FIXED_SIZES: Readonly<Record<string, number>> = {
  i: 4,
  f: 4,
  c: 4,
  r: 4,
  m: 4,
  h: 8,
  t: 8,
  d: 8,
  T: 0,
  F: 0,
  N: 0,
  I: 0,
  "[": 0,
  "]": 0,
};

function takeOne(
  body: Uint8Array,
  at: number,
  { tag, layout }: { readonly tag: string; readonly layout: Layout },
): Taken | undefined {
  if (tag === "s" || tag === "S") return takeString(body, at, layout);
  if (tag === "b") return takeBlob(body, at, layout);
  const size = FIXED_SIZES[tag] ?? 0;
  if (at + size > body.length) return undefined;
  return { part: body.subarray(at, at + size), next: at + size };
}

/** A string that runs to the end of the packet counts as ended there; the line end after it does not belong to it. */
function takeString(body: Uint8Array, at: number, layout: Layout): Taken | undefined {
  if (at >= body.length) return undefined;
  const nul = body.indexOf(NUL, at);
  if (nul < 0) return { part: padded(body.subarray(at, lineEnd(body))), next: body.length };
  const next = skipPadding(body, nul, layout);
  return next === undefined ? undefined : { part: padded(body.subarray(at, nul)), next };
}

function takeBlob(body: Uint8Array, at: number, layout: Layout): Taken | undefined {
  if (at + 4 > body.length) return undefined;
  const size = new DataView(body.buffer, body.byteOffset).getInt32(at);
  const end = at + 4 + size;
  if (size < 0 || end > body.length) return undefined;
  const part = new Uint8Array(roundUp(4 + size, 4));
  part.set(body.subarray(at, end));
  return { part, next: Math.min(body.length, layout.base + roundUp(end - layout.base, layout.step)) };
}

/** From the NUL at `nul` to the next multiple; undefined where something else than NULs lies between. */
function skipPadding(body: Uint8Array, nul: number, layout: Layout): number | undefined {
  const next = Math.min(body.length, layout.base + roundUp(nul + 1 - layout.base, layout.step));
  for (let index = nul; index < next; index++) if (body[index] !== NUL) return undefined;
  return next;
}

function skipNuls(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && body[at] === NUL) at++;
  return at;
}

/** The packet without the CR LF that follows its last NUL, as some show controllers append. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array | undefined {
  const end = lineEnd(bytes);
  return end < bytes.length && bytes[end - 1] === NUL ? bytes.subarray(0, end) : undefined;
}

function lineEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a)) end--;
  return end;
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    "latin1",
    from,
    Math.max(from, to),
  );
}

function text(content: string): Uint8Array {
  return padded(Buffer.from(content, "latin1"));
}

function padded(content: Uint8Array): Uint8Array {
  const part = new Uint8Array(roundUp(content.length + 1, 4));
  part.set(content);
  return part;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

function roundUp(size: number, step: number): number {
  return Math.ceil(size / step) * step;
}
