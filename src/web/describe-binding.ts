import type { ActionKind, ActionTable } from "../action/action-kind.ts";
import { actions as allActions } from "../action/actions/index.ts";
import { FIRST_PAGE, roomOfPage } from "../base/page-names.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { ControlDescription } from "../driver/control.ts";
import { gestures as gestureRules } from "../gesture/gestures/index.ts";
import { createLanguage, type Language } from "../language/language.ts";
import type { ActionTemplate, ControlBinding, RoomActionTemplate } from "../mapping/mapping.ts";
import type { BindingInfo } from "./page/protocol.ts";
import { tellAction } from "./tell-action.ts";

interface Vocabulary {
  readonly actions?: ActionTable;
  readonly language?: Language;
  /** What people call rooms, by their names; the name where there is none. */
  readonly labels?: ReadonlyMap<string, string>;
}

/** The words in which a site's bindings are told. */
export function vocabularyOf(source: Pick<ConsoleSource, "language" | "status">): Vocabulary {
  const labels = new Map(source.status().rooms.map(({ name, label }) => [name, label]));
  return { language: source.language(), labels };
}

/** What a control means, in words and as a piece of a mapping file. */
export function describeBinding(
  control: ControlDescription,
  binding: ControlBinding | undefined,
  { actions = allActions, language = createLanguage(), labels = new Map() }: Vocabulary = {},
): BindingInfo {
  const gestures = [...(binding?.gestures ?? [])];
  const room = binding?.look?.room ?? roomOf(gestures.flatMap(([, templates]) => templates));
  return {
    control: control.id,
    gestures: gestures.map(([gesture, templates]) => ({
      gesture,
      does:
        templates
          .map((template) => tell(template, { actions, language, labels }))
          .join(language.say(", then ")) + tellWanted(binding, language),
    })),
    holdMs: binding?.settings.holdMs ?? 0,
    isUsed: gestures.length > 0 || binding?.look !== undefined,
    ...(room === undefined ? {} : { room }),
    ...showsOf(binding),
    snippet: writeSnippet(control, { gestures, actions, look: binding?.look }),
  };
}

function showsOf(binding: ControlBinding | undefined): Pick<BindingInfo, "shows"> {
  if (binding?.look === undefined) return {};
  if (binding.look.subject === "site") return { shows: "site" };
  return { shows: binding.look.room === undefined ? "text" : "room" };
}

interface Drafted {
  readonly gestures: Bound;
  readonly actions: ActionTable;
  readonly look: ControlBinding["look"];
}

type Bound = readonly (readonly [gesture: string, templates: readonly ActionTemplate[]])[];

function roomOf(templates: readonly ActionTemplate[]): string | undefined {
  return templates.flatMap((template) => ("action" in template ? [template.room] : []))[0];
}

/** What has to come before anything is done, at the end of a sentence. */
function tellWanted(binding: ControlBinding | undefined, { say }: Language): string {
  const { together, confirm = false, delayMs = 0 } = binding?.settings.deliberate ?? {};
  const parts = [
    together === undefined ? [] : [say("with {control} held", { control: together })],
    confirm ? [say("pressed twice")] : [],
    delayMs === 0 ? [] : [say("after {seconds} s", { seconds: delayMs / 1000 })],
  ].flat();
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** What people call a page; one of a room as its room. */
export function labelOfPage(page: string, labels: ReadonlyMap<string, string> = new Map()): string {
  const room = roomOfPage(page);
  return room === undefined ? page : (labels.get(room) ?? room);
}

function tell(template: ActionTemplate, { actions, language, labels }: Required<Vocabulary>): string {
  if ("page" in template) {
    const { page } = template;
    if (page === FIRST_PAGE) return language.say("turn to the first page");
    return language.say("turn to page {page}", { page: labelOfPage(page, labels) });
  }
  if ("digit" in template) return language.say("type a digit of the PIN");
  const { action, room } = template;
  const kind = actions.get(action.kind);
  return kind === undefined
    ? action.kind
    : tellAction(kind, action, { room: labels.get(room) ?? room, language });
}

/** A binding to start from: as it is, or for an unbound control what is usual for its shape. */
function writeSnippet(
  { id, input, output }: ControlDescription,
  { gestures, actions, look }: Drafted,
): string {
  const parts = gestureRules.flatMap(({ word, ways }) => {
    const write = (key: string, name: string) =>
      gestures.flatMap(([gesture, templates]) =>
        gesture === key ? [`"${name}": ${writeActions(templates, actions)}`] : [],
      );
    if (ways === undefined) return write(word, word);
    const written = Object.keys(ways).flatMap((way) => write(`${word}-${way}`, way));
    return written.length === 0 ? [] : [`"${word}": { ${written.join(", ")} }`];
  });
  if (parts.length === 0 && look === undefined) parts.push(...usual(input));
  if (output.kind !== "none")
    parts.push(`"look": "${look?.subject === "site" ? "ready" : usualLook(gestures, actions)}"`);
  // A key that only looks has no action that names its room.
  if (gestures.length === 0 && look?.room !== undefined) parts.push(`"room": ${JSON.stringify(look.room)}`);
  return `${JSON.stringify(id)}: { ${parts.join(", ")} }`;
}

/** Of the looks that every mapping can name, the one that goes with what the control does. */
function usualLook(gestures: Bound, actions: ActionTable): string {
  const looks = gestures.flatMap(([, templates]) =>
    templates.flatMap((template) =>
      "action" in template ? (actions.get(template.action.kind)?.look ?? []) : [],
    ),
  );
  const [first = "tally"] = looks;
  return first !== "mark" && looks.includes("tally") ? "tally" : first;
}

function usual({ shape }: ControlDescription["input"]): readonly string[] {
  if (shape === "none" || shape === "fader") return [];
  if (shape === "pulse") return ['"pulse": "start"'];
  return shape === "encoder"
    ? ['"turn": { "right": { "mark": "Turned" } }']
    : ['"tap": "start"', '"hold": "stop"'];
}

function writeActions(templates: readonly ActionTemplate[], actions: ActionTable): string {
  const written = templates.map((template) =>
    "action" in template ? writeAction(template, actions.get(template.action.kind)) : template,
  );
  return writeJson(written.length === 1 ? written[0] : written);
}

function writeAction({ action, room }: RoomActionTemplate, kind: ActionKind | undefined): unknown {
  return { ...(kind?.mapping.write?.(action) ?? { do: action.kind }), room };
}

/** In one line, as people write it. */
function writeJson(value: unknown): string {
  const lines = JSON.stringify(value, undefined, 1).split("\n");
  return lines.map((line) => line.trim()).join(" ");
}
