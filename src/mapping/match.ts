import type { Action } from "../action/action.ts";
import type { ActionTable } from "../action/action-kind.ts";
import { type RoomName, roomName } from "../base/identifiers.ts";
import { fillPlaceholders } from "../base/placeholders.ts";
import type { LinkMessage, Stroke } from "../driver/link.ts";
import type { Gesture } from "../gesture/gesture.ts";
import type { MatchedMessage } from "../link/dialect.ts";
import type { ActionTemplate, CommandMapping, ControlBinding, PanelStep } from "./mapping.ts";
import { type Captures, matchPattern, takeApart } from "./pattern.ts";

/** The actions that a gesture means. */
export function matchGesture(gesture: Gesture<ControlBinding>, actions: ActionTable): readonly Action[] {
  const { key, binding, values } = gesture;
  const templates = binding.gestures.get(key) ?? [];
  const captures = { value: values.map(String).join(" ") };
  return templates.flatMap(
    (template) => fillAction(template, captures, { actions, findRoom: nowhere }) ?? [],
  );
}

/** A control's rooms are known when the mapping is read. */
const nowhere: FindRoom = () => undefined;

/** What a gesture does to the panel itself. */
export function matchSteps({ key, binding }: Gesture<ControlBinding>): readonly PanelStep[] {
  const templates = binding.gestures.get(key) ?? [];
  return templates.filter((template): template is PanelStep => !("action" in template));
}

/** Finds a room by its short name or by the server's number. */
type FindRoom = (text: string) => RoomName | undefined;

/** What a message asks for, by the first pattern that fits. */
export function matchMessage(
  commands: readonly CommandMapping[],
  asked: { readonly message: LinkMessage; readonly stroke: Stroke },
  { findRoom, actions }: { readonly findRoom: FindRoom; readonly actions: ActionTable },
): MatchedMessage {
  if (commands.length === 0) return { kind: "no-command" };
  const parts = takeApart(asked.message);
  for (const command of commands) {
    const captures = matchPattern(command.pattern, parts);
    if (captures === undefined) continue;
    if (captures.room !== undefined && findRoom(captures.room) === undefined) {
      return { kind: "unknown-room", room: captures.room };
    }
    const value = asked.message.values.map(String).join(" ");
    const templates = edgeOf(command, asked.stroke);
    if (templates === "unclear") return { kind: "unclear" };
    const asks = templates.flatMap(
      (template) => fillAction(template, { value, ...captures }, { actions, findRoom }) ?? [],
    );
    return { kind: "actions", actions: asks };
  }
  return { kind: "no-command" };
}

/** A message whose words are arguments is a command as it stands; else its argument says which edge it is. */
function edgeOf({ pattern, on, off }: CommandMapping, stroke: Stroke): readonly ActionTemplate[] | "unclear" {
  if (pattern.words.length > 0) return on;
  if (stroke === "none") return [];
  if (stroke === "unclear" && off.length > 0) return "unclear";
  return stroke === "up" ? off : on;
}

function fillAction(
  template: ActionTemplate,
  captures: Captures,
  { actions, findRoom }: { readonly actions: ActionTable; readonly findRoom: FindRoom },
): Action | undefined {
  if (!("action" in template)) return undefined;
  const room = template.room === "{room}" ? findRoom(captures.room ?? "") : roomName(template.room);
  if (room === undefined) return undefined;
  const { action } = template;
  const fill = (text: string) => fillPlaceholders(text, captures);
  return { ...(actions.get(action.kind)?.fill?.(action, fill) ?? action), room } as Action;
}
