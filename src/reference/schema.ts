/** JSON Schema, as far as the mapping's has it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** One key of a mapping file. */
interface SchemaKey {
  /** From its section on, such as `card.end` or `turn.left`. */
  readonly path: string;
  /** What may stand there, in words. */
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** A part of a mapping that has a place of its own in the reference. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly schema: Schema;
  /** What of it is shown here, where that is not all. */
  readonly shown?: Schema;
}

/** Reads a schema with its references followed. Sections are named where they stand, instead of being repeated. */
export class SchemaReader {
  readonly #definitions: Readonly<Record<string, Schema>>;
  readonly #sections = new Map<string, Section>();
  readonly #shapes = new Map<string, string>();

  constructor(root: Schema) {
    this.#definitions = root.$defs ?? {};
  }

  /** The definition itself, with what its place says of it. */
  follow(schema: Schema): Schema {
    const { $ref, ...own } = schema;
    const known = $ref === undefined ? undefined : this.#definitions[$ref.replace("#/$defs/", "")];
    return known === undefined ? schema : { ...this.follow(known), ...own };
  }

  /** What a schema allows, each alternative by itself. */
  alternatives(schema: Schema): readonly Schema[] {
    const followed = this.follow(schema);
    const inner = followed.anyOf ?? followed.oneOf;
    return inner === undefined ? [followed] : inner.flatMap((one) => this.alternatives(one));
  }

  /** All keys of a section, those of parts within it included; what has a section of its own is only named. */
  keysOf(section: Section, sections: readonly Section[]): readonly SchemaKey[] {
    this.#sections.clear();
    for (const one of sections) if (one !== section) this.#sections.set(this.shapeOf(one.schema), one);
    const keys = new Map<string, SchemaKey>();
    for (const one of this.alternatives(section.shown ?? section.schema)) this.#collect(one, "", keys);
    return [...keys.values()];
  }

  #collect(schema: Schema, prefix: string, keys: Map<string, SchemaKey>): void {
    for (const [name, raw] of Object.entries(schema.properties ?? {})) {
      const path = `${prefix}${name}`;
      const isRequired = schema.required?.includes(name) === true;
      const description = this.follow(raw).description ?? keys.get(path)?.description ?? "";
      keys.set(path, { path, type: this.typeOf(raw), description, isRequired });
      this.#collectWithin(raw, path, keys);
    }
  }

  #collectWithin(schema: Schema, path: string, keys: Map<string, SchemaKey>): void {
    for (const one of this.#parts(schema)) {
      if (this.#sectionOf(one) !== undefined) continue;
      const { items, additionalProperties: named } = one;
      this.#collect(one, `${path}.`, keys);
      if (items !== undefined) this.#collectWithin(items, `${path}[]`, keys);
      if (typeof named === "object") this.#collectWithin(named, `${path}.<name>`, keys);
    }
  }

  /** The alternatives, each up to where a section begins. */
  #parts(schema: Schema): readonly Schema[] {
    if (this.#sectionOf(schema) !== undefined) return [schema];
    const followed = this.follow(schema);
    const inner = followed.anyOf ?? followed.oneOf;
    return inner === undefined ? [followed] : inner.flatMap((one) => this.#parts(one));
  }

  /** What may stand somewhere, for people. */
  typeOf(schema: Schema): string {
    return [...new Set(this.#parts(schema).map((one) => this.#plainType(one)))].join(" or ");
  }

  #plainType(schema: Schema): string {
    const { type, enum: words, items, additionalProperties: named } = schema;
    const section = this.#sectionOf(schema);
    if (section !== undefined) return section.title.toLowerCase();
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(" or ");
    if (items !== undefined) return `list of: ${this.typeOf(items)}`;
    if (schema.properties === undefined && typeof named === "object")
      return `names, each with: ${this.typeOf(named)}`;
    const plain = [type ?? "anything"].flat()[0] ?? "anything";
    return `${PLAIN[plain] ?? plain}${rangeOf(schema)}`;
  }

  #sectionOf(schema: Schema): Section | undefined {
    return this.#sections.get(this.shapeOf(schema));
  }

  /**
   * Equal for schemas that allow the same, wherever they stand: each kind of device has its own copies, and a panel may leave
   * to its use what a device must say.
   */
  shapeOf({ description: _, default: __, required: ___, ...schema }: Schema): string {
    const { $ref } = schema;
    const known = $ref === undefined ? undefined : this.#definitions[$ref.replace("#/$defs/", "")];
    if ($ref === undefined || known === undefined)
      return JSON.stringify(schema, (_key, value: unknown) =>
        isReference(value) ? this.shapeOf(value) : value,
      );
    const shape = this.#shapes.get($ref) ?? this.shapeOf(known);
    this.#shapes.set($ref, shape);
    return shape;
  }
}

function isReference(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && "$ref" in value;
}

const PLAIN: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  object: "group of keys",
  boolean: "true or false",
};

/** What JSON calls the largest whole number is no limit that anybody meant. */
function rangeOf({ minimum, maximum }: Schema): string {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum === undefined || minimum === Number.MIN_SAFE_INTEGER)
    return most === undefined ? "" : ` up to ${most}`;
  return most === undefined ? ` from ${minimum}` : ` from ${minimum} to ${most}`;
}
