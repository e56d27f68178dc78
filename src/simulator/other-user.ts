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

export function actAsSomebodyElse(
  world: World,
  deed: { readonly roomId: number; readonly what: RoomVerb; readonly who: Somebody },
): Result<RoomSnapshot, { readonly message: string }> {
  const room = world.rooms.get(deed.roomId);
  if (room === undefined) return fail({ message: `no room ${deed.roomId}` });
  const order = { verb: deed.what, userId: USER_IDS[deed.who], name: RECORDING_NAMES[deed.who] };
  const outcome = commandRoom(world, room, order);
  const snapshot = lookInto(world).room(deed.roomId);
  if (outcome.ok && snapshot !== undefined) return succeed(snapshot);
  return fail({ message: outcome.ok ? `no room ${deed.roomId}` : outcome.failure });
}
