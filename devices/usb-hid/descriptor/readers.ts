import { type ControlEvent, type ControlId, controlId } from "../../../src/driver/contract.ts";
import type { InputControl } from "../find/source.ts";
import type { DescriptorRules } from "./descriptor-grammar.ts";
import { type InputField, readLayout } from "./layout.ts";
import { meaningOf } from "./usages.ts";

/** Reads one field, or the slots of one list, out of every report of its number. */
export interface FieldReader {
  readonly reportId: number | undefined;
  /** A report must be as long as this to be read. */
  readonly lengthBytes: number;
  readonly controls: readonly InputControl[];
  /** Ids of the buttons that are down in this report, none of them twice. */
  down(report: Uint8Array): readonly ControlId[];
  /** What turned or stands elsewhere than in the report before. */
  moved(report: Uint8Array): readonly ControlEvent[];
}

const MOST_CONTROLS = 512;

/** Readers for everything in the descriptor that people touch, in its order. */
export function createReaders(descriptor: Uint8Array, rules: DescriptorRules): readonly FieldReader[] {
  const taken = new Set<string>();
  const name: NameControl = (wanted) => {
    let id = wanted;
    for (let number = 2; taken.has(id); number++) id = `${wanted}-${number}`;
    taken.add(id);
    return id;
  };
  const readers: FieldReader[] = [];
  let lists: InputField[] = [];
  const endList = () => {
    if (lists.length > 0) readers.push(createListReader(lists, name));
    lists = [];
  };
  for (const field of readLayout(descriptor)) {
    // The slots of one list share their usages.
    if (lists[0] !== undefined && lists[0].usages !== field.usages) endList();
    if (field.sort === "slot") lists.push(field);
    else readers.push(...createNumberReaders(field, rules, name));
    if (taken.size >= MOST_CONTROLS) break;
  }
  endList();
  return readers;
}

type NameControl = (wanted: string) => string;

function createNumberReaders(
  field: InputField,
  rules: DescriptorRules,
  name: NameControl,
): readonly FieldReader[] {
  const meaning = meaningOf(field.usages[0] ?? 0);
  if (meaning === undefined) return [];
  if (meaning.sort === "hat") return [createHatReader(field, name(meaning.id))];
  if (meaning.sort === "button") return [createButtonReader(field, name(meaning.id), (value) => value !== 0)];
  if (field.isRelative) return [createDialReader(field, name(meaning.id))];
  if (rules.axes === "off" || field.maximum <= field.minimum) return [];
  const id = name(meaning.id);
  if (rules.axes === "faders") return [createFaderReader(field, id, rules.deadBand)];
  const fraction = (value: number) => fractionOf(field, value);
  return [
    createButtonReader(field, name(`${id}-low`), createEdge(fraction)),
    createButtonReader(
      field,
      name(`${id}-high`),
      createEdge((value) => 1 - fraction(value)),
    ),
  ];
}

/** Boards with switches on their axes send nothing between an end and the middle; sticks hover. */
const [PRESSED_BELOW, RELEASED_ABOVE] = [0.25, 0.35];

function createEdge(fraction: (value: number) => number): (value: number) => boolean {
  let isDown = false;
  return (value) => {
    isDown = fraction(value) < (isDown ? RELEASED_ABOVE : PRESSED_BELOW);
    return isDown;
  };
}

function createButtonReader(field: InputField, id: string, isDown: (value: number) => boolean): FieldReader {
  const control = describe(id, { shape: "button" });
  return {
    ...frameOf(field, [control]),
    down: (report) => (isDown(readField(report, field)) ? [control.id] : []),
    moved: () => [],
  };
}

function createDialReader(field: InputField, id: string): FieldReader {
  const control = describe(id, { shape: "encoder", push: "none" });
  return {
    ...frameOf(field, [control]),
    down: () => [],
    moved(report) {
      const detents = readField(report, field);
      return detents === 0 ? [] : [{ kind: "turned", control: control.id, detents }];
    },
  };
}

