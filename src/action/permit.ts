import type { ActionTable, RoomAction } from "./action-kind.ts";
import { actions, type Permission } from "./actions/index.ts";

export type Permissions = ReadonlySet<Permission> | "everything";

/** Whether somebody who may do these things may ask for this action: a toggle needs both of its sides. */
export function isPermitted(
  { kind }: Pick<RoomAction, "kind">,
  may: Permissions,
  table: ActionTable = actions,
): boolean {
  if (may === "everything") return true;
  const given: ReadonlySet<string> = may;
  const needs = table.get(kind)?.needs;
  if (needs?.length === 0) return isInCharge(may, table);
  return needs?.every((permission) => given.has(permission)) === true;
}

/**
 * Whether asking for this action tells that somebody in charge has seen the room: a button that can only mark may be in
 * the hands of the person who is interviewed.
 */
export function hasSeenRoom(
  action: Pick<RoomAction, "kind">,
  may: Permissions,
  table: ActionTable = actions,
): boolean {
  return may === "everything" || (isInCharge(may, table) && isPermitted(action, may, table));
}

function isInCharge(may: ReadonlySet<string>, table: ActionTable): boolean {
  const ofBystanders = [...table.values()].flatMap((kind) => (kind.isForBystanders ? kind.needs : []));
  return [...may].some((permission) => !ofBystanders.includes(permission));
}
