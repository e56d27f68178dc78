import { escapeHtml } from "../base/html.ts";
import { code, codeBlock, type ReferencePage, table } from "./page.ts";
import { type Schema, SchemaReader, type Section } from "./schema.ts";

/** Every key of a mapping file, from its JSON schema. */
export function mappingPage(root: Schema): ReferencePage {
  const reader = new SchemaReader(root);
  const sections = findSections(root, reader);
  const contents = sections
    .map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`)
    .join("");
  const body = sections.map((section) => renderSection(section, sections, reader)).join("\n");
  return { name: "mapping", title: "Mapping file", body: `<ul>${contents}</ul>\n${body}` };
}

const KIND =
  'What it is: each kind has keys of its own, below. Needed, but for a device with "use": that has the kind of its panel.';

const LOOKS = `// A control names it: "key-1": { "look": "do-not-enter" }
"looks": {
  "do-not-enter": {
    "recording": { "color": "red", "text": "DO NOT ENTER", "icon": "door" },
    "paused": { "color": "orange", "text": "WAIT", "blink": "slow" },
    "pending": { "color": "yellow", "text": "{pending}", "blink": "fast" },
    "failed": { "color": "purple", "text": "{reason}", "blink": "double" },
    "stale": { "color": "purple", "text": "No contact for {age}", "blink": "double" },
    "otherwise": { "color": "off" }
  }
}`;

/** The parts that people look for, in the order of a file. */
function findSections(root: Schema, reader: SchemaReader): readonly Section[] {
  const { server, rooms, devices, looks, timing, alarms, journal } = root.properties ?? {};
  const named = (schema: Schema | undefined): Schema => {
    const inner = reader.alternatives(schema ?? {}).map(({ additionalProperties: more }) => more);
    return inner.find((more) => typeof more === "object") ?? {};
  };
  const anyDevice = named(devices);
  const kinds = reader.alternatives(anyDevice).filter(({ properties }) => properties?.kind !== undefined);
  const control = named(kinds[0]?.properties?.controls);
  const action = reader.definitionOf(reader.alternatives(control)[0]?.properties?.press ?? {});
  const table = named(looks);
  const look = {
    ...reader.follow(table).properties?.recording,
    description: "What a key or a lamp shows in one state of its room.",
  };
  const isShared = (key: string, schema: Schema) =>
    key !== "kind" &&
    kinds.every(({ properties }) => reader.shapeOf(properties?.[key] ?? {}) === reader.shapeOf(schema));
  const split = (kind: Schema, wanted: "shared" | "own"): Schema => {
    const chosen = Object.entries(kind.properties ?? {}).filter(
      ([key, schema]) => isShared(key, schema) === (wanted === "shared"),
    );
    return { ...kind, properties: Object.fromEntries(chosen) };
  };
  const used = reader.alternatives(anyDevice).find(({ properties }) => properties?.use !== undefined);
  const shared = split(kinds[0] ?? {}, "shared");
  const words = kinds.map(({ properties }) => reader.follow(properties?.kind ?? {}).const);
  const kind = { enum: words, description: KIND };
  const usual = { ...shared, required: [], properties: { kind, ...used?.properties, ...shared.properties } };
  return [
    { id: "file", title: "The file", schema: root },
    { id: "server", title: "Server", schema: server ?? {} },
    { id: "room", title: "A room", schema: named(rooms) },
    { id: "device", title: "A device", schema: anyDevice, shown: usual },
    ...kinds.map((kind) => {
      const word = String(reader.follow(kind.properties?.kind ?? {}).const);
      return { id: `kind-${word}`, title: `Kind "${word}"`, schema: kind, shown: split(kind, "own") };
    }),
    { id: "control", title: "A control", schema: control },
    { id: "action", title: "An action", schema: action },
    { id: "table", title: "A table of looks", schema: table, example: LOOKS },
    { id: "look", title: "A look", schema: look },
    { id: "timing", title: "Timing", schema: timing ?? {} },
    { id: "alarms", title: "Alarms", schema: alarms ?? {} },
    { id: "journal", title: "Journal", schema: journal ?? {} },
  ];
}

function renderSection(section: Section, sections: readonly Section[], reader: SchemaReader): string {
  const keys = reader.keysOf(section, sections);
  const rows = keys.map(({ path, type, description, need }) => [
    `${code(path)}${need === "" ? "" : ` (${escapeHtml(need)})`}`,
    type,
    escapeHtml(description),
  ]);
  const forms = reader.alternatives(section.schema);
  const words = forms.flatMap(({ const: word, enum: several }) => several ?? word ?? []);
  const plain = forms
    .filter(({ const: word, enum: several, properties, items }) => !(word ?? several ?? properties ?? items))
    .filter(({ description }) => description !== undefined)
    .map((form) => `<p>As one ${reader.typeOf(form)}: ${escapeHtml(form.description ?? "")}</p>`)
    .join("\n");
  const said =
    words.length === 0 ? "" : `<p>As one word: ${words.map((word) => code(String(word))).join(", ")}.</p>`;
  const about = reader.follow(section.schema).description;
  return `<h2 id="${section.id}">${escapeHtml(section.title)}</h2>
${about === undefined ? "" : `<p>${escapeHtml(about)}</p>`}
${said}${plain}${section.example === undefined ? "" : codeBlock(section.example)}${rows.length === 0 ? "" : table(["Key", "What stands there", "Meaning"], rows)}`;
}