/** Where it stands when it is first heard of is no move. */
function createFaderReader(field: InputField, id: string, deadBand: number): FieldReader {
  const control = describe(id, { shape: "fader" });
  /** What was told last. */
  let last: number | undefined;
  return {
    ...frameOf(field, [control]),
    down: () => [],
    moved(report) {
      const fraction = fractionOf(field, readField(report, field));
      const before = last ?? fraction;
      const isEnd = fraction === 0 || fraction === 1;
      const isMove = Math.abs(fraction - before) > deadBand || (isEnd && fraction !== before);
      if (isMove || last === undefined) last = fraction;
      return isMove ? [{ kind: "moved", control: control.id, fraction }] : [];
    },
  };
}

/** From the top clockwise, 8 or 4 directions; every other value is the centre (HID 1.11: null state). */
function createHatReader(field: InputField, id: string): FieldReader {
  const controls = ["up", "right", "down", "left"].map((side) =>
    describe(`${id}-${side}`, { shape: "button" }),
  );
  const step = field.maximum - field.minimum < 4 ? 2 : 1;
  return {
    ...frameOf(field, controls),
    down(report) {
      const value = readField(report, field);
      if (value < field.minimum || value > field.maximum) return [];
      const direction = ((value - field.minimum) * step) % 8;
      return (hatSides[direction] ?? []).flatMap((side) => controls[side]?.id ?? []);
    },
    moved: () => [],
  };
}

const hatSides: readonly (readonly number[])[] = [[0], [0, 1], [1], [1, 2], [2], [2, 3], [3], [3, 0]];

/** A longer list holds all keys that the tables know, not those that there are: only named ones are controls. */
const LONGEST_PLAIN_LIST = 256;

/** Slots that hold the numbers of what is down. */
function createListReader(slots: readonly InputField[], name: NameControl): FieldReader {
  const first = slots[0] as InputField;
  const controls = first.usages.map((usage) => {
    const meaning = meaningOf(usage);
    const isKey = meaning?.naming === "named" || first.usages.length <= LONGEST_PLAIN_LIST;
    return meaning?.sort === "button" && isKey ? describe(name(meaning.id), { shape: "button" }) : undefined;
  });
  return {
    ...frameOf(
      slots.at(-1) ?? first,
      controls.filter((control) => control !== undefined),
    ),
    down(report) {
      const ids = slots.flatMap((slot) => controls[readField(report, slot) - slot.minimum]?.id ?? []);
      return [...new Set(ids)];
    },
    moved: () => [],
  };
}

function frameOf({ reportId, firstBit, bitCount }: InputField, controls: readonly InputControl[]) {
  return { reportId, lengthBytes: Math.ceil((firstBit + bitCount) / 8), controls };
}

function describe(id: string, input: InputControl["input"]): InputControl {
  return { id: controlId(id), label: id.replaceAll("-", " "), input, place: { area: "nowhere" } };
}

function fractionOf({ minimum, maximum }: InputField, value: number): number {
  return Math.min(1, Math.max(0, (value - minimum) / (maximum - minimum)));
}

/** Bits count from the lowest of the first byte on; a field may cross bytes. The report must be long enough. */
function readField(report: Uint8Array, { firstBit, bitCount, minimum }: InputField): number {
  const firstByte = Math.floor(firstBit / 8);
  const lastByte = Math.floor((firstBit + bitCount - 1) / 8);
  let value = 0;
  // Up to 5 bytes: more than the 32 bits of the shift operators.
  for (let at = lastByte; at >= firstByte; at--) value = value * 256 + (report[at] ?? 0);
  value = Math.floor(value / 2 ** (firstBit % 8)) % 2 ** bitCount;
  return minimum < 0 && value >= 2 ** (bitCount - 1) ? value - 2 ** bitCount : value;
}
