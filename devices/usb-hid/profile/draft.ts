import type { HidSettings } from "../settings.ts";

/**
 * A profile to start from, as the text of a file, out of the reports that an unknown product was seen sending while
 * people pressed one key after the other. What changed and what that may mean is all it can know: its notes say so.
 */
export function draftProfile(settings: HidSettings, reports: readonly Uint8Array[]): string {
  const [vid = "0000", pid = "0000"] = (settings.ids ?? "").toLowerCase().split(":");
  const groups = groupReports(reports);
  const names = counter();
  const drafts = groups.map((group) => draftGroup(group, names));
  const drafted = drafts.flatMap(({ controls }, index) =>
    controls.length === 0 ? [] : [{ ...idOf(groups[index]), controls }],
  );
  const profile = {
    profile: 1,
    id: `product-${vid}-${pid}`,
    name: `Product ${vid}:${pid}`,
    source: `Drafted by valt-bridge learn from ${reports.length} reports of one unit.`,
    confirmed: "on paper",
    notes: tellNotes(drafts.flatMap((draft) => draft.notes)),
    match: [{ vid, pid }],
    input: {
      length: Math.max(1, ...groups.map(({ length }) => length)),
      reports: drafted.length === 0 ? [{ controls: [] }] : drafted,
    },
  };
  return `${JSON.stringify(profile, undefined, 2)}\n`;
}

interface Draft {
  readonly controls: readonly Readonly<Record<string, unknown>>[];
  readonly notes: readonly string[];
}

type CountNames = (word: string) => string;

/** The grammar takes 64 controls in a report; a panel with more is better described in rows. */
const MOST_CONTROLS = 64;

function draftGroup(group: Group, names: CountNames): Draft {
  const where = group.id === undefined ? "" : ` of report ${group.id}`;
  const drafts = group.bytes.map((byte) => draftByte(byte, `byte ${byte.at}${where}`, names));
  const controls = drafts.flatMap((draft) => draft.controls);
  const left = controls.length - MOST_CONTROLS;
  const notes = left > 0 ? [`${left} more controls were left out${where}`] : [];
  return {
    controls: controls.slice(0, MOST_CONTROLS),
    notes: [...drafts.flatMap((draft) => draft.notes), ...notes],
  };
}

function draftByte(byte: SeenByte, place: string, names: CountNames): Draft {
  const { at, idle, values } = byte;
  const reading = readByte(byte);
  switch (reading.kind) {
    case "nothing":
      return { controls: [], notes: [] };
    case "counter":
      return {
        controls: [],
        notes: [`${place} changed with every report and was left out: a counter or a clock`],
      };
    case "bits":
      return { controls: reading.bits.map((bit) => bitButton(names("button"), byte, bit)), notes: [] };
    case "codes":
      return {
        controls: reading.codes.map((equals) => ({ kind: "button", id: names("button"), at, equals })),
        notes: [
          `${place} (${idle} at rest) has a number for each button: two at once cannot be told apart there`,
        ],
      };
    case "range": {
      const { from, to } = reading;
      const meaning = "a position, a dial or a counter; drafted as a fader, perhaps wrongly";
      return {
        controls: [{ kind: "value", id: names("fader"), at, from, to }],
        notes: [`${place} took ${values.length} values from ${from} to ${to}: ${meaning}`],
      };
    }
  }
}

function bitButton(id: string, { at, idle }: SeenByte, bit: number): Readonly<Record<string, unknown>> {
  const mask = `0x${(1 << bit).toString(16).padStart(2, "0")}`;
  return { kind: "button", id, at, mask, ...((idle >> bit) & 1 ? { invert: true } : {}) };
}

type Reading =
  | { readonly kind: "bits"; readonly bits: readonly number[] }
  | { readonly kind: "codes"; readonly codes: readonly number[] }
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "counter" | "nothing" };

/** More values than this are no longer buttons, unless each is made of bits that were also seen alone. */
const MOST_CODES = 12;

