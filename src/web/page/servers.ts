import { useField } from "./field.ts";
import type { RoomInfo, ServerInfo } from "./protocol.ts";
import { overview, rooms } from "./state.ts";

/** Servers that do not answer, of those that the rooms of this page are on. */
export function useLostServers(): readonly ServerInfo[] {
  const all = useField(rooms);
  const servers = useField(overview)?.servers ?? [];
  const lost = servers.filter(({ state }) => state === "lost");
  return lost.filter((server) => server.name === "" || all.some((room) => isOn(room, server)));
}

/** Whether the room is on this server. */
export function isOn({ server = "" }: RoomInfo, { name }: ServerInfo): boolean {
  return name === "" || name === server;
}
