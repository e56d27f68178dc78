import type { Action, RecordingWish } from "../action/action.ts";
import type { Holder } from "../action/holder.ts";
import { type RoomName, roomName } from "../base/identifiers.ts";
import { fillPlaceholders } from "../base/placeholders.ts";
import type { LinkMessage, Stroke } from "../driver/link.ts";
import type { Gesture } from "../gesture/gesture.ts";
import type { MatchedMessage } from "../link/dialect.ts";
import type { ActionTemplate, CommandMapping, ControlBinding, PanelStep } from "./mapping.ts";
import { type Captures, matchPattern, takeApart } from "./pattern.ts";

/** The actions that a gesture means. */
export function matchGesture(gesture: Gesture<ControlBinding>): readonly Action[] {
  const { kind, binding, values } = gesture;
  const turned = typeof values[0] === "number" && values[0] < 0 ? "turn-left" : "turn-right";
  const templates = binding.gestures.get(kind === "turn" ? turned : kind) ?? [];
  const captures = { value: values.map(String).join(" ") };
  return templates.flatMap((template) => fillAction(template, captures, () => undefined) ?? []);
}

/** What a gesture does to the panel itself. */
export function matchSteps({ kind, binding }: Gesture<ControlBinding>): readonly PanelStep[] {
  const templates = kind === "turn" ? [] : (binding.gestures.get(kind) ?? []);
  return templates.filter((template): template is PanelStep => !("action" in template));
}

/** Finds a room by its short name or by the server's number. */
type FindRoom = (text: string) => RoomName | undefined;

/** What a message asks for, by the first pattern that fits. */
export function matchMessage(
  commands: readonly CommandMapping[],
  asked: { readonly message: LinkMessage; readonly stroke: Stroke },
  findRoom: FindRoom,
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
    const actions = templates.flatMap(
      (template) => fillAction(template, { value, ...captures }, findRoom) ?? [],
    );
    return { kind: "actions", actions };
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

function fillAction(template: ActionTemplate, captures: Captures, findRoom: FindRoom): Action | undefined {
  if (!("action" in template)) return undefined;
  const room = template.room === "{room}" ? findRoom(captures.room ?? "") : roomName(template.room);
  if (room === undefined) return undefined;
  const { action } = template;
  if (action.kind === "mark") return { ...action, room, text: fillPlaceholders(action.text, captures) };
  if (action.kind === "apply-preset")
    return { ...action, room, preset: fillPlaceholders(action.preset, captures) };
  if (action.kind === "start" || action.kind === "toggle") {
    return { ...action, room, recording: fillRecording(action.recording, captures) };
  }
  return { ...action, room };
}

function fillRecording(wish: RecordingWish, captures: Captures): RecordingWish {
  const { name, author } = wish;
  return {
    ...wish,
    ...(name === undefined ? {} : { name: fillPlaceholders(name, captures) }),
    ...(typeof author === "object" ? { author: fillHolder(author, captures) } : {}),
  };
}

function fillHolder(holder: Holder, captures: Captures): Holder {
  return "card" in holder
    ? { card: fillPlaceholders(holder.card, captures) }
    : { pin: fillPlaceholders(holder.pin, captures) };
}
