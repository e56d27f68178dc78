import { type Item, readItems } from "./items.ts";

/** A number in an input report, or one slot of a list of what is down. */
export interface InputField {
  /** Undefined where reports are not numbered. */
  readonly reportId: number | undefined;
  /** From the first bit of the report as it is delivered, its id byte included. */
  readonly firstBit: number;
  /** 1 to 32. */
  readonly bitCount: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly isRelative: boolean;
  /** The usages that it can mean: one for a number; for a slot, one for each value from `minimum` on. */
  readonly usages: readonly Usage[];
  readonly sort: "number" | "slot";
}

/** Page times 65536 plus the usage's own number (HID Usage Tables). */
export type Usage = number;

const MOST_FIELDS = 1024;
const MOST_USAGES = 1024;
/** A report of 1024 bytes, the longest that USB carries in one go. */
const MOST_BITS = 8192;
const DEEPEST_STACK = 16;

/** The fields of all input reports. Reads as far as the descriptor makes sense; bounded, and never throws. */
export function readLayout(descriptor: Uint8Array): readonly InputField[] {
  const state: ReadState = {
    globals: initial,
    stack: [],
    locals: noLocals(),
    reportBits: new Map(),
    fields: [],
  };
  for (const item of readItems(descriptor)) {
    takers[item.tag]?.(state, item);
    // Main items end what was said about one of them.
    if ((item.tag & 0x0c) === 0) state.locals = noLocals();
    if (state.fields.length >= MOST_FIELDS) break;
  }
  return state.fields;
}

interface Globals {
  readonly page: number;
  readonly minimum: number;
  /** Both readings: which one counts is told by the minimum's sign, as Linux decides it. */
  readonly maximum: { readonly signed: number; readonly unsigned: number };
  readonly size: number;
  readonly count: number;
  readonly reportId: number | undefined;
}

interface Locals {
  usages: Usage[];
  rangeStart: Usage | undefined;
  /** Depth of a set of alternatives, of which the first counts. */
  alternatives: "none" | "first" | "further";
}

interface ReadState {
  globals: Globals;
  readonly stack: Globals[];
  locals: Locals;
  readonly reportBits: Map<number | undefined, number>;
  readonly fields: InputField[];
}

const initial: Globals = {
  page: 0,
  minimum: 0,
  maximum: { signed: 0, unsigned: 0 },
  size: 0,
  count: 0,
  reportId: undefined,
};
const noLocals = (): Locals => ({ usages: [], rangeStart: undefined, alternatives: "none" });

const setting =
  (change: (item: Item) => Partial<Globals>) =>
  (state: ReadState, item: Item): void => {
    state.globals = { ...state.globals, ...change(item) };
  };

/** By the prefix byte without its size (HID 1.11, 6.2.2.4 to 6.2.2.8). Output, feature and collections say nothing here. */
const takers: Readonly<Record<number, (state: ReadState, item: Item) => void>> = {
  4: setting(({ unsigned }) => ({ page: unsigned & 0xffff })),
  20: setting(({ signed }) => ({ minimum: signed })),
  36: setting(({ signed, unsigned }) => ({ maximum: { signed, unsigned } })),
  116: setting(({ unsigned }) => ({ size: unsigned })),
  132: setting(({ unsigned }) => ({ reportId: unsigned & 0xff })),
  148: setting(({ unsigned }) => ({ count: unsigned })),
  164(state) {
    if (state.stack.length < DEEPEST_STACK) state.stack.push(state.globals);
  },
  180(state) {
    state.globals = state.stack.pop() ?? state.globals;
  },
  8(state, item) {
    if (state.locals.alternatives === "further") return;
    addUsages(state.locals, wholeUsage(state.globals, item), 1);
    if (state.locals.alternatives === "first") state.locals.alternatives = "further";
  },
  24(state, item) {
    state.locals.rangeStart = wholeUsage(state.globals, item);
  },
  40(state, item) {
    const start = state.locals.rangeStart;
    if (start === undefined || state.locals.alternatives === "further") return;
    addUsages(state.locals, start, wholeUsage(state.globals, item) - start + 1);
    state.locals.rangeStart = undefined;
  },
  168(state, { unsigned }) {
    state.locals.alternatives = unsigned === 1 ? "first" : "none";
  },
  128: addFields,
};

function addUsages(locals: Locals, first: Usage, count: number): void {
  const room = MOST_USAGES - locals.usages.length;
  for (let index = 0; index < Math.min(count, room); index++) locals.usages.push(first + index);
}

/** Four bytes say the page as well. */
function wholeUsage({ page }: Globals, { unsigned, bytes }: Item): Usage {
  return bytes === 4 ? unsigned : page * 65_536 + unsigned;
}

function addFields(state: ReadState, { unsigned: flags }: Item): void {
  const { size, count, reportId, minimum, maximum } = state.globals;
  const start = state.reportBits.get(reportId) ?? (reportId === undefined ? 0 : 8);
  const end = start + size * count;
  // What no report can hold says nothing about where things are.
  if (end > MOST_BITS) return;
  state.reportBits.set(reportId, end);
  const { usages } = state.locals;
  if (hasFlag(flags, CONSTANT) || size < 1 || size > 32 || usages.length === 0) return;
  const isNumber = hasFlag(flags, VARIABLE);
  const room = Math.min(count, MOST_FIELDS - state.fields.length);
  for (let index = 0; index < room; index++) {
    state.fields.push({
      reportId,
      firstBit: start + index * size,
      bitCount: size,
      minimum,
      maximum: minimum < 0 ? maximum.signed : maximum.unsigned,
      isRelative: hasFlag(flags, RELATIVE),
      // The last usage holds for all that are left.
      usages: isNumber ? [usages[index] ?? usages.at(-1) ?? 0] : usages,
      sort: isNumber ? "number" : "slot",
    });
  }
}

const CONSTANT = 1;
const VARIABLE = 2;
const RELATIVE = 4;

function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}
