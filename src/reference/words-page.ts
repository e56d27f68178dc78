import { escapeHtml } from "../base/html.ts";
import { phrases } from "../language/phrases.ts";
import type { MappingVocabulary } from "../mapping/mapping.ts";
import { code, type ReferencePage, table } from "./page.ts";

/** Every word that a mapping puts together: actions, gestures, looks and what fills braces, each as it is written. */
export function wordsPage(vocabulary: MappingVocabulary): ReferencePage {
  const sections: readonly (readonly [string, string, string])[] = [
    ["terms", "Terms", terms()],
    ["actions", "Actions", actionsOf(vocabulary)],
    ["gestures", "Gestures", gesturesOf(vocabulary)],
    ["looks", "Looks", looksOf(vocabulary)],
    ["braces", "Words in braces", bracesOf(vocabulary)],
    ["patterns", "Patterns", patterns()],
    ["colours", "Colours", coloursOf(vocabulary)],
    ["dialects", "Dialects", dialectsOf(vocabulary)],
    ["phrases", "Phrases", phraseList()],
  ];
  const contents = sections.map(([id, title]) => `<li><a href="#${id}">${title}</a></li>`).join("");
  const body = sections.map(([id, title, inner]) => `<h2 id="${id}">${title}</h2>\n${inner}`).join("\n");
  return { name: "words", title: "Words", body: `<ul>${contents}</ul>\n${body}` };
}

const TERMS: Readonly<Record<string, string>> = {
  control: "A key, button, dial, pedal, fader or contact of a device.",
  desk: "A panel of one room.",
  detent: "One click of a dial as it turns.",
  link: "Messages or lines between a device and the bridge; who is at the other end is a peer.",
  look: "What a key or a lamp shows, for each state of its room.",
  mark: "A comment with a time in a recording.",
  panel:
    "The controls of a device; under panels in a mapping, a device that is described once and used often.",
  prepared: "A state of VALT: a recording is prepared on the server and not started yet.",
  profile: "A file that says what a product sends and takes; a mapping names it.",
  pulse: "A moment without a release, such as a card that is read or a trigger.",
  selector:
    "The word that says which one of several equal devices is meant: serialNumber, path, unitId, product or model.",
  "short name":
    "The name of a room in a mapping, its key under rooms; its label is for people, its id and its serverName are the server's.",
  sign: "A light outside the door: dark unless the room records or is paused, a press is under way or has failed, or the state is not known.",
  site: "All that stands in one mapping: its servers, rooms and devices.",
  subscriber: "A peer that has asked to be told of changes.",
  tally: "The lamp or key that shows the state of a room.",
  wall: "A panel of several rooms: a tally for each, which turns to the room's own page.",
};

function terms(): string {
  return table(
    ["Term", "Means"],
    Object.entries(TERMS).map(([term, meaning]) => [escapeHtml(term), escapeHtml(meaning)]),
  );
}

function phraseList(): string {
  const items = phrases.map((phrase) => `<li>${code(phrase)}</li>`).join("");
  return `<p>What <code>words</code> of a mapping may say otherwise: see <a href="mappings.html#language">Language</a>.</p>
<details><summary>${phrases.length} phrases</summary><ul>${items}</ul></details>`;
}

/** How a control is written that does the action; of those that are more than their word. */
const WRITTEN: Readonly<Record<string, unknown>> = {
  mark: { mark: "Important", color: "red" },
  "apply-preset": { "apply-preset": "14", camera: 63 },
};

function actionsOf({ actions }: MappingVocabulary): string {
  const rows = [...actions.values()].map(({ word, tells, needs, look }) => [
    code(word),
    escapeHtml(tells.replaceAll(/\{(\w+)\}/g, "$1")),
    needs.length === 0 ? "anything more than <code>mark</code>" : needs.map((one) => code(one)).join(", "),
    code(JSON.stringify({ press: WRITTEN[word] ?? word, look })),
  ]);
  return `<p>What a control, a command or a card asks for. <code>room</code> beside any of them names another room than the
device's; the actions of a list are begun in its order, each by itself: when the first is refused, the second is carried out all the same. The short form is the word alone, or its keys with <code>do</code>.</p>
${table(["Action", "What it does", "Needs in may", "A control with it"], rows)}`;
}

function gesturesOf({ gestures }: MappingVocabulary): string {
  const rows = gestures.map(({ word, when, shapes, ways }) => [
    code(word),
    escapeHtml(when),
    escapeHtml(shapes.join(", ")),
    code(JSON.stringify({ [word]: ways === undefined ? "toggle-pause" : waysOf(ways) })),
  ]);
  return `<p>What was done with a control. <code>holdMs</code> says how long a hold is, <code>doubleTapMs</code> how quick two taps are.
With a <code>hold</code> or <code>double-tap</code> on the same control a <code>tap</code> waits until it is sure.</p>
${table(["Gesture", "Happens", "Of controls that are", "A control with it"], rows)}`;
}

function waysOf(ways: object): object {
  return Object.fromEntries(Object.keys(ways).map((way) => [way, "toggle-pause"]));
}

