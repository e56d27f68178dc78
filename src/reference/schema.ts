import { escapeHtml } from "../base/html.ts";

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
  readonly propertyNames?: Schema & { readonly pattern?: string };
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** One key of a mapping file. */
interface SchemaKey {
  /** From its section on, such as `card.end` or `turn.left`. */
  readonly path: string;
  /** What may stand there, in words: HTML, since sections are linked. */
  readonly type: string;
  readonly description: string;
  /** Where it must stand, in words; empty for what may be left out. */
  readonly need: string;
}

/** What the forms of a thing say of one key. */
interface Told {
  readonly types: Set<string>;
  readonly needs: Set<string>;
  /** Each with the words of the forms that say so. */
  readonly meanings: Map<string, readonly (string | undefined)[]>;
}

/** A part of a mapping that has a place of its own in the reference. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly schema: Schema;
  /** What of it is shown here, where that is not all. */
  readonly shown?: Schema;
  /** How it is written. */
  readonly example?: string;
}

/** Reads a schema with its references followed. Sections are named where they stand, instead of being repeated. */
export class SchemaReader {
  readonly #definitions: Readonly<Record<string, Schema>>;
  readonly #sections = new Map<string, Section>();
  readonly #shapes = new Map<string, string>();
  readonly #numbers = new Map<string, number>();

  constructor(root: Schema) {
    this.#definitions = root.$defs ?? {};
  }

  /** The definition itself, without what its places say of it. */
  definitionOf(schema: Schema): Schema {
    const known = this.#known(schema);
    return known === undefined ? schema : this.definitionOf(known);
  }

  #known({ $ref }: Schema): Schema | undefined {
    return $ref === undefined ? undefined : this.#definitions[$ref.replace("#/$defs/", "")];
  }

  /** The definition, with what its place says of it. */
  follow(schema: Schema): Schema {
    const { $ref: _, ...own } = schema;
    const known = this.#known(schema);
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
    const keys = new Map<string, Told>();
    this.#collect(this.alternatives(section.shown ?? section.schema), "", keys);
    return [...keys].map(([path, { types, needs, meanings }]) => ({
      path,
      type: [...types].join(" or "),
      description: tellMeanings(meanings),
      need: [...needs].join(", "),
    }));
  }

  /** Forms of one thing: a key of several is told once, with what each says of it. */
  #collect(forms: readonly Schema[], prefix: string, keys: Map<string, Told>): void {
    for (const form of forms) {
      const formWord = this.#wordOf(form);
      for (const [name, raw] of Object.entries(form.properties ?? {})) {
        const path = `${prefix}${name}`;
        const told = keys.get(path) ?? { types: new Set(), needs: new Set(), meanings: new Map() };
        keys.set(path, told);
        told.types.add(this.typeOf(raw));
        const need = needOf(name, { form, forms, formWord });
        if (need !== "") told.needs.add(need);
        const { description } = this.follow(raw);
        if (description !== undefined)
          told.meanings.set(description, [...(told.meanings.get(description) ?? []), formWord]);
        this.#collectWithin(raw, path, keys);
      }
    }
  }

  /** What tells a form from the others, such as `"kind": "slip"`. */
  #wordOf({ properties = {} }: Schema): string | undefined {
    const words = Object.values(properties).map((one) => this.follow(one).const);
    return words.find((word) => typeof word === "string");
  }

  #collectWithin(schema: Schema, path: string, keys: Map<string, Told>): void {
    const forms = this.#parts(schema).filter((one) => this.#sectionOf(one) === undefined);
    this.#collect(forms, `${path}.`, keys);
    for (const { items, additionalProperties: named } of forms) {
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

  /** What may stand somewhere, for people, as HTML. */
  typeOf(schema: Schema): string {
    return [...new Set(this.#parts(schema).map((one) => this.#plainType(one)))].join(" or ");
  }

  #plainType(schema: Schema): string {
    const { type, enum: words, items, additionalProperties: named } = schema;
    const section = this.#sectionOf(schema);
    if (section !== undefined)
      return `<a href="#${section.id}">${escapeHtml(section.title.toLowerCase())}</a>`;
    if (schema.const !== undefined) return escapeHtml(JSON.stringify(schema.const));
    if (words !== undefined) return escapeHtml(words.map((word) => JSON.stringify(word)).join(" or "));
    if (items !== undefined) return `list of: ${this.typeOf(items)}`;
    const hasNames = typeof named === "object" && Object.keys(named).length > 0;
    if (hasNames) return `${namesOf(schema)}, each with: ${this.typeOf(named)}`;
    const [plain = "anything", ...others] = [type ?? "anything"].flat();
    // In the place of a number a word in braces fits, which goes without saying.
    const told = plain === "string" ? [plain, ...others] : [plain];
    return `${told.map((one) => PLAIN[one] ?? one).join(" or ")}${rangeOf(schema)}`;
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
    const known = $ref === undefined ? undefined : this.#known({ $ref });
    if ($ref === undefined || known === undefined)
      return this.#numberOf(
        JSON.stringify(schema, (_key, value: unknown) => (isReference(value) ? this.shapeOf(value) : value)),
      );
    const shape = this.#shapes.get($ref) ?? this.shapeOf(known);
    this.#shapes.set($ref, shape);
    return shape;
  }

  /** In the place of a text that would stand in others, and grow with each of them. */
  #numberOf(text: string): string {
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return String(number);
  }
}

interface FormOfKey {
  readonly form: Schema;
  readonly forms: readonly Schema[];
  readonly formWord: string | undefined;
}

function needOf(name: string, { form, forms, formWord }: FormOfKey): string {
  const isNeeded = ({ required }: Schema) => required?.includes(name) === true;
  if (!isNeeded(form)) return "";
  if (forms.every(isNeeded)) return "needed";
  return formWord === undefined ? "needed in this form" : `needed with ${JSON.stringify(formWord)}`;
}

/** What the forms say otherwise is told with their words. */
function tellMeanings(meanings: Told["meanings"]): string {
  const [first, ...others] = meanings.keys();
  if (first === undefined || others.length === 0) return first ?? "";
  const said = [...meanings].map(([meaning, words]) => {
    const known = words.flatMap((word) => (word === undefined ? [] : [JSON.stringify(word)]));
    return known.length === 0 ? meaning : `With ${known.join(", ")}: ${meaning}`;
  });
  return said.join(" ");
}

function isReference(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && "$ref" in value;
}

/** Hours of the day are the only keys that may be 24:00. */
function namesOf({ propertyNames }: Schema): string {
  return propertyNames?.pattern?.includes("24:00") === true ? "hours" : "names";
}

const PLAIN: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  object: "group of keys",
  number: "number",
  boolean: "true or false",
};

/** What JSON calls the largest whole number is no limit that anybody meant. */
function rangeOf({ minimum, maximum }: Schema): string {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum === undefined || minimum === Number.MIN_SAFE_INTEGER)
    return most === undefined ? "" : ` up to ${most}`;
  return most === undefined ? ` from ${minimum}` : ` from ${minimum} to ${most}`;
}
