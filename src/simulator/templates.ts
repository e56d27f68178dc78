import type { Answer } from "./answers.ts";
import { badRequest, bare, data, notFound } from "./answers.ts";
import type { Call, JsonObject, Route } from "./route.ts";
import { asObject, EVERY, numberAt, SIX, textOf } from "./route.ts";
import type { Template, TemplateField, World } from "./world.ts";

/** Forms to be filled in with a recording or a note. */
export const templateRoutes: readonly Route[] = [
  { method: "GET", template: "templates", versions: EVERY, answer: listDefaults },
  { method: "GET", template: "template", versions: SIX, answer: listOfType },
  { method: "GET", template: "admin/templates", versions: EVERY, answer: list },
  { method: "POST", template: "admin/templates", versions: EVERY, answer: create },
  { method: "GET", template: "admin/templates/{id}", versions: EVERY, answer: describe },
  { method: "POST", template: "admin/templates/{id}/edit", versions: EVERY, answer: edit },
  { method: "POST", template: "admin/templates/{id}/delete", versions: EVERY, answer: remove },
  { method: "GET", template: "admin/templates/{id}/fields", versions: EVERY, answer: listFields },
  { method: "POST", template: "admin/templates/{id}/fields", versions: EVERY, answer: addFields },
  { method: "POST", template: "admin/templates/{id}/fields/{f}/edit", versions: EVERY, answer: editField },
  {
    method: "POST",
    template: "admin/templates/{id}/fields/{f}/delete",
    versions: EVERY,
    answer: removeField,
  },
];

/** Fields that every start has to fill in: those required by the default information template. */
export function requiredFields(world: World): readonly TemplateField[] {
  return [...(defaultOf(world, "info")?.fields.values() ?? [])].filter((field) => field.on && field.required);
}

function defaultOf(world: World, type: string): Template | undefined {
  return [...world.templates.values()].find((template) => template.type === type);
}

function rowOf(template: Template): unknown {
  return {
    id: template.id,
    name: template.name,
    type: template.type,
    hidden: template.hidden,
    entity_name: template.entityName,
    fields: [...template.fields.values()],
  };
}

function listDefaults({ world }: Call): Answer {
  const info = defaultOf(world, "info");
  const marker = defaultOf(world, "marker");
  return data({
    info_template: info === undefined ? null : rowOf(info),
    marker_template: marker === undefined ? null : rowOf(marker),
  });
}

function listOfType({ world, query }: Call): Answer {
  const type = query.get("type") ?? "";
  if (!["comment", "info", "marker"].includes(type)) return badRequest("The type is not valid");
  const templates = [...world.templates.values()].filter((template) => template.type === type);
  return bare({ templates: templates.map(rowOf), default: templates[0]?.id ?? null });
}

function list({ world }: Call): Answer {
  return data([...world.templates.values()].map(rowOf));
}

function templateOf(call: Call): Template | undefined {
  return call.world.templates.get(numberAt(call, 0));
}

function describe(call: Call): Answer {
  const template = templateOf(call);
  return template === undefined ? notFound : data(rowOf(template));
}

function create({ world, body }: Call): Answer {
  const name = textOf(body, "name");
  const type = textOf(body, "type");
  if (name === undefined || type === undefined) return badRequest("The name and the type are required");
  const id = world.nextId("template");
  const template: Template = {
    id,
    name,
    type,
    hidden: body.hidden === true,
    entityName: body.entity_name ?? null,
    fields: new Map(),
  };
  plantFields(world, template, body);
  world.templates.set(id, template);
  return data({ id });
}

function edit(call: Call): Answer {
  const template = templateOf(call);
  if (template === undefined) return notFound;
  template.name = textOf(call.body, "name") ?? template.name;
  template.type = textOf(call.body, "type") ?? template.type;
  if (typeof call.body.hidden === "boolean") template.hidden = call.body.hidden;
  template.entityName = call.body.entity_name ?? template.entityName;
  return data({ id: template.id });
}

function remove(call: Call): Answer {
  const id = numberAt(call, 0);
  return call.world.templates.delete(id) ? data({ id }) : notFound;
}

function listFields(call: Call): Answer {
  const template = templateOf(call);
  return template === undefined ? notFound : data([...template.fields.values()]);
}

function addFields(call: Call): Answer {
  const template = templateOf(call);
  return template === undefined ? notFound : data({ fields: plantFields(call.world, template, call.body) });
}

/** The ids of the new fields. */
function plantFields(world: World, template: Template, body: JsonObject): readonly number[] {
  const fields = Array.isArray(body.fields) ? body.fields : [];
  return fields.map((wanted) => {
    const field: TemplateField = {
      id: world.nextId("field"),
      on: true,
      required: false,
      type: "text",
      name: "",
      data: null,
    };
    changeField(field, asObject(wanted) ?? {});
    template.fields.set(field.id, field);
    return field.id;
  });
}

function changeField(field: TemplateField, wanted: JsonObject): void {
  if (typeof wanted.on === "boolean") field.on = wanted.on;
  if (typeof wanted.required === "boolean") field.required = wanted.required;
  field.type = textOf(wanted, "type") ?? field.type;
  field.name = textOf(wanted, "name") ?? field.name;
  field.data = wanted.data ?? field.data;
}

function editField(call: Call): Answer {
  const field = templateOf(call)?.fields.get(numberAt(call, 1));
  if (field === undefined) return notFound;
  changeField(field, call.body);
  return data(field);
}

function removeField(call: Call): Answer {
  const id = numberAt(call, 1);
  return templateOf(call)?.fields.delete(id) === true ? data({ id }) : notFound;
}
