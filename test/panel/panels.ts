import { streamDeck } from "../../devices/stream-deck/driver.ts";
import type { ModelWord } from "../../devices/stream-deck/models.ts";
import { controlId, type RoomName, roomName } from "../../src/base/identifiers.ts";
import type { ControlDescription } from "../../src/driver/control.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import type { ActionTemplate, ControlBinding } from "../../src/mapping/mapping.ts";
import { label, layOut } from "../../src/panel/layout.ts";
import { bindingOn, type Page, type PanelPages } from "../../src/panel/pages.ts";

export const looks = lookPresets["red-is-recording"];

export function roomsCalled(...names: readonly string[]): readonly RoomName[] {
  return names.map(roomName);
}

/** The controls of a real model, as the driver describes them without hardware. */
export function controlsOfDeck(model: ModelWord): readonly ControlDescription[] {
  const described = streamDeck.describeControls({ model }, []);
  if (described === "known-once-open") throw new Error(`${model} should be known`);
  return described;
}

export function layOutDeck(model: ModelWord, rooms: readonly RoomName[]): PanelPages {
  return layOut({ controls: controlsOfDeck(model), rooms, looks });
}

/** One page in words, a line for each control that does or shows something. */
export function tellPage(
  model: ModelWord,
  pages: PanelPages,
  { page = "first", room }: { readonly page?: string; readonly room?: RoomName } = {},
): string {
  return controlsOfDeck(model)
    .flatMap(({ id }) => {
      const binding = bindingOn(pages, page, id);
      return binding === undefined ? [] : [`${id}: ${tellBinding(binding, room)}`];
    })
    .join("\n");
}

/** `tap start, hold stop, looks tally`; rooms are named unless they are the one that is expected. */
export function tellBinding({ gestures, look }: ControlBinding, room?: RoomName): string {
  const does = [...gestures].map(
    ([kind, actions]) => `${kind} ${actions.map(tellAction(room)).join(" and ")}`,
  );
  return [...does, ...tellLook(look, room)].join(", ");
}

function tellAction(room: RoomName | undefined) {
  return (template: ActionTemplate): string => {
    if ("page" in template) return `-> ${template.page}`;
    if ("digit" in template) return `types ${template.digit}`;
    const { action } = template;
    const what = action.kind === "mark" ? `mark "${action.text}" ${action.color}` : action.kind;
    return template.room === room ? what : `${what} ${template.room}`;
  };
}

function tellLook(look: ControlBinding["look"], room: RoomName | undefined): readonly string[] {
  if (look === undefined) return [];
  if (look.room === undefined) return [`says "${look.table.available.text}"`];
  const { text, color } = look.table.recording;
  const name = Object.keys(looks).find((one) => looks[one] === look.table);
  const shown = name === undefined ? `looks ${color} "${text}"` : `looks ${name}`;
  return [look.room === room ? shown : `${shown} of ${look.room}`];
}

/** Bindings that only have a name, which they show; for tests of which one holds. */
export function bindingsCalled(names: Readonly<Record<string, string>>): Page {
  return new Map(
    Object.entries(names).map(([control, name]) => [controlId(control), bindingCalled(control, name)]),
  );
}

function bindingCalled(control: string, name: string): ControlBinding {
  const settings = { wanted: new Set<never>(), holdMs: 800, doubleTapMs: 350, debounceMs: 0 };
  return { control: controlId(control), gestures: new Map(), settings, look: label(name, "none", "gray") };
}
