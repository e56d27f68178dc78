import type { ActionKind, ActionTable } from "../action/action-kind.ts";
import type { Path } from "../base/document/finding.ts";
import { hintFor } from "../base/suggest.ts";
import type { ActionDocument, SmallAction } from "./action-schema.ts";
import type { ActionTemplate, ActionWithoutRoom } from "./mapping.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";
import type { Finding } from "./problem.ts";

/** Where an action stands, and what it may refer to. */
export interface ActionPlace {
  readonly path: Path;
  readonly actions: ActionTable;
  /** The room of the control or device, if it has one. */
  readonly room: string | undefined;
  /** Words that the event will fill, such as `room` and `text`. */
  readonly captures: readonly string[];
  readonly roomNames: readonly string[];
  /** Pages of the panel that the action may turn to; none on a link. */
  readonly pageNames: readonly string[];
  report(finding: Finding): void;
}

export function compileActions(
  document: ActionDocument | undefined,
  place: ActionPlace,
): readonly ActionTemplate[] {
  if (document === undefined) return [];
  if (!isList(document)) return compileOne(document, place);
  return document.flatMap((one, index) => compileOne(one, { ...place, path: [...place.path, index] }));
}

function isList(document: ActionDocument): document is readonly (string | SmallAction)[] {
  return Array.isArray(document);
}

/** An object's keys; only those of the table's actions and of `SmallAction` come through the schema. */
type Keys = SmallAction & Readonly<Record<string, unknown>>;

function compileOne(document: string | SmallAction, place: ActionPlace): readonly ActionTemplate[] {
  const keys: Keys = typeof document === "string" ? { do: document } : { ...document };
  const kinds = [...place.actions.values()].filter(({ word }) => keys[word] !== undefined);
  const verbs = ["do", ...kinds.map(({ word }) => word), "page"].filter((verb) => keys[verb] !== undefined);
  if (verbs.length === 1 && keys.page !== undefined) return readPage(keys.page, keys, place);
  const action = readAction(keys, verbs, place);
  const room = readRoom(keys, place);
  for (const kind of kinds) checkTexts(kind, keys, place);
  return action === undefined || room === undefined ? [] : [{ room, action }];
}

function readPage(page: string, keys: Keys, place: ActionPlace): readonly ActionTemplate[] {
  checkCompanions(keys, place);
  if (place.pageNames.includes(page)) return [{ page }];
  const path = [...place.path, "page"];
  const hint = hintFor(page, place.pageNames);
  place.report({ severity: "error", path, at: "value", message: `there is no page "${page}"`, hint });
  return [];
}

function readAction(keys: Keys, verbs: readonly string[], place: ActionPlace): ActionWithoutRoom | undefined {
  const [verb] = verbs;
  if (verbs.length !== 1 || verb === undefined) {
    const message =
      verb === undefined
        ? "the action does not say what to do"
        : `one action cannot be ${verbs.join(" and ")}`;
    const named = [...place.actions.values()].flatMap(({ word, mapping }) => (mapping.read ? [word] : []));
    const hint = `exactly one of: ${["do", ...named, "page"].join(", ")}`;
    place.report({ severity: "error", path: place.path, at: "value", message, hint });
    return undefined;
  }
  checkCompanions(keys, place);
  const { mapping } = place.actions.get(keys.do ?? verb) as ActionKind;
  const action = keys.do === undefined ? mapping.read?.(keys) : mapping.plain;
  return action as ActionWithoutRoom | undefined;
}

/** Keys that go with one action only. */
function checkCompanions(keys: Keys, place: ActionPlace): void {
  const wrong = (key: string, message: string) =>
    place.report({ severity: "error", path: [...place.path, key], at: "key", message });
  for (const { word, mapping } of place.actions.values()) {
    for (const [key, { alone, missing }] of Object.entries(mapping.beside ?? {})) {
      if (keys[key] !== undefined && keys[word] === undefined) wrong(key, alone);
      if (keys[key] === undefined && keys[word] !== undefined && missing !== undefined) wrong(word, missing);
    }
  }
}

function readRoom({ room: own }: SmallAction, place: ActionPlace): string | undefined {
  const captured = place.captures.includes("room") ? "{room}" : undefined;
  const room = own ?? captured ?? place.room;
  if (room === undefined) {
    const hint = 'add "room" to the action, the control or the device';
    place.report({ severity: "error", path: place.path, at: "value", message: "no room is named", hint });
    return undefined;
  }
  if (room === "{room}" && captured !== undefined) return room;
  if (own !== undefined && !place.roomNames.includes(room)) {
    const path = [...place.path, "room"];
    place.report({
      severity: "error",
      path,
      at: "value",
      message: `there is no room "${room}"`,
      hint: hintFor(room, place.roomNames),
    });
    return undefined;
  }
  return room;
}

function checkTexts({ mapping }: ActionKind, keys: Keys, place: ActionPlace): void {
  for (const { path, text, words } of mapping.texts?.(keys) ?? []) {
    const known = [...place.captures, ...words];
    for (const finding of findUnknownPlaceholders(text, known, [...place.path, ...path]))
      place.report(finding);
  }
}
