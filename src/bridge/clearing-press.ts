import type { Action } from "../action/action.ts";
import type { ActionTable } from "../action/action-kind.ts";
import { isPermitted, type Permissions } from "../action/permit.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { ControlBinding } from "../mapping/mapping.ts";

/** What a finger does in passing; a hold is meant as it is bound. */
export const shortGestures = ["press", "tap"] as const;

/**
 * What a short press does where `room`'s alarm is told: it puts that away, in the place of what it would do in that room.
 * Nothing where it does nothing there, or may not.
 */
export function clearingPress(
  { binding, key, room }: { readonly binding: ControlBinding; readonly key: string; readonly room: RoomName },
  may: Permissions,
  actions: ActionTable,
): Action | undefined {
  const isShort = (shortGestures as readonly string[]).includes(key);
  const bound = binding.gestures.get(key) ?? [];
  const concerns = bound.some((step) => "action" in step && step.room === room);
  const action: Action = { kind: "acknowledge", room };
  const isPossible = isShort && concerns && actions.has(action.kind) && isPermitted(action, may, actions);
  return isPossible ? action : undefined;
}
