/** Where something stands: in the file with this number (0 is the mapping itself), counted in characters from its start. */
export interface Place {
  readonly file: number;
  readonly offset: number;
}

/** A value of the mapping together with the places that it comes from. */
export type Part = ObjectPart | ListPart | ScalarPart;

interface Origin {
  readonly at: Place;
  /** The places of use that filled it in: of a panel, or of a line of a table. Empty for what stands for itself. */
  readonly uses: readonly Place[];
}

/** An object, with its keys in the order of the file, equal ones included. */
export interface ObjectPart extends Origin {
  readonly kind: "object";
  readonly entries: readonly Entry[];
}

/** A key of an object, and what stands behind it. */
export interface Entry {
  readonly key: string;
  readonly keyAt: Place;
  readonly part: Part;
}

interface ListPart extends Origin {
  readonly kind: "list";
  readonly items: readonly Part[];
}

/** A text, a number, `true`, `false` or `null`. */
export interface ScalarPart extends Origin {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** One word in braces was all that stood here: the text is a number where only a number fits. */
  readonly isFilledIn?: boolean;
}

/** The first entry with that key; nothing for what is no object. */
export function findEntry(part: Part | undefined, key: string): Entry | undefined {
  if (part?.kind !== "object") return undefined;
  const { entries } = part;
  return entries.length <= FEW ? entries.find((entry) => entry.key === key) : indexOf(entries).get(key);
}

/** Among so many, looking at each costs less than an index. */
const FEW = 20;
const indices = new WeakMap<readonly Entry[], ReadonlyMap<string, Entry>>();

function indexOf(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const known = indices.get(entries) ?? new Map(entries.toReversed().map((entry) => [entry.key, entry]));
  indices.set(entries, known);
  return known;
}

/** What stands at a key, as text; nothing for objects, lists and `null`. */
export function textAt(part: Part | undefined, key: string): string | undefined {
  const found = findEntry(part, key)?.part;
  return found?.kind === "scalar" && found.value !== null ? String(found.value) : undefined;
}

/** The same object without some of its keys. */
export function withoutKeys(part: ObjectPart, ...keys: readonly string[]): ObjectPart {
  return { ...part, entries: part.entries.filter(({ key }) => !keys.includes(key)) };
}

/** What the part says, without its places. A key such as `__proto__` stays an ordinary key. */
export function plainValue(part: Part): unknown {
  if (part.kind === "scalar") return part.value;
  if (part.kind === "list") return part.items.map(plainValue);
  const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { key, part: inner } of part.entries) value[key] = plainValue(inner);
  return value;
}
