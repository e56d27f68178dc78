import type { Permission } from "../mapping/mapping.ts";
import type { Action, ActionKind } from "./action.ts";

/** Whether somebody who may do these things may ask for this action: a toggle needs both of its sides. */
export function isPermitted(action: Action, may: ReadonlySet<Permission> | "everything"): boolean {
  return may === "everything" || needed[action.kind].every((permission) => may.has(permission));
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
