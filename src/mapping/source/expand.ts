import { type Entry, findEntry, type ObjectPart, type Part, textAt } from "../../base/document/part.ts";
import { serverName } from "../../base/identifiers.ts";
import { type Filler, NOTHING_KNOWN, type Scope } from "./fill.ts";
import { findRooms, type PlacedRoom, spellOutSection, without } from "./place-rooms.ts";
import type { KnownServers } from "./server-rooms.ts";
import { Panels } from "./use-panel.ts";

/** A device of which the panel is not put in yet. */
interface Placed extends Entry {
  readonly scope: Scope;
  /** The room in which it stands, when it stands in one. */
  readonly room?: Entry;
}

/**
 * Writes a mapping out: entries with a range or a table become many, devices move out of their rooms, panels stand where
 * they are used. What comes of it is a mapping without any of these words.
 */
export function expandMapping(written: ObjectPart, filler: Filler, known: KnownServers) {
  const main = spellOutSection(written, filler);
  const panels = new Panels(objectAt(main, "panels"), filler);
  const servers = (objectAt(main, "servers")?.entries ?? []).map(({ key }) => serverName(key));
  const { placed: inPlace, searches } = findRooms(objectAt(main, "rooms"), { filler, known, servers });
  const rooms = inPlace.map(({ room }) => room);
  const inRooms = inPlace.flatMap((place) => devicesIn(place, filler));
  const placed = [...placeDevices(objectAt(main, "devices"), filler), ...inRooms];
  const house = { rooms: new Map(rooms.map((room) => [room.key, room])), panels, filler };
  const devices = placed.flatMap((device) => {
    const part = completeDevice(device, house);
    return part === undefined ? [] : [{ ...device, part }];
  });
  panels.reportIdle();
  reportTwins(rooms, "room", filler);
  reportTwins(devices, "device", filler);
  return {
    root: assemble(main, { rooms, devices }, filler),
    wordsLeft: panels.wordsLeft,
    searches,
    roomOf: new Map(
      placed.flatMap(({ key, room }) => (room === undefined ? [] : [[key, room.key] as const])),
    ),
  };
}

function devicesIn({ room, scope, written }: PlacedRoom, filler: Filler): readonly Placed[] {
  const devices = findEntry(written, "devices")?.part;
  if (devices?.kind === "object") return placeInRoom(devices, { room, scope }, filler);
  if (devices !== undefined) filler.error(devices, '"devices" of a room should be an object { }');
  return [];
}

/** `"desk"` in the room `exam-1` is the device `exam-1-desk`. */
function placeInRoom(
  devices: ObjectPart,
  { room, scope: { words, uses } }: { readonly room: Entry; readonly scope: Scope },
  filler: Filler,
): readonly Placed[] {
  const known = { uses, words: { ...words, ...wordsOf(room) } };
  return devices.entries.flatMap((entry) =>
    filler
      .multiply(entry, known)
      .map(({ key, scope }) => ({ ...entry, key: `${room.key}-${key}`, scope, room })),
  );
}

function placeDevices(section: ObjectPart | undefined, filler: Filler): readonly Placed[] {
  return (section?.entries ?? []).flatMap((entry) =>
    filler.multiply(entry, NOTHING_KNOWN).map(({ key, scope }) => ({ ...entry, key, scope })),
  );
}

interface House {
  readonly rooms: ReadonlyMap<string, Entry>;
  readonly panels: Panels;
  readonly filler: Filler;
}

function completeDevice(
  { part, scope, room, keyAt }: Placed,
  { rooms, panels, filler }: House,
): Part | undefined {
  const own = filler.fill(without(part, "from"), scope);
  if (own.kind !== "object") return own;
  const isPlaced = room === undefined || findEntry(own, "room") !== undefined;
  const entries = isPlaced
    ? own.entries
    : [...own.entries, { key: "room", keyAt, part: textPart(room.key, own) }];
  const placed = { ...own, entries };
  const served = rooms.get(textAt(placed, "room") ?? "");
  const words = served === undefined ? scope.words : { ...scope.words, ...wordsOf(served) };
  return panels.putInto(placed, { ...scope, words });
}

function assemble(
  main: ObjectPart,
  made: { readonly rooms: readonly Entry[]; readonly devices: readonly Entry[] },
  filler: Filler,
): ObjectPart {
  const entries = main.entries
    .filter(({ key }) => key !== "panels")
    .map((entry) => {
      const { key, part } = entry;
      if (part.kind !== "object" || (key !== "rooms" && key !== "devices"))
        return { ...entry, part: filler.fill(part, NOTHING_KNOWN) };
      return { ...entry, part: { ...part, entries: made[key] } };
    });
  // All devices may stand in rooms.
  const hasDevices = entries.some(({ key }) => key === "devices") || made.devices.length === 0;
  const alone = { key: "devices", keyAt: main.at, part: { ...main, entries: made.devices } };
  return { ...main, entries: hasDevices ? entries : [...entries, alone] };
}

/** Names that came of ranges and tables; equal names side by side are found where the text is read. */
function reportTwins(entries: readonly Entry[], what: string, filler: Filler): void {
  const seen = new Map<string, Entry>();
  for (const entry of entries) {
    const before = seen.get(entry.key);
    seen.set(entry.key, entry);
    const isMade =
      before?.keyAt === entry.keyAt || [before, entry].some((one) => one?.part.uses.length !== 0);
    if (before === undefined || !isMade) continue;
    const { uses } = entry.part;
    const message = `there are two ${what}s "${entry.key}"`;
    filler.error({ at: entry.keyAt, uses }, message, "each needs a name of its own");
  }
}

function wordsOf({ key, part }: Entry): Readonly<Record<string, string>> {
  return { room: key, label: textAt(part, "label") ?? key };
}

function objectAt(main: ObjectPart, key: string): ObjectPart | undefined {
  const part = findEntry(main, key)?.part;
  return part?.kind === "object" ? part : undefined;
}

function textPart(value: string, { at, uses }: Pick<Part, "at" | "uses">): Part {
  return { kind: "scalar", value, at, uses };
}
