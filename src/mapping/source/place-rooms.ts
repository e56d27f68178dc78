import {
  type Entry,
  findEntry,
  type ObjectPart,
  type Part,
  type Place,
  textAt,
  withoutKeys,
} from "../../base/document/part.ts";
import { onlyServer, type ServerName, serverName } from "../../base/identifiers.ts";
import { shortNameOf } from "../../base/short-name.ts";
import { type Filler, NOTHING_KNOWN, type Scope } from "./fill.ts";
import { type KnownServers, type ListedRoom, RoomFinder, type RoomSearch } from "./server-rooms.ts";

/** A room with its short name, and what is known where its devices stand. */
export interface PlacedRoom {
  readonly room: Entry;
  readonly scope: Scope;
  /** As the file has it. */
  readonly written: Part;
}

/** In the place of a table's name: the server's list of rooms. */
const SERVER = "server";
/** The short name of a room, made of what the server calls it. */
const USUAL_KEY = "{name}";
const LONGEST_LABEL = 60;

/**
 * The two short ways to have rooms of the server's list as the entry that they stand for: `"rooms": "all"`, and `from`,
 * `named` and `server` among the rooms.
 */
export function spellOutSection(main: ObjectPart, filler: Filler): ObjectPart {
  const entries = main.entries.map((entry) => (entry.key === "rooms" ? spellOut(entry, filler) : entry));
  return { ...main, entries };
}

function spellOut(section: Entry, filler: Filler): Entry {
  const { part } = section;
  const listed = (entries: readonly Entry[], at: Place): Entry => ({
    key: USUAL_KEY,
    keyAt: at,
    part: { kind: "object", at, uses: part.uses, entries },
  });
  if (part.kind === "scalar" && part.value === "all") {
    const from = { key: "from", keyAt: part.at, part: { ...part, value: SERVER } };
    return { ...section, part: { ...part, kind: "object", entries: [listed([from], part.at)] } };
  }
  const from = part.kind === "object" ? findEntry(part, "from") : undefined;
  // A room may be called so, too.
  if (part.kind !== "object" || from?.part.kind !== "scalar" || typeof from.part.value !== "string")
    return section;
  if (from.part.value !== SERVER)
    filler.error(
      from.part,
      `the only list of whole rooms is "${SERVER}"`,
      "a table stands in a room's entry",
    );
  // Rooms may be called so, too.
  const words = ["named", "server"].flatMap((key) => findEntry(part, key) ?? []);
  const meant = words.filter(({ key, part: { kind } }) => key === "named" || kind === "scalar");
  const others = withoutKeys(part, "from", ...meant.map(({ key }) => key)).entries;
  return { ...section, part: { ...part, entries: [...others, listed([from, ...meant], from.keyAt)] } };
}

interface Finding {
  readonly filler: Filler;
  readonly known: KnownServers;
  /** The names of several servers; none where the mapping has one. */
  readonly servers: readonly ServerName[];
}

/** The rooms of a mapping: those that it names, those that the server calls as it says, then others of the server's list. */
export function findRooms(
  section: ObjectPart | undefined,
  { filler, known, servers }: Finding,
): { readonly placed: readonly PlacedRoom[]; readonly searches: ReadonlyMap<ServerName, RoomSearch> } {
  const entries = section?.entries ?? [];
  const only = servers.length > 1 ? undefined : (servers[0] ?? onlyServer);
  const finders = new Map<ServerName, RoomFinder>();
  const finderOf = (server: ServerName) => {
    const finder = finders.get(server) ?? new RoomFinder(known.get(server));
    finders.set(server, finder);
    return finder;
  };
  // What is wrong with the name is told where all names are known.
  const serverIn = (part: Part) => serverName(textAt(part, "server") ?? only ?? "");
  const named = entries.filter((entry) => !isFromServer(entry)).flatMap((entry) => placeNamed(entry, filler));
  const found = findIds(named, (part) => finderOf(serverIn(part)));
  const keys = new Set(named.map(({ room }) => room.key));
  const lists = entries.filter(isFromServer).flatMap((entry) => onEachServer(entry, servers));
  const listed = lists.flatMap((entry) =>
    placeListed(entry, { filler, finder: finderOf(serverIn(entry.part)), keys }),
  );
  const searches = [...finders].flatMap(([server, finder]) => {
    const search = finder.result();
    return search === undefined ? [] : [[server, search] as const];
  });
  return { placed: [...found, ...listed], searches: new Map(searches) };
}

/** Rooms of a list are those of every server that the mapping has, unless it says of which. */
function onEachServer(entry: Entry, servers: readonly ServerName[]): readonly Entry[] {
  const { part } = entry;
  if (part.kind !== "object" || findEntry(part, "server") !== undefined || servers.length < 2) return [entry];
  return servers.map((server) => ({
    ...entry,
    part: { ...part, entries: [...part.entries, entryOf("server", server, entry)] },
  }));
}

function isFromServer({ part }: Entry): boolean {
  return textAt(part, "from") === SERVER;
}

function placeNamed(entry: Entry, filler: Filler): readonly PlacedRoom[] {
  return filler.multiply(entry, NOTHING_KNOWN).map(({ key, scope }) => ({
    room: { ...entry, key, part: filler.fill(without(entry.part, "from", "devices"), scope) },
    scope,
    written: entry.part,
  }));
}

