import type { RoomName, ServerName } from "../base/identifiers.ts";
import type { Mapping, ServerMapping } from "./mapping.ts";
import type { RoomSearch } from "./source/server-rooms.ts";

/** What a mapping says of one of its servers. */
export interface ServerPart extends Pick<Mapping, "rooms" | "unfound" | "timing" | "alarms"> {
  readonly server: ServerMapping;
  /** What is asked of the server's list of rooms; absent where every room of it has its id. */
  readonly search: RoomSearch | undefined;
}

/** A part for each server, in the order of the mapping: always the same ones for the same mapping. */
export function partsOf(mapping: Mapping): ReadonlyMap<ServerName, ServerPart> {
  const known = parts.get(mapping);
  if (known !== undefined) return known;
  const isAlone = mapping.servers.size === 1;
  const { rooms, unfound, timing, alarms, searches } = mapping;
  const made = new Map(
    [...mapping.servers].map(([name, server]) => [
      name,
      {
        server,
        rooms: isAlone ? rooms : onServer(rooms, name),
        unfound: isAlone ? unfound : onServer(unfound, name),
        search: searches.get(name),
        timing,
        alarms,
      },
    ]),
  );
  parts.set(mapping, made);
  return made;
}

/** Asked for with every look. */
const parts = new WeakMap<Mapping, ReadonlyMap<ServerName, ServerPart>>();

function onServer<Room extends { readonly server: ServerName }>(
  rooms: ReadonlyMap<RoomName, Room>,
  server: ServerName,
): ReadonlyMap<RoomName, Room> {
  return new Map([...rooms].filter(([, room]) => room.server === server));
}

/** The server of a room; nothing for a room that the mapping does not have. */
export function serverOf({ rooms, unfound, servers }: Mapping, room: RoomName): ServerMapping | undefined {
  const { server } = rooms.get(room) ?? unfound.get(room) ?? {};
  return server === undefined ? undefined : servers.get(server);
}

/** All addresses of a server, its first one first. */
export function urlsOf({ url, otherUrls }: Pick<ServerMapping, "url" | "otherUrls">): readonly string[] {
  return [url, ...otherUrls];
}

/** Put before what is said of one of several servers; nothing where there is no other. */
export function prefixOf({ servers }: Pick<Mapping, "servers">, server: ServerName): string {
  return servers.size === 1 ? "" : `${server}: `;
}
