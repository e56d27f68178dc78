import { briefFailure } from "../action/action.ts";
import type { OpenMarks } from "../action/mark.ts";
import type { Alarm } from "../alarm/alarm.ts";
import type { DeviceId, RoomName, ServerName } from "../base/identifiers.ts";
import type { Mapping, RoomMapping, ServerMapping, UnfoundRoom } from "../mapping/mapping.ts";
import type { Readiness } from "../preflight/check.ts";
import type { RoomView } from "../room/room-view.ts";
import type { DeviceSessionStatus } from "./device-session.ts";
import type { RoomMonitor, SiteOutage } from "./room-monitor.ts";
import type { Site } from "./site.ts";

/** How the bridge is: what `valt-bridge status` prints. */
export interface BridgeStatus {
  /** Fingerprint of the active mapping. */
  readonly mapping: string;
  /** Of several, the one that was lost first; the first of the mapping while all are there. */
  readonly server: ServerStatus;
  /** Every server, in the order of the mapping. */
  readonly servers: readonly ServerStatus[];
  readonly marksWaiting: number;
  /** Those that wait, also for a server that the mapping does not name now, and those that were refused. */
  readonly marks: OpenMarks;
  readonly alarms: readonly Alarm[];
  readonly readiness: Readiness;
  readonly rooms: readonly RoomStatusEntry[];
  readonly devices: readonly ({ readonly id: DeviceId } & DeviceSessionStatus)[];
}

export interface ServerStatus {
  /** As the mapping calls it; `server` where it has one only. */
  readonly name: ServerName;
  /** Of several addresses the one that answered last. */
  readonly url: string;
  /** All that the mapping gives, in its order. */
  readonly addresses: readonly string[];
  readonly state: "reachable" | "lost";
  readonly lostForMs: number | undefined;
  readonly why: string | undefined;
  /** The same in few words. */
  readonly brief: string | undefined;
  /** What is wrong is the account here; the server may be as it should be. */
  readonly account: SiteOutage["account"];
}

/** A room with its names, and who began what it records. */
export interface RoomStatusEntry extends RoomView {
  readonly name: RoomName;
  readonly server: ServerName;
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

/** `heard` is what the server called the room last. */
export function describeRoom(
  room: RoomMapping | UnfoundRoom,
  about: { readonly mapping: Mapping; readonly heard: string | undefined; readonly view: RoomView } & Pick<
    RoomStatusEntry,
    "ownStart"
  >,
): RoomStatusEntry {
  const { mapping, heard, ownStart, view } = about;
  const { name, server, label } = room;
  const entry = { name, server, label, idFrom: whereIdIsFrom(room, mapping), ownStart, ...view };
  if (!("id" in room)) return { ...entry, serverName: room.serverName };
  return { ...entry, id: room.id, serverName: heard ?? listedName(room, mapping) };
}

/** Why a room has the id that it has, or which list is to tell it. */
function whereIdIsFrom(
  { name: room, server }: Pick<RoomMapping, "name" | "server">,
  { rooms, unfound, searches }: Mapping,
): RoomStatusEntry["idFrom"] {
  const search = searches.get(server);
  const found = search?.found.get(room);
  if (found !== undefined) return found.by === "name" ? "server's name" : "server's list";
  if (rooms.has(room)) return "mapping";
  return unfound.get(room)?.serverName === undefined ? "server's list" : "server's name";
}

/** What the server's list calls a room that was found by it, once the list is there. */
function listedName(
  { name: room, server }: Pick<RoomMapping, "name" | "server">,
  { searches }: Mapping,
): string | undefined {
  const search = searches.get(server);
  return search?.isListed === true ? search.found.get(room)?.name : undefined;
}

/** Every server as it is at this monotonic moment, in the order of the mapping. */
export function describeServers(
  site: Pick<Site, "parts" | "valt">,
  rooms: Pick<RoomMonitor, "outage">,
  nowMs: number,
): readonly ServerStatus[] {
  return [...site.parts].map(([name, { server }]) => {
    const outage = rooms.outage(name);
    return describeServer(server, { inUse: site.valt(name).health().address, outage, nowMs });
  });
}

function describeServer(
  { name, url, otherUrls }: ServerMapping,
  { inUse, outage, nowMs }: { inUse: string; outage: SiteOutage | undefined; nowMs: number },
): ServerStatus {
  return {
    name,
    url: otherUrls.length === 0 ? url : inUse,
    addresses: [url, ...otherUrls],
    state: outage === undefined ? "reachable" : "lost",
    lostForMs: outage === undefined ? undefined : nowMs - outage.sinceMs,
    why: outage?.failure.message,
    brief: outage && briefFailure(outage.failure),
    account: outage?.account ?? "in-order",
  };
}

/** Of several servers, the one that people must know about. */
export function mostTroubled(servers: readonly ServerStatus[]): ServerStatus {
  const [longest] = servers
    .filter(({ state }) => state === "lost")
    .toSorted((one, other) => (other.lostForMs ?? 0) - (one.lostForMs ?? 0));
  return longest ?? (servers[0] as ServerStatus);
}
