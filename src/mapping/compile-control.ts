import { usualTimes } from "../base/gesture-times.ts";
import { controlId, roomName } from "../base/identifiers.ts";
import { hintFor } from "../base/suggest.ts";
import type { ControlDescription, ControlInput } from "../driver/control.ts";
import type { LookTable } from "../feedback/look.ts";
import type { GestureKind, GestureSettings } from "../gesture/gesture.ts";
import { type ActionPlace, compileActions } from "./compile-action.ts";
import { compileLookTable, findLook, type LookPlace } from "./compile-look.ts";
import type { ActionTemplate, ControlBinding } from "./mapping.ts";
import type { Finding } from "./problem.ts";
import type { MappingDocument } from "./schema.ts";

export type DeviceDocument = MappingDocument["devices"][string];
export type ControlDocument = NonNullable<DeviceDocument["controls"]>[string];

export interface ControlPlace extends Omit<ActionPlace, "captures">, LookPlace {
  readonly control: string;
  readonly device: DeviceDocument;
  readonly looks: Readonly<Record<string, LookTable>>;
  readonly described: readonly ControlDescription[] | "known-once-open";
}

const gestureKeys = [
  "press",
  "release",
  "tap",
  "double-tap",
  "hold",
  "pulse",
  "move",
  "swipe-left",
  "swipe-right",
] as const;

export function compileControl(document: ControlDocument, place: ControlPlace): ControlBinding {
  const room = document.room ?? place.room;
  checkRoom(document, place);
  const gestures = compileGestures(document, { ...place, room });
  checkDescription(gestures, place);
  return {
    control: controlId(place.control),
    gestures,
    settings: gestureSettings(document, place.device, gestures),
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

type Gestures = ReadonlyMap<GestureKind | "turn-left" | "turn-right", readonly ActionTemplate[]>;

function compileGestures(document: ControlDocument, place: ControlPlace): Gestures {
  const bound = [
    ...gestureKeys.map((key) => [key, document[key], [key]] as const),
    ["turn-left", document.turn?.left, ["turn", "left"]] as const,
    ["turn-right", document.turn?.right, ["turn", "right"]] as const,
  ];
  return new Map(
    bound
      .filter(([, actions]) => actions !== undefined)
      .map(([kind, actions, steps]) => [
        kind,
        compileActions(actions, { ...place, captures: ["value"], path: [...place.path, ...steps] }),
      ]),
  );
}

function gestureSettings(
  control: ControlDocument,
  device: DeviceDocument,
  gestures: Gestures,
): GestureSettings {
  const wanted = new Set<GestureKind>();
  for (const kind of gestures.keys())
    wanted.add(kind === "turn-left" || kind === "turn-right" ? "turn" : kind);
  const contact = control.contact ?? device.contact;
  return {
    wanted,
    holdMs: control.holdMs ?? device.holdMs ?? usualTimes.holdMs,
    doubleTapMs: control.doubleTapMs ?? device.doubleTapMs ?? usualTimes.doubleTapMs,
    debounceMs: control.debounceMs ?? device.debounceMs ?? usualTimes.debounceMs,
    ...(contact === undefined ? {} : { contact }),
  };
}

function compileLook(document: ControlDocument, place: ControlPlace): ControlBinding["look"] {
  const { look, label } = document;
  if (look === undefined) return undefined;
  const at = { ...place, path: [...place.path, "look"] };
  const table =
    typeof look === "string"
      ? findLook(look, place.looks, at)
      : compileLookTable(look as Record<string, never>, at);
  if (look === SITE_LOOK) return table && { table, room: undefined, subject: "site", label };
  if (place.room === undefined && isLabel(look)) return table && { table, room: undefined, label };
  if (place.room === undefined) {
    const hint = 'add "room" to the control or the device';
    place.report({ severity: "error", path: at.path, at: "value", message: "the look of no room", hint });
    return undefined;
  }
  return table === undefined ? undefined : { table, room: roomName(place.room), label };
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

/** What each shape of control can do; a button that only triggers still counts as pressed and tapped. */
const possible: Readonly<Record<ControlInput["shape"], readonly string[]>> = {
  button: ["press", "release", "tap", "double-tap", "hold", "pulse"],
  encoder: ["turn-left", "turn-right", "press", "release", "tap", "double-tap", "hold"],
  fader: ["move"],
  touch: ["press", "tap", "hold", "swipe-left", "swipe-right"],
  pulse: ["pulse", "press", "tap"],
  none: [],
};

function checkDescription(gestures: Gestures, { control, described, path, report }: ControlPlace): void {
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
  for (const kind of gestures.keys()) {
    if (possible[found.input.shape].includes(kind)) continue;
    const key = kind.startsWith("turn") ? "turn" : kind;
    const hint = possible[found.input.shape].join(", ") || "nothing";
    report(
      cannot(
        `a control of shape ${found.input.shape} never reports "${key}"`,
        [...path, key],
        `possible: ${hint}`,
      ),
    );
  }
}

function cannot(message: string, path: Finding["path"], hint: string): Finding {
  return { severity: "error", path, at: "key", message, hint };
}
