interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Part {
  readonly schema: Schema;
  readonly path: string;
  readonly note?: string;
}

/** Keywords of a value itself; descriptions promise nothing. */
const LIMITS = [
  "const",
  "enum",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "minLength",
  "maxLength",
];
const MORE_LIMITS = ["minItems", "maxItems", "default"];

/** A JSON schema as lines: each place where a value may stand, and which values. What was shown is not shown again. */
export function listSchema(root: Schema): string {
  const places = new Map<string, string>();
  const lines: string[] = [];
  const list = ({ schema, path, note = "" }: Part): void => {
    const found = resolve(root, schema);
    const parts = partsOf(found, path);
    const identity = JSON.stringify(found);
    const known = parts.length === 0 ? undefined : places.get(identity);
    lines.push(`${path}${note}: ${known === undefined ? tellValues(root, found) : `as ${known}`}`);
    if (known !== undefined) return;
    places.set(identity, path);
    for (const part of parts) list(part);
  };
  list({ schema: root, path: "mapping" });
  return `${lines.join("\n")}\n`;
}

/** One value alone says what kind it is of. */
function kindOf({ type, const: only }: Schema): readonly string[] {
  return type === undefined && only !== undefined ? [] : [String(type ?? "any")];
}

function tellValues(root: Schema, found: Schema): string {
  const { anyOf, properties, additionalProperties: more, propertyNames: names } = found;
  const limits = [...LIMITS, ...MORE_LIMITS].filter((word) => found[word] !== undefined);
  return [
    ...(anyOf === undefined ? kindOf(found) : ["one of"]),
    ...(properties !== undefined && more !== false ? ["and others"] : []),
    ...limits.map((word) => `${word} ${JSON.stringify(found[word])}`),
    ...(names === undefined ? [] : [`names ${JSON.stringify(resolve(root, names))}`]),
  ].join(", ");
}

function partsOf(found: Schema, path: string): readonly Part[] {
  const { properties = {}, required = [], additionalProperties: more, items, anyOf = [] } = found;
  const noteOf = (name: string) => (required.includes(name) ? " (required)" : "");
  return [
    ...Object.entries(properties).map(([name, schema]) => ({
      schema,
      path: `${path}.${name}`,
      note: noteOf(name),
    })),
    ...(typeof more === "object" ? [{ schema: more, path: `${path}.*` }] : []),
    ...(items === undefined ? [] : [{ schema: items, path: `${path}[]` }]),
    ...anyOf.map((schema, index) => ({ schema, path: `${path}|${index + 1}` })),
  ];
}

/** The schema that a reference means; what stands beside the reference counts too, but for its description. */
function resolve(root: Schema, { $ref, ...own }: Schema): Schema {
  if ($ref === undefined) return own;
  const target = root.$defs?.[$ref.replace("#/$defs/", "")] ?? {};
  const { description, ...rest } = own;
  return { ...resolve(root, target), ...rest };
}
