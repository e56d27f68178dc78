import { usualTimes } from "../base/gesture-times.ts";
import { controlId, roomName } from "../base/identifiers.ts";
import { hintFor } from "../base/suggest.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { LookTable } from "../feedback/look.ts";
import type { GestureSettings } from "../gesture/gesture.ts";
import type { GestureRule } from "../gesture/gesture-rule.ts";
import type { ActionDocument } from "./action-schema.ts";
import { type ActionPlace, compileActions } from "./compile-action.ts";
import { compileLookTable, findLook, type LookPlace } from "./compile-look.ts";
import type { ControlBinding } from "./mapping.ts";
import type { Finding } from "./problem.ts";
import type { MappingDocument } from "./schema.ts";

export type DeviceDocument = MappingDocument["devices"][string];
export type ControlDocument = NonNullable<DeviceDocument["controls"]>[string];

export interface ControlPlace extends Omit<ActionPlace, "captures">, LookPlace {
  readonly control: string;
  readonly gestures: readonly GestureRule[];
  readonly device: DeviceDocument;
  readonly looks: Readonly<Record<string, LookTable>>;
  readonly described: readonly ControlDescription[] | "known-once-open";
}

export function compileControl(document: ControlDocument, place: ControlPlace): ControlBinding {
  const room = document.room ?? place.room;
  checkRoom(document, place);
  const gestures = compileGestures(document, { ...place, room });
  checkDescription(gestures, place);
  checkTogether(document, place);
  return {
    control: controlId(place.control),
    gestures,
    settings: gestureSettings(document, place.device, { bound: gestures, rules: place.gestures }),
    look: compileLook(document, { ...place, room }),
  };
}

function checkRoom({ room }: ControlDocument, { path, roomNames, report }: ControlPlace): void {
  if (room === undefined || roomNames.includes(room)) return;
  const message = `there is no room "${room}"`;
  report({
    severity: "error",
    path: [...path, "room"],
    at: "value",
    message,
    hint: hintFor(room, roomNames),
  });
}

type Gestures = ControlBinding["gestures"];

/** A gesture, or a way that it can go, as a binding calls it and where it stands in the mapping. */
interface Bindable {
  readonly rule: GestureRule;
  readonly key: string;
  readonly steps: readonly [word: string, ...way: string[]];
}

function bindablesOf(rules: readonly GestureRule[]): readonly Bindable[] {
  const known = bindables.get(rules) ?? listBindables(rules);
  bindables.set(rules, known);
  return known;
}

/** Asked for several times at each control of a site. */
const bindables = new WeakMap<readonly GestureRule[], readonly Bindable[]>();

function listBindables(rules: readonly GestureRule[]): readonly Bindable[] {
  return rules.flatMap((rule): readonly Bindable[] => {
    const { word, ways } = rule;
    if (ways === undefined) return [{ rule, key: word, steps: [word] }];
    return Object.keys(ways).map((way) => ({ rule, key: `${word}-${way}`, steps: [word, way] }));
  });
}

/** Actions by gesture, or by gesture and way, as the schema of the table's gestures lets them through. */
type BoundActions = Readonly<Record<string, ActionDocument & Readonly<Record<string, ActionDocument>>>>;

function compileGestures(document: ControlDocument, place: ControlPlace): Gestures {
  const given = document as unknown as BoundActions;
  return new Map(
    bindablesOf(place.gestures).flatMap(({ key, steps: [word, way] }) => {
      const actions = way === undefined ? given[word] : given[word]?.[way];
      if (actions === undefined) return [];
      const path = [...place.path, word, ...(way === undefined ? [] : [way])];
      return [[key, compileActions(actions, { ...place, captures: ["value"], path })]];
    }),
  );
}

function gestureSettings(
  control: ControlDocument,
  device: DeviceDocument,
  { bound, rules }: { readonly bound: Gestures; readonly rules: readonly GestureRule[] },
): GestureSettings {
  const wanted = new Set(bindablesOf(rules).flatMap(({ key, rule }) => (bound.has(key) ? [rule.word] : [])));
  const contact = control.contact ?? device.contact;
  return {
    wanted,
    holdMs: control.holdMs ?? device.holdMs ?? usualTimes.holdMs,
    doubleTapMs: control.doubleTapMs ?? device.doubleTapMs ?? usualTimes.doubleTapMs,
    debounceMs: control.debounceMs ?? device.debounceMs ?? usualTimes.debounceMs,
    ...(contact === undefined ? {} : { contact }),
    ...deliberationOf(control),
  };
}

