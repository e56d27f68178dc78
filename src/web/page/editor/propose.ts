import { findNodeAtLocation, getLocation, type Node, parseTree } from "jsonc-parser";

/** As much of a JSON schema as the generated one has. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly default?: unknown;
}

/** Something that may stand at a place; `text` is JSON. */
export interface Proposal {
  readonly text: string;
  readonly what: "key" | "value";
  readonly info: string;
  /** Of a key: what its value begins and ends with. */
  readonly opens: "" | '""' | "{}" | "[]";
}

/** What may stand in the place of the text between two offsets. */
interface Proposals {
  readonly from: number;
  readonly to: number;
  readonly proposals: readonly Proposal[];
}

type Path = readonly (string | number)[];

/** What may be written at an offset of a text with comments, broken or not. Names of rooms are also those of `others`. */
export function propose(
  text: string,
  offset: number,
  { schema, others }: { readonly schema: Schema; readonly others: readonly string[] },
): Proposals | undefined {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const root = parseTree(text);
  const isInside = previousNode !== undefined && offset <= previousNode.offset + previousNode.length;
  const [from, to] = isInside
    ? [previousNode.offset, previousNode.offset + previousNode.length]
    : [wordStart(text, offset), offset];
  const tools = { defs: schema.$defs ?? {}, root };
  const proposals = isAtPropertyKey
    ? keysAt(path, schema, tools)
    : valuesAt(path, schema, { ...tools, others });
  return proposals.length === 0 ? undefined : { from, to, proposals };
}

interface Tools {
  readonly defs: Readonly<Record<string, Schema>>;
  readonly root: Node | undefined;
}

function keysAt(place: Path, schema: Schema, tools: Tools): readonly Proposal[] {
  const [path, own] = [place.slice(0, -1), place.at(-1)];
  const node = nodeAt(tools.root, path);
  const taken = new Set(keysOf(node).filter((key) => key !== own));
  const found = new Map<string, Proposal>();
  for (const one of schemasAt(path, schema, tools))
    for (const [key, inner] of Object.entries(one.properties ?? {})) {
      if (taken.has(key) || found.has(key)) continue;
      const all = alternatives(inner, tools);
      const info = inner.description ?? all.find(({ description }) => description)?.description ?? "";
      found.set(key, { text: JSON.stringify(key), what: "key", info, opens: openingOf(all) });
    }
  return [...found.values()];
}

/** Where the word before the offset begins. */
function wordStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /[\w.-]/.test(text[start - 1] ?? "")) start--;
  return start;
}

function valuesAt(
  path: Path,
  schema: Schema,
  tools: Tools & { readonly others: readonly string[] },
): readonly Proposal[] {
  const found = new Map<string, Proposal>();
  const add = (value: unknown, info: string) => {
    const text = JSON.stringify(value);
    if (!found.has(text)) found.set(text, { text, what: "value", info, opens: "" });
  };
  for (const name of namesFor(path, tools)) add(name, "");
  for (const one of schemasAt(path, schema, tools)) {
    const info = one.description ?? "";
    if (one.const !== undefined) add(one.const, info);
    for (const value of one.enum ?? []) add(value, info);
    if (one.type === "boolean") for (const value of [true, false]) add(value, info);
  }
  return [...found.values()];
}

/** Names that the mapping itself gives, by the key whose value they are. */
const NAMED: Readonly<Record<string, string>> = {
  room: "rooms",
  rooms: "rooms",
  use: "panels",
  look: "looks",
};

function namesFor(
  path: Path,
  { root, others }: Tools & { readonly others: readonly string[] },
): readonly string[] {
  const key = path.findLast((part) => typeof part === "string");
  const section = typeof key === "string" && path.length > 1 ? NAMED[key] : undefined;
  if (section === undefined) return [];
  const roots = [root, ...others.map((text) => parseTree(text))];
  return [...new Set(roots.flatMap((one) => keysOf(nodeAt(one, [section]))))];
}

