import type { RoomName, ValtRoomId } from "../base/identifiers.ts";

/** The rooms of a link. */
export interface LinkRooms {
  readonly all: readonly LinkRoom[];
  /** By short name, by the server's number where it is no other server's as well, or by name in other capitals. */
  find(text: string): RoomName | undefined;
}

interface LinkRoom {
  readonly name: RoomName;
  /** Absent while the room is not found on the server. */
  readonly id?: ValtRoomId;
}

/** The index of all rooms. */
export function indexRooms(rooms: Iterable<LinkRoom>): LinkRooms {
  const all = [...rooms].map(({ name, id }) => (id === undefined ? { name } : { name, id }));
  const byText = new Map<string, RoomName>();
  for (const { name } of all) byText.set(name.toLowerCase(), name);
  // On another server the same number is another room: then it means none.
  const shared = findShared(all);
  for (const { name, id } of all) if (id !== undefined && !shared.has(id)) byText.set(String(id), name);
  for (const { name } of all) byText.set(name, name);
  return { all, find: (text) => byText.get(text) ?? byText.get(text.toLowerCase()) };
}

function findShared(rooms: readonly LinkRoom[]): ReadonlySet<ValtRoomId | undefined> {
  const seen = new Set<ValtRoomId | undefined>();
  const twins = rooms.filter(({ id }) => seen.size === seen.add(id).size);
  return new Set(twins.map(({ id }) => id));
}

/** The same index for a link that serves one room only. */
export function onlyRoom(rooms: LinkRooms, room: RoomName): LinkRooms {
  const ones = alone.get(rooms) ?? new Map<RoomName, LinkRooms>();
  alone.set(rooms, ones);
  const one = ones.get(room) ?? {
    all: rooms.all.filter(({ name }) => name === room),
    find: (text) => (rooms.find(text) === room ? room : undefined),
  };
  ones.set(room, one);
  return one;
}

/** Asked for with every message. */
const alone = new WeakMap<LinkRooms, Map<RoomName, LinkRooms>>();