function deliberationOf({
  confirm = false,
  delaySeconds = 0,
  with: other,
}: ControlDocument): Pick<GestureSettings, "deliberate"> {
  if (!confirm && delaySeconds === 0 && other === undefined) return {};
  const together = other === undefined ? undefined : controlId(other);
  return { deliberate: { together, confirm, delayMs: delaySeconds * 1000 } };
}

/** A control that has to be held is one that can be held, and another one. */
function checkTogether({ with: other }: ControlDocument, place: ControlPlace): void {
  const { control, described, path, report } = place;
  if (other === undefined || described === "known-once-open") return;
  const holdable = described.filter(({ id, input }) => id !== control && HOLDABLE.includes(input.shape));
  if (holdable.some(({ id }) => id === other)) return;
  const hint = hintFor(
    other,
    holdable.map(({ id }) => id),
  );
  const message = `"${other}" is no other control of the device that can be held`;
  report({ severity: "error", path: [...path, "with"], at: "value", message, hint });
}

const HOLDABLE: readonly string[] = ["button", "encoder"];

function compileLook(document: ControlDocument, place: ControlPlace): ControlBinding["look"] {
  const symbol = compileSymbol(document, place);
  const { look = symbol === undefined ? undefined : PLAIN, label, text } = document;
  if (look === undefined) {
    reportUnshown(document, place);
    return undefined;
  }
  const own = { label, text, ...(symbol !== undefined && { symbol }) };
  const at = { ...place, path: [...place.path, "look"] };
  const table =
    typeof look === "string"
      ? findLook(look, place.looks, at)
      : compileLookTable(look as Record<string, never>, at);
  if (look === SITE_LOOK) return table && { table, room: undefined, subject: "site", ...own };
  const isPlain = look === PLAIN || (place.room === undefined && isLabel(look));
  if (isPlain) return table && { table, room: undefined, ...own };
  if (place.room === undefined) {
    const hint = 'add "room" to the control or the device';
    place.report({ severity: "error", path: at.path, at: "value", message: "the look of no room", hint });
    return undefined;
  }
  return table === undefined ? undefined : { table, room: roomName(place.room), ...own };
}

/** Words of a control stand in its look. */
function reportUnshown(document: ControlDocument, { path, report }: ControlPlace): void {
  const key = (["text", "label"] as const).find((one) => document[one] !== undefined);
  if (key === undefined) return;
  const message = `nothing shows this ${key}: the control has no look`;
  report({
    severity: "warning",
    path: [...path, key],
    at: "key",
    message,
    hint: 'add a "look" or an "icon"',
  });
}

/** What a control shows that has an icon or a picture, and no look. */
const PLAIN = { otherwise: { color: "gray" } } as const;

function compileSymbol({ icon, picture }: ControlDocument, place: ControlPlace): string | undefined {
  const { path, symbols, report } = place;
  if (picture === undefined) return icon && symbols.icon(icon);
  const at = [...path, "picture"];
  if (icon !== undefined) {
    const message = "a control shows an icon or a picture, and here are both";
    report({ severity: "error", path: at, at: "key", message, hint: 'leave out "icon" or "picture"' });
  }
  const found = symbols.picture(picture);
  if (found.ok) return found.value;
  report({ severity: "error", path: at, at: "value", ...found.failure });
  return undefined;
}

/** The preset that shows whether the whole site was found in order. */
const SITE_LOOK = "ready";

/** The same whatever a room does, such as the name of a page: no room is needed for that. */
function isLabel(look: NonNullable<ControlDocument["look"]>): boolean {
  if (typeof look === "string") return false;
  const entries: readonly (readonly [string, { readonly text?: string | undefined } | undefined])[] =
    Object.entries(look);
  return entries.every(([condition, { text = "" } = {}]) => condition === "otherwise" && !text.includes("{"));
}

function checkDescription(bound: Gestures, place: ControlPlace): void {
  const { control, described, gestures, path, report } = place;
  if (described === "known-once-open") return;
  const found = described.find((one) => one.id === control);
  if (found === undefined) {
    const hint = hintFor(
      control,
      described.map((one) => one.id),
    );
    report({ severity: "error", path, at: "key", message: `the device has no control "${control}"`, hint });
    return;
  }
  const { shape } = found.input;
  const all = bindablesOf(gestures);
  const possible = all.filter(({ rule }) => rule.shapes.includes(shape)).map(({ key }) => key);
  for (const {
    key: kind,
    steps: [key],
  } of all) {
    if (!bound.has(kind) || possible.includes(kind)) continue;
    const hint = possible.join(", ") || "nothing";
    report(cannot(`a control of shape ${shape} never reports "${key}"`, [...path, key], `possible: ${hint}`));
  }
}

function cannot(message: string, path: Finding["path"], hint: string): Finding {
  return { severity: "error", path, at: "key", message, hint };
}