function readByte({ idle, values, changes, reportCount }: SeenByte): Reading {
  const differences = values.map((value) => value ^ idle).filter((difference) => difference !== 0);
  if (differences.length === 0) return { kind: "nothing" };
  const alone = differences.filter((difference) => (difference & (difference - 1)) === 0);
  const covered = alone.reduce((sum, bit) => sum | bit, 0);
  if (differences.every((difference) => (difference & ~covered) === 0))
    return { kind: "bits", bits: [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (covered >> bit) & 1) };
  if (reportCount > MOST_CODES && changes >= reportCount - 1) return { kind: "counter" };
  const codes = values.filter((value) => value !== idle);
  if (codes.length <= MOST_CODES) return { kind: "codes", codes };
  return { kind: "range", from: Math.min(...values), to: Math.max(...values) };
}

function idOf(group: Group | undefined): { readonly id?: number } {
  return group?.id === undefined ? {} : { id: group.id };
}

function counter(): CountNames {
  const counts = new Map<string, number>();
  return (word) => {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    return `${word}-${count}`;
  };
}

const ADVICE = [
  "A draft: which byte belongs to which key was guessed from what changed. Press every key again with it, and rename its controls",
  "a key that was held from the first report to the last, or never pressed, is missing",
  "lamps cannot be found by watching: see the maker's manual for what to send",
];

/** As much as the grammar takes. */
function tellNotes(notes: readonly string[]): string {
  return `${[...ADVICE, ...notes].join("; ")}.`.slice(0, 2000);
}

/** Reports of one sort: of one id where reports are numbered. */
interface Group {
  /** The number at the beginning of each; undefined when they seem to be unnumbered. */
  readonly id: number | undefined;
  /** Of the longest. */
  readonly length: number;
  /** Bytes that were not the same in all of them, in their order. */
  readonly bytes: readonly SeenByte[];
}

interface SeenByte {
  readonly at: number;
  /** What it most often was: what it is while nothing is touched. */
  readonly idle: number;
  /** Everything that it was, each once, in the order in which it came. */
  readonly values: readonly number[];
  /** How often it was another than in the report before. */
  readonly changes: number;
  readonly reportCount: number;
}

/** Sorts reports by what their first byte says, if it seems to be a report's number, and looks at each byte. */
function groupReports(reports: readonly Uint8Array[]): readonly Group[] {
  const whole = reports.filter(({ length }) => length > 0);
  if (whole.length === 0) return [];
  if (!areNumbered(whole)) return [lookAt(undefined, ofCommonLength(whole))];
  const ids = [...new Set(whole.map(([id]) => id))];
  return ids.map((id) => lookAt(id, ofCommonLength(whole.filter(([first]) => first === id))));
}

/** Nobody says whether reports are numbered; those of several lengths are, when the first byte tells the length. */
function areNumbered(reports: readonly Uint8Array[]): boolean {
  const lengths = new Map<number, number>();
  for (const report of reports) {
    const [id = 0] = report;
    if ((lengths.get(id) ?? report.length) !== report.length) return false;
    lengths.set(id, report.length);
  }
  return new Set(lengths.values()).size > 1 && !lengths.has(0);
}

/** Reports that were cut off say nothing about the bytes that they lack. */
function ofCommonLength(reports: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = mostFrequent(reports.map((report) => report.length));
  return reports.filter((report) => report.length === length);
}

function lookAt(id: number | undefined, reports: readonly Uint8Array[]): Group {
  const length = reports[0]?.length ?? 0;
  const offsets = Array.from({ length }, (_, at) => at).slice(id === undefined ? 0 : 1);
  const bytes = offsets.map((at) => lookAtByte(at, reports)).filter(({ values }) => values.length > 1);
  return { id, length, bytes };
}

function lookAtByte(at: number, reports: readonly Uint8Array[]): SeenByte {
  const column = reports.map((report) => report[at] ?? 0);
  return {
    at,
    idle: mostFrequent(column),
    values: [...new Set(column)],
    changes: column.filter((value, index) => index > 0 && value !== column[index - 1]).length,
    reportCount: reports.length,
  };
}

/** Of several that are equally frequent, that which was last: in the end everything was let go. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return values.findLast((value) => counts.get(value) === most) ?? 0;
}