/** The ids of rooms that have none, by what the server calls them. Those that the list shows come before those remembered. */
function findIds(rooms: readonly PlacedRoom[], finderOf: (room: Part) => RoomFinder): readonly PlacedRoom[] {
  for (const { room } of rooms) {
    const id = Number(room.part.kind === "scalar" ? room.part.value : textAt(room.part, "id"));
    if (Number.isSafeInteger(id)) finderOf(room.part).take(id, room.key);
  }
  const nameOf = ({ room: { part } }: PlacedRoom) =>
    findEntry(part, "id") === undefined ? textAt(part, "serverName") : undefined;
  const ids = new Map<PlacedRoom, ListedRoom>();
  const wanted = rooms.flatMap((room) => {
    const name = nameOf(room);
    if (name === undefined) return [];
    const finder = finderOf(room.room.part);
    return [{ room, name, finder, isListed: finder.lists(name) }];
  });
  for (const { room, name, finder } of wanted.toSorted((one, other) => +other.isListed - +one.isListed)) {
    const found = finder.findByName(room.room.key, name);
    if (found !== undefined) ids.set(room, found);
  }
  return rooms.map((placed) => {
    const found = ids.get(placed);
    return found === undefined ? placed : { ...placed, room: identify(placed.room, found) };
  });
}

/** The room under the id that was found, and with its name spelled as the server spells it. */
function identify(room: Entry, { id, name }: ListedRoom): Entry {
  if (room.part.kind !== "object") return room;
  const others = withoutKeys(room.part, "serverName").entries;
  const entries = [...others, entryOf("id", id, room), entryOf("serverName", name, room)];
  return { ...room, part: { ...room.part, entries } };
}

interface Listing {
  readonly filler: Filler;
  readonly finder: RoomFinder;
  /** Short names of the rooms that the mapping names. */
  readonly keys: Set<string>;
}

interface Candidate extends PlacedRoom {
  readonly listed: ListedRoom;
}

function placeListed(entry: Entry, { filler, finder, keys }: Listing): readonly PlacedRoom[] {
  if (entry.part.kind !== "object") return [];
  for (const own of ["id", "serverName"]) {
    const given = findEntry(entry.part, own)?.part;
    if (given !== undefined) filler.error(given, `"${own}" comes from the server's list`, "leave it out");
  }
  const byKey = new Map<string, Candidate[]>();
  for (const listed of finder.listBy(patternsOf(entry.part, filler))) {
    for (const one of placeOne(entry, listed, filler)) {
      const candidates = byKey.get(one.room.key);
      if (candidates === undefined) byKey.set(one.room.key, [one]);
      else candidates.push(one);
    }
  }
  return [...byKey].flatMap(([key, candidates]) => {
    if (keys.has(key)) {
      for (const { listed } of candidates) finder.leaveOut(key, listed);
      return [];
    }
    keys.add(key);
    const chosen = finder.choose(
      key,
      candidates.map(({ listed }) => listed),
    );
    return candidates.filter(({ listed }) => listed === chosen);
  });
}

function placeOne(entry: Entry, listed: ListedRoom, filler: Filler): readonly Candidate[] {
  const name = shortNameOf(listed.name, listed.id);
  const server = textAt(entry.part, "server");
  const words = {
    name,
    serverName: withoutBraces(listed.name),
    id: String(listed.id),
    ...(server === undefined ? {} : { server }),
  };
  const scope = { words, uses: NOTHING_KNOWN.uses };
  return filler.multiply({ ...entry, part: without(entry.part, "from") }, scope).map((one) => {
    const part = filler.fill(without(entry.part, "from", "named", "devices"), one.scope);
    const isNamed = findEntry(part, "label") !== undefined;
    const own = part.kind === "object" ? part.entries : [];
    const entries = isNamed ? own : [...own, entryOf("label", labelOf(listed.name), entry)];
    const room = { ...entry, key: one.key, part: { ...(part as ObjectPart), entries } };
    return { room: identify(room, listed), scope: one.scope, written: entry.part, listed };
  });
}

function patternsOf(part: ObjectPart, filler: Filler): readonly string[] {
  const named = findEntry(part, "named")?.part;
  if (named === undefined) return ["*"];
  return (named.kind === "list" ? named.items : [named]).flatMap((one) => {
    if (one.kind === "scalar" && typeof one.value === "string" && one.value.trim() !== "") return [one.value];
    filler.error(one, '"named" says what the server calls the rooms', 'for example "Exam *"');
    return [];
  });
}

/** What a server says is no word and no range. */
function withoutBraces(name: string): string {
  return name.replaceAll("{", "(").replaceAll("}", ")");
}

/** As long as labels may be. */
function labelOf(listed: string): string {
  const name = withoutBraces(listed);
  return name.length <= LONGEST_LABEL ? name : `${[...name].slice(0, LONGEST_LABEL - 1).join("")}…`;
}

function entryOf(key: string, value: string | number, { keyAt, part: { at, uses } }: Entry): Entry {
  return { key, keyAt, part: { kind: "scalar", value, at, uses } };
}

/** A room may be its number only. */
export function without(part: Part, ...keys: readonly string[]): Part {
  return part.kind === "object" ? withoutKeys(part, ...keys) : part;
}