/** Every schema that may hold for the value at a path, given what stands beside it and above. */
function schemasAt(path: Path, schema: Schema, tools: Tools): readonly Schema[] {
  const written = path.map((part, index) => {
    // What is being written proves nothing.
    const { [part]: _, ...others } = scalarsOf(nodeAt(tools.root, path.slice(0, index)));
    return others;
  });
  const last = scalarsOf(nodeAt(tools.root, path));
  let all = fitting(schema, written[0] ?? last, tools);
  path.forEach((part, index) => {
    const beside = written[index + 1] ?? last;
    all = all.flatMap((one) => stepInto(one, part)).flatMap((one) => fitting(one, beside, tools));
  });
  return all;
}

function stepInto(schema: Schema, part: string | number): readonly Schema[] {
  if (typeof part === "number") return [schema.prefixItems?.[part] ?? schema.items ?? []].flat();
  const own = schema.properties?.[part];
  if (own !== undefined) return [own];
  const { additionalProperties: others } = schema;
  return typeof others === "object" ? [others] : [];
}

/** Those alternatives that what is written does not contradict, such as another `kind`. */
function fitting(
  schema: Schema,
  written: Readonly<Record<string, unknown>>,
  tools: Tools,
): readonly Schema[] {
  return alternatives(schema, tools).filter(({ properties = {} }) =>
    Object.entries(written).every(([key, value]) => {
      const wanted = properties[key] && wordsOf(properties[key], tools);
      return wanted === undefined || wanted.length === 0 || wanted.includes(value);
    }),
  );
}

/** The only values that it may have; none where it may have others. */
function wordsOf(schema: Schema, tools: Tools): readonly unknown[] {
  const all = alternatives(schema, tools).map((one) =>
    one.const !== undefined ? [one.const] : (one.enum ?? undefined),
  );
  return all.includes(undefined) ? [] : all.flatMap((words) => words ?? []);
}

/** References followed, and choices taken apart. */
function alternatives(schema: Schema, { defs }: Pick<Tools, "defs">, depth = 0): readonly Schema[] {
  if (depth > DEEPEST) return [];
  const { $ref: reference, anyOf, oneOf, allOf } = schema;
  const next = (one: Schema) => alternatives(one, { defs }, depth + 1);
  const described = (one: Schema): Schema =>
    schema.description === undefined ? one : { ...one, description: one.description ?? schema.description };
  if (reference !== undefined) {
    const known = defs[reference.replace("#/$defs/", "")];
    return known === undefined ? [] : next(known).map(described);
  }
  const inner = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  return inner.length === 0 ? [schema] : inner.flatMap(next).map(described);
}

const DEEPEST = 20;

/** By the first alternative that leaves a choice. */
function openingOf(all: readonly Schema[]): Proposal["opens"] {
  const first = all.find((one) => one.const === undefined) ?? all[0];
  const type = Array.isArray(first?.type) ? first.type[0] : first?.type;
  if (first?.properties !== undefined || type === "object") return "{}";
  if (type === "array") return "[]";
  const isText =
    type === "string" || typeof first?.const === "string" || typeof first?.enum?.[0] === "string";
  return isText ? '""' : "";
}

function nodeAt(root: Node | undefined, path: Path): Node | undefined {
  return root && findNodeAtLocation(root, [...path]);
}

function keysOf(node: Node | undefined): readonly string[] {
  const properties = node?.type === "object" ? (node.children ?? []) : [];
  return properties.flatMap(({ children }) => (children?.[0] ? [String(children[0].value)] : []));
}

function scalarsOf(node: Node | undefined): Readonly<Record<string, unknown>> {
  const properties = node?.type === "object" ? (node.children ?? []) : [];
  return Object.fromEntries(
    properties.flatMap(({ children }) => {
      const [key, value] = children ?? [];
      const isScalar = value !== undefined && value.type !== "object" && value.type !== "array";
      return key !== undefined && isScalar ? [[String(key.value), value.value] as const] : [];
    }),
  );
}
