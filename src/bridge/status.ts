import { briefFailure } from "../action/action.ts";
import type { OpenMarks } from "../action/mark.ts";
import type { Alarm } from "../alarm/alarm.ts";
import type { DeviceId, RoomName } from "../base/identifiers.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { Readiness } from "../preflight/check.ts";
import type { RoomView } from "../room/room-view.ts";
import type { DeviceSessionStatus } from "./device-session.ts";
import type { SiteOutage } from "./room-monitor.ts";

/** How the bridge is: what `valt-bridge status` prints. */
export interface BridgeStatus {
  /** Fingerprint of the active mapping. */
  readonly mapping: string;
  readonly server: {
    readonly url: string;
    readonly state: "reachable" | "lost";
    readonly lostForMs: number | undefined;
    readonly why: string | undefined;
    /** The same in few words. */
    readonly brief: string | undefined;
    /** What is wrong is the account here; the server may be as it should be. */
    readonly account: SiteOutage["account"];
  };
  readonly marksWaiting: number;
  /** Those that wait, also for a server that the mapping does not name now, and those that were refused. */
  readonly marks: OpenMarks;
  readonly alarms: readonly Alarm[];
  readonly readiness: Readiness;
  readonly rooms: readonly RoomStatusEntry[];
  readonly devices: readonly ({ readonly id: DeviceId } & DeviceSessionStatus)[];
}

/** A room with its names, and who began what it records. */
export interface RoomStatusEntry extends RoomView {
  readonly name: RoomName;
  /** Absent while the room is not found on the server. */
  readonly id?: number;
  /** Where its id comes from. */
  readonly idFrom: "mapping" | "server's name" | "server's list";
  /** What people call it. */
  readonly label: string;
  /** What the server calls it, once it has said so. */
  readonly serverName: string | undefined;
  /** The recording was started from here, perhaps by an earlier process; the moment is monotonic. */
  readonly ownStart: { readonly atMs?: number } | undefined;
}

/** Why a room has the id that it has, or which list is to tell it. */
export function whereIdIsFrom(
  room: RoomName,
  { rooms, unfound, search }: Mapping,
): RoomStatusEntry["idFrom"] {
  const found = search?.found.get(room);
  if (found !== undefined) return found.by === "name" ? "server's name" : "server's list";
  if (rooms.has(room)) return "mapping";
  return unfound.get(room)?.serverName === undefined ? "server's list" : "server's name";
}

/** What the server's list calls a room that was found by it, once the list is there. */
export function listedName(room: RoomName, { search }: Mapping): string | undefined {
  return search?.isListed === true ? search.found.get(room)?.name : undefined;
}

export function describeServer(
  mapping: Mapping,
  outage: SiteOutage | undefined,
  nowMs: number,
): BridgeStatus["server"] {
  return {
    url: mapping.server.url,
    state: outage === undefined ? "reachable" : "lost",
    lostForMs: outage === undefined ? undefined : nowMs - outage.sinceMs,
    why: outage?.failure.message,
    brief: outage && briefFailure(outage.failure),
    account: outage?.account ?? "in-order",
  };
}
