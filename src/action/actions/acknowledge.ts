import type { Action } from "../action.ts";
import type { ActionKind } from "../action-kind.ts";

/**
 * Puts what happened in a room away and does nothing else. The dispatcher does that for whoever is in charge with every
 * action, so nothing is left to do here.
 */
export const acknowledge: ActionKind<Extract<Action, { kind: "acknowledge" }>, never> = {
  word: "acknowledge",
  needs: [],
  staysHere: true,
  turn: "at-once",
  look: "alarm",
  mapping: { plain: { kind: "acknowledge" } },
  run: () => Promise.resolve({ kind: "done" }),
  tells: "put alarms of {room} away",
  confirms: "Seen",
};
