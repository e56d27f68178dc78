import { z } from "zod";
import type { MappingVocabulary } from "./mapping.ts";
import { buildMappingSchema } from "./schema.ts";

type Json = { [key: string]: unknown };

const text = (description: string) => ({ type: "string", minLength: 1, description });
const panelWords = {
  use: text("Name of the panel that this device is."),
  with: {
    type: "object",
    additionalProperties: { type: ["string", "number", "boolean"] },
    description: "Values for the panel's words in braces.",
  },
  from: text(
    "Table beside the mapping: one device for each of its lines, its columns are words in braces, also in its name.",
  ),
};
const table = text(
  'Table beside the mapping: one entry for each of its lines, its columns are words in braces. Every line gives all of the entry: what only some rooms have stands in a table of its own, under devices. In rooms also "server": one for each room of the server\'s list, with the words name, serverName and id, and server where there are several.',
);
const named = {
  anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
  description: "Of the server's list: rooms that the server calls so, with * for any text (default all).",
};

/**
 * The JSON schema of mapping files as people write them, for completion in editors: what `buildMappingSchema` takes, with
 * panels, ranges, tables and words in braces, which are written out before that.
 */
export function buildEditorSchema(world: MappingVocabulary): Json {
  const schema = z.toJSONSchema(buildMappingSchema(world), { io: "input", reused: "ref" }) as Json;
  const definitions = schema.$defs as { [name: string]: Json };
  for (const definition of Object.values(definitions)) allowBraces(definition);
  const { rooms, devices, ...others } = schema.properties as { [name: string]: Json };
  for (const part of Object.values(others)) allowBraces(part);
  const device = {
    anyOf: [devices?.additionalProperties, { type: "object", required: ["use"], properties: panelWords }],
  };
  const placed = { type: "object", additionalProperties: device };
  definitions.room = roomWith(rooms?.additionalProperties as Json, {
    definitions,
    more: { from: table, named, devices: { ...placed, description: "Devices that stand in this room." } },
  });
  definitions.panel = { type: "object", required: ["kind"], properties: { kind: { type: "string" } } };
  return {
    ...schema,
    required: ["rooms"],
    properties: {
      ...others,
      include: {
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
        description:
          "Files beside this one with further panels, looks, rooms and devices. They may be shared by several mappings.",
      },
      panels: {
        type: "object",
        additionalProperties: { anyOf: optionalParts(devices?.additionalProperties as Json, definitions) },
        description: "Devices to be used often, with words in braces: {room}, {label} and any other.",
      },
      rooms: roomsOf(rooms as Json),
      devices: { ...devices, propertyNames: undefined, additionalProperties: device },
    },
  };
}

/** A panel may leave out what the place of use gives. */
function optionalParts(device: Json, definitions: { [name: string]: Json }): readonly Json[] {
  return alternatives(device, definitions).map((one) => ({ ...one, required: ["kind"] }));
}

/** All rooms of the server, or rooms by their short names and more from the server's list. */
function roomsOf({ description, ...rooms }: Json): Json {
  const room = { $ref: "#/$defs/room" };
  const from = { const: "server", description: "Rooms of the server's list, beside those that stand here." };
  const ofWhich = "With from: of which of several servers (default each of them).";
  const server = { description: ofWhich, anyOf: [{ type: "string" }, room] };
  const section = { ...rooms, propertyNames: undefined, additionalProperties: room };
  return {
    description,
    anyOf: [
      { const: "all", description: "Every room of the server's list." },
      { ...section, properties: { from, named, server } },
    ],
  };
}

function roomWith(
  room: Json,
  { definitions, more }: { definitions: { [name: string]: Json }; more: Json },
): Json {
  const anyOf = alternatives(room, definitions).map((one) =>
    one.type === "object" ? { ...one, properties: { ...(one.properties as Json), ...more } } : one,
  );
  return { anyOf };
}

/** The alternatives of a definition, with references followed. */
function alternatives(schema: Json, definitions: { [name: string]: Json }): readonly Json[] {
  const { $ref: reference } = schema;
  const known = typeof reference === "string" ? definitions[reference.replace("#/$defs/", "")] : undefined;
  if (known !== undefined) return alternatives(known, definitions);
  const inner = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined;
  return inner === undefined ? [schema] : inner.flatMap((one) => alternatives(one, definitions));
}

/** Where a number fits, a word in braces fits; where a text has a form, a text with braces may have it once filled in. */
function allowBraces(schema: Json): void {
  const isNumber = schema.type === "integer" || schema.type === "number";
  if (isNumber) Object.assign(schema, { type: [schema.type, "string"], pattern: "\\{" });
  else if (typeof schema.pattern === "string") schema.pattern = `${schema.pattern}|\\{`;
  for (const inner of Object.values(schema)) {
    if (Array.isArray(inner)) for (const one of inner) isObject(one) && allowBraces(one);
    else if (isObject(inner)) allowBraces(inner);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