function looksOf({ lookPresets, lookConditions }: MappingVocabulary): string {
  const presets = lookPresets["red-is-recording"];
  const { ready, ...ofRooms } = presets;
  const rows = Object.entries(ofRooms).map(([name, look]) => [
    code(name),
    ...lookConditions.map((condition) => {
      const { color, text, blink } = look[condition];
      const how = blink === "steady" ? "" : `, ${blink} blinking`;
      return color === "off" ? "dark" : `${escapeHtml(color)}${how}: ${code(text)}`;
    }),
  ]);
  return `<p>What a key or a lamp shows, by what is so in its room. Lamps show colour and blinking, displays the text and a symbol as well.
Looks of your own stand under <a href="mapping.html#table">looks</a>. Where a look is dark, a <code>text</code> or <code>icon</code> of the control is not shown
either, such as on a mark key while nothing records: <a href="stream-deck.html">Stream Deck</a> says how it stays readable.</p>
${table(["Look", ...lookConditions], rows)}
${ready === undefined ? "" : READY}`;
}

const READY = `<p><code>ready</code> shows no room but the whole site: every room, server and device of the mapping. It looks the same on a
desk of one room, on a wall, and on a lamp without a room. Recordings and alarms of single rooms do not change it. A press does what the
control's gestures say, and nothing without any.</p>
${table(
  ["The site is", "Shown"],
  [
    ["in order: a press would do what it should", "green: <code>READY</code>"],
    [
      "in order, and wants a person: a device or a right is missing, the certificate ends, the disk is nearly full",
      "orange, slow blinking: what it is, such as <code>1 device missing</code>",
    ],
    ["being checked, after a start or an outage", "yellow, fast blinking: <code>checking</code>"],
    [
      "not in order: no connection to a server, login refused, a room missing or mixed up, status too old",
      "purple, double blinking: the reason, such as <code>No connection: call IT</code>",
    ],
  ],
)}`;

const MEANINGS: Readonly<Record<string, string>> = {
  room: "short name of the room, as the mapping has it",
  label: "what people call it",
  id: "its number on the server",
  status: "available, recording, paused, locked, prepared or unknown",
  recording: "1 while it records, 0 while it does not; not known is neither, and {recording:0} says 0 then",
  elapsed: "length of the recording, such as 12:31; empty without one",
  elapsedSeconds: "the same in seconds; 0 without one",
  pending: "what is under way, such as starting; empty otherwise",
  reason: "why something failed, or why nothing is known; empty otherwise",
  age: "how old what is known is, such as 12 s on keys, 0:12 in messages",
  marks: "how many marks wait for the server, such as +3; empty without any",
  alarm: "what people should know of the room; empty without an alarm",
  date: "local day of the start, such as 2026-11-29",
  time: "local time of the start, such as 14:05:09",
  hour: "its hour, such as 14: {hour}:{minute} is the time without seconds",
  minute: "its minute, such as 05",
  count: "how many recordings of this room were started since the bridge runs, this one included",
};

function bracesOf({ lookPlaceholders, pushPlaceholders, namePlaceholders }: MappingVocabulary): string {
  const places = {
    "texts of looks": lookPlaceholders,
    pushes: pushPlaceholders,
    recordingName: namePlaceholders,
  };
  const words = [...new Set(Object.values(places).flat())];
  const rows = words.map((word) => [
    code(`{${word}}`),
    escapeHtml(MEANINGS[word] ?? ""),
    Object.keys(places)
      .filter((place) => places[place as keyof typeof places].includes(word))
      .join(", "),
  ]);
  return `${table(["Word", "Stands for", "In"], rows)}
<p>In panels, ranges and tables further words come from <code>with</code>, columns and ranges: see <a href="mappings.html">Mappings</a>.
A column works in <code>recordingName</code> too: <code>"{ward}: {label} {hour}:{minute}"</code> with a column <code>ward</code> is "East: Exam room 1 14:05".</p>`;
}

function patterns(): string {
  const rows = [
    ['"/go/{room}": "start"', "any room, by its short name or the server's number"],
    [
      '"/record/{room}": { "on": "start", "off": "stop" }',
      "1, true or no argument is on; 0 and false are off",
    ],
    ['"/note/{room} {text}": { "mark": "{text}" }', "what comes behind the address, in this order"],
    [
      '"/camera/{room} {preset}": { "apply-preset": "{preset}", "camera": 63 }',
      "a captured word in the keys of an action",
    ],
  ];
  return `<p>What <code>commands</code> understand. A word in braces stands for whatever is there.</p>
${table(
  ["Command", "Means"],
  rows.map(([pattern = "", meaning = ""]) => [code(pattern), escapeHtml(meaning)]),
)}`;
}

function coloursOf({ colorNames, markColors, colorConventions }: MappingVocabulary): string {
  const list = (words: readonly string[]) => words.map((word) => code(word)).join(", ");
  return `<p>Of looks: ${list(colorNames)}, or as <code>#rrggbb</code>. Of marks: ${list(markColors)}.
Which one means recording: ${list(colorConventions)}. Symbols are on the page <a href="icons.html">Icons and pictures</a>.</p>`;
}

function dialectsOf({ dialects, kinds }: MappingVocabulary): string {
  const isChosen = (style: string) =>
    kinds.some(({ linkStyle, settingsSchema }) => linkStyle === style && "dialect" in settingsSchema.shape);
  const chosen = dialects.filter(({ style }) => isChosen(style));
  const words = chosen.map(({ name }) => code(name)).join(", ");
  return `<p>What <code>dialect</code> of a serial line may be: ${words}. OSC has one way to talk. They are
described under <a href="protocol.html">Talking to the bridge in lines</a> and
<a href="osc.html">OSC</a>.</p>`;
}
