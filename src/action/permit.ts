import type { Permission } from "../mapping/mapping.ts";
import type { Action, ActionKind } from "./action.ts";

/** Whether somebody who may do these things may ask for this action: a toggle needs both of its sides. */
export function isPermitted(
  action: Pick<Action, "kind">,
  may: ReadonlySet<Permission> | "everything",
): boolean {
  return may === "everything" || needed[action.kind].every((permission) => may.has(permission));
}

/**
 * Whether asking for this action tells that somebody in charge has seen the room: a button that can only mark may be in
 * the hands of the person who is interviewed.
 */
export function hasSeenRoom(action: Action, may: ReadonlySet<Permission> | "everything"): boolean {
  const isInCharge = may === "everything" || [...may].some((permission) => permission !== "mark");
  return isInCharge && isPermitted(action, may);
}

const needed: Readonly<Record<ActionKind, readonly Permission[]>> = {
  start: ["start"],
  stop: ["stop"],
  toggle: ["start", "stop"],
  pause: ["pause"],
  resume: ["resume"],
  "toggle-pause": ["pause", "resume"],
  lock: ["lock"],
  unlock: ["unlock"],
  "toggle-lock": ["lock", "unlock"],
  mark: ["mark"],
  "apply-preset": ["apply-preset"],
};
