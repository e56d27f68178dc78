import type { RecordingWish } from "../action/action.ts";
import type { Path } from "../base/document/finding.ts";
import { hintFor } from "../base/suggest.ts";
import type { MarkColor } from "../valt/marks.ts";
import type { ActionDocument, SmallAction } from "./action-schema.ts";
import type { ActionTemplate, ActionWithoutRoom } from "./mapping.ts";
import { findUnknownPlaceholders } from "./placeholder.ts";
import type { Finding } from "./problem.ts";

/** Where an action stands, and what it may refer to. */
export interface ActionPlace {
  readonly path: Path;
  /** The room of the control or device, if it has one. */
  readonly room: string | undefined;
  /** Words that the event will fill, such as `room` and `text`. */
  readonly captures: readonly string[];
  readonly roomNames: readonly string[];
  /** Pages of the panel that the action may turn to; none on a link. */
  readonly pageNames: readonly string[];
  readonly namePlaceholders: readonly string[];
  report(finding: Finding): void;
}

export function compileActions(
  document: ActionDocument | undefined,
  place: ActionPlace,
): readonly ActionTemplate[] {
  if (document === undefined) return [];
  if (!Array.isArray(document)) return compileOne(document, place);
  return document.flatMap((one, index) => compileOne(one, { ...place, path: [...place.path, index] }));
}

function compileOne(document: string | SmallAction, place: ActionPlace): readonly ActionTemplate[] {
  const small: SmallAction =
    typeof document === "string" ? { do: document as NonNullable<SmallAction["do"]> } : document;
  if (small.page !== undefined && verbs.every((verb) => verb === "page" || small[verb] === undefined)) {
    return readPage(small.page, small, place);
  }
  const action = readAction(small, place);
  const room = readRoom(small, place);
  checkTexts(small, place);
  return action === undefined || room === undefined ? [] : [{ room, action }];
}

const verbs = ["do", "start", "toggle", "mark", "apply-preset", "page"] as const;

function readPage(page: string, small: SmallAction, place: ActionPlace): readonly ActionTemplate[] {
  checkCompanions(small, place);
  if (place.pageNames.includes(page)) return [{ page }];
  const path = [...place.path, "page"];
  const hint = hintFor(page, place.pageNames);
  place.report({ severity: "error", path, at: "value", message: `there is no page "${page}"`, hint });
  return [];
}

function readAction(small: SmallAction, place: ActionPlace): ActionWithoutRoom | undefined {
  const given = verbs.filter((verb) => small[verb] !== undefined);
  if (given.length !== 1) {
    const message =
      given.length === 0
        ? "the action does not say what to do"
        : `one action cannot be ${given.join(" and ")}`;
    place.report({
      severity: "error",
      path: place.path,
      at: "value",
      message,
      hint: `exactly one of: ${verbs.join(", ")}`,
    });
    return undefined;
  }
  checkCompanions(small, place);
  if (small.start !== undefined) return { kind: "start", recording: small.start as RecordingWish };
  if (small.toggle !== undefined) return { kind: "toggle", recording: small.toggle as RecordingWish };
  if (small.mark !== undefined)
    return { kind: "mark", text: small.mark, color: (small.color ?? "red") as MarkColor };
  if (small["apply-preset"] !== undefined) {
    return { kind: "apply-preset", preset: small["apply-preset"], camera: small.camera ?? 0 };
  }
  const word = small.do as NonNullable<SmallAction["do"]>;
  return word === "start" || word === "toggle" ? { kind: word, recording: {} } : { kind: word };
}

function checkCompanions(small: SmallAction, place: ActionPlace): void {
  const wrong = (key: string, message: string) =>
    place.report({ severity: "error", path: [...place.path, key], at: "key", message });
  if (small.color !== undefined && small.mark === undefined) wrong("color", "a colour goes with a mark only");
  if (small.camera !== undefined && small["apply-preset"] === undefined)
    wrong("camera", "a camera goes with apply-preset only");
  if (small["apply-preset"] !== undefined && small.camera === undefined) {
    wrong("apply-preset", "apply-preset needs the camera's id beside it");
  }
}

function readRoom(small: SmallAction, place: ActionPlace): string | undefined {
  const captured = place.captures.includes("room") ? "{room}" : undefined;
  const room = small.room ?? captured ?? place.room;
  if (room === undefined) {
    const hint = 'add "room" to the action, the control or the device';
    place.report({ severity: "error", path: place.path, at: "value", message: "no room is named", hint });
    return undefined;
  }
  if (room === "{room}" && captured !== undefined) return room;
  if (small.room !== undefined && !place.roomNames.includes(room)) {
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

function checkTexts(small: SmallAction, place: ActionPlace): void {
  const recording = small.start ?? small.toggle;
  const texts: readonly (readonly [Path, string | undefined, readonly string[]])[] = [
    [["mark"], small.mark, place.captures],
    [["apply-preset"], small["apply-preset"], place.captures],
    [
      [small.start === undefined ? "toggle" : "start", "name"],
      recording?.name,
      [...place.captures, ...place.namePlaceholders],
    ],
    ...Object.entries(typeof recording?.author === "object" ? recording.author : {}).map(
      ([sort, number]) =>
        [[small.start === undefined ? "toggle" : "start", "author", sort], number, place.captures] as const,
    ),
  ];
  for (const [steps, text, known] of texts) {
    const found = findUnknownPlaceholders(text ?? "", known, [...place.path, ...steps]);
    for (const finding of found) place.report(finding);
  }
}
