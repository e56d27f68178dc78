import type { Result } from "../base/result.ts";
import { fail, succeed } from "../base/result.ts";
import { commandRoom } from "./room-commands.ts";
import type { RoomVerb } from "./room-machine.ts";
import { CARD_HOLDER_ID, SCHEDULER_ID, WEB_USER_ID } from "./seed-data.ts";
import type { RoomSnapshot } from "./snapshot.ts";
import { lookInto } from "./snapshot.ts";
import type { World } from "./world.ts";

/** Those who change rooms without a bridge. */
export type Somebody = "web-ui" | "scheduler" | "card-reader";

/** Who else may use the server. */
export const SOMEBODIES: readonly [Somebody, ...Somebody[]] = ["web-ui", "scheduler", "card-reader"];

const USER_IDS: Readonly<Record<Somebody, number>> = {
  "web-ui": WEB_USER_ID,
  scheduler: SCHEDULER_ID,
  "card-reader": CARD_HOLDER_ID,
};

const RECORDING_NAMES: Readonly<Record<Somebody, string>> = {
  "web-ui": "Started at the web page",
  scheduler: "Scheduled recording",
  "card-reader": "Started by card",
};

/** Does what another user or the scheduler would do; fails with the reason that the server would give. */
export function actAsSomebodyElse(
  world: World,
  action: { readonly roomId: number; readonly what: RoomVerb; readonly who: Somebody },
): Result<RoomSnapshot, { readonly message: string }> {
  const room = world.rooms.get(action.roomId);
  if (room === undefined) return fail({ message: `no room ${action.roomId}` });
  const order = { verb: action.what, userId: USER_IDS[action.who], name: RECORDING_NAMES[action.who] };
  const outcome = commandRoom(world, room, order);
  const snapshot = lookInto(world).room(action.roomId);
  if (outcome.ok && snapshot !== undefined) return succeed(snapshot);
  return fail({ message: outcome.ok ? `no room ${action.roomId}` : outcome.failure });
}
