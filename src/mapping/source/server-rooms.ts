import type { ServerName } from "../../base/identifiers.ts";
import { hintFor } from "../../base/suggest.ts";

/** A room as the server's list has it. */
export interface ListedRoom {
  readonly id: number;
  /** What the server calls it, spelled as there. */
  readonly name: string;
}

/** What is known of one server's rooms when a mapping is read: an input like its text. */
export interface KnownRooms {
  /** Absent as long as the server has not shown its list. */
  readonly listed: readonly ListedRoom[] | undefined;
  /** What each room of the mapping was found as before, by its short name. */
  readonly found: ReadonlyMap<string, ListedRoom>;
}

/** By the server's name; absent of one of which nothing is known. */
export type KnownServers = ReadonlyMap<ServerName, KnownRooms>;

const NOTHING_LISTED: KnownRooms = { listed: undefined, found: new Map() };

/** A list with two rooms for each pattern: what every room of it has in common is wrong in these, too. */
export function sampleRooms({ patterns }: Pick<RoomSearch, "patterns">): KnownRooms {
  const names = patterns.flatMap((one) => SAMPLES.map((sample) => one.replaceAll("*", sample)));
  return { listed: names.map((name, index) => ({ id: FIRST_SAMPLE + index, name })), found: new Map() };
}

const SAMPLES = ["some room", "other room"];
/** Higher than any room's number. */
const FIRST_SAMPLE = 1_000_000_000;

/** What a mapping asks of the server's list of rooms, and what came of it. */
export interface RoomSearch {
  /** What the server calls the rooms that the list gives, as patterns. */
  readonly patterns: readonly string[];
  /** Whether the server has shown its list. */
  readonly isListed: boolean;
  readonly found: ReadonlyMap<string, ListedRoom & { readonly by: "name" | "list" }>;
  /** Why a room has no id, by its short name. */
  readonly unfound: ReadonlyMap<string, string>;
  /** Sentences about rooms that were found, and are not certain to be what is meant. */
  readonly doubts: readonly string[];
}

/** Longer names are nobody's, and a list beyond this is no site's. */
const LONGEST_NAME = 200;
const MOST_ROOMS = 2000;
/** More would hold up whoever reads the mapping anew. */
const MOST_TAKEN = 1000;
/** Of rooms in a sentence. */
const MOST_TOLD = 5;
const NOT_LISTED = "the server has not shown its list of rooms yet";

/** The rooms of a list that a mapping can use, in an order that does not depend on the answer. */
export function usableRooms(rooms: readonly ListedRoom[]): readonly ListedRoom[] {
  if (inOrder.has(rooms)) return rooms;
  const isUsable = ({ id, name }: ListedRoom) => id > 0 && name.length <= LONGEST_NAME && tidy(name) !== "";
  const usable = rooms
    .filter(isUsable)
    .slice(0, MOST_ROOMS)
    .toSorted((one, other) => NATURAL.compare(one.name, other.name) || one.id - other.id);
  inOrder.add(usable);
  return usable;
}

/** Lists that are so already: comparing names as people do takes long. */
const inOrder = new WeakSet<readonly ListedRoom[]>();

const NATURAL = new Intl.Collator("en", { numeric: true });

/** Finds the rooms of one mapping, each id for one room only: those with an id of their own come first. */
export class RoomFinder {
  readonly #known: KnownRooms;
  readonly #takenBy = new Map<number, string>();
  readonly #patterns: string[] = [];
  readonly #found = new Map<string, ListedRoom & { readonly by: "name" | "list" }>();
  readonly #unfound = new Map<string, string>();
  readonly #doubts: string[] = [];

  constructor(known: KnownRooms = NOTHING_LISTED) {
    const { listed } = known;
    this.#known = { ...known, listed: listed && usableRooms(listed) };
  }

  take(id: number, key: string): void {
    this.#takenBy.set(id, key);
  }

  /** Whether the list shows a room that is called so. */
  lists(wanted: string): boolean {
    return findFitting(this.#known.listed ?? [], wanted).length > 0;
  }

  /** The room that the server calls so; nothing where none or several are. */
  findByName(key: string, wanted: string): ListedRoom | undefined {
    const found = this.#search(key, wanted);
    const taken = typeof found === "string" ? undefined : this.#takenBy.get(found.id);
    const why =
      typeof found === "string" ? found : taken && `room ${found.id} ("${found.name}") is "${taken}" already`;
    if (typeof found === "string" || why !== undefined) {
      this.#unfound.set(key, why ?? "");
      return undefined;
    }
    return this.#keep(key, found, "name");
  }

  #search(key: string, wanted: string): ListedRoom | string {
    const { listed, found } = this.#known;
    const known = found.get(key);
    // What was found under another name was another wish.
    const before = known !== undefined && tidy(known.name) === tidy(wanted) ? known : undefined;
    const fits = listed === undefined ? [] : findFitting(listed, wanted);
    const [first, second] = fits;
    if (first !== undefined && second === undefined) return first;
    if (first === undefined) {
      // Its own looks tell whether it is still there, and every answer what it is called.
      if (before !== undefined) return before;
      if (listed === undefined) return NOT_LISTED;
      return `the server shows no room "${wanted}" (${hintFor(wanted, listed.map(nameOf))})`;
    }
    const same = fits.find(({ id }) => id === before?.id);
    const several = `the server has ${fits.length} rooms "${tidy(wanted)}" (${fits
      .slice(0, MOST_TOLD)
      .map(({ id }) => id)
      .join(", ")})`;
    if (same === undefined) return `${several}: rename one there, or write the "id" of the one that is meant`;
    this.#doubts.push(`${several}: "${key}" stays with ${same.id}`);
    return same;
  }

  /** The rooms with names that fit, but those that stand in the mapping by themselves. */
  listBy(patterns: readonly string[]): readonly ListedRoom[] {
    this.#patterns.push(...patterns);
    const { listed, found } = this.#known;
    const candidates = listed ?? usableRooms([...found.values()]);
    const named = (pattern: string) => candidates.filter(({ name }) => fits(tidy(name), tidy(pattern)));
    const idle = listed === undefined ? [] : patterns.filter((pattern) => named(pattern).length === 0);
    for (const pattern of idle)
      this.#doubts.push(
        `the server shows no room "${pattern}" (${hintFor(pattern, candidates.map(nameOf))})`,
      );
    const wanted = new Set(patterns.flatMap(named));
    const free = candidates.filter((room) => wanted.has(room) && !this.#takenBy.has(room.id));
    if (free.length > MOST_TAKEN)
      this.#doubts.push(
        `the server shows more than ${MOST_TAKEN} rooms that are meant: only these are taken`,
      );
    return free.slice(0, MOST_TAKEN);
  }

  /** The one of these rooms of the list that has the short name; nothing where that is not certain. */
  choose(key: string, rooms: readonly ListedRoom[]): ListedRoom | undefined {
    const [first] = rooms;
    const same = rooms.find(({ id }) => id === this.#known.found.get(key)?.id);
    const several = `${tellAll(rooms)} on the server would both be "${key}"`;
    if (rooms.length > 1 && same === undefined) {
      this.#unfound.set(key, `${several}: rename one there, or write them into the mapping`);
      return undefined;
    }
    if (rooms.length > 1) this.#doubts.push(`${several}: it stays with ${same?.id}`);
    const room = same ?? first;
    return room && this.#keep(key, room, "list");
  }

  /** A room of the list that is left out, since its short name stands in the mapping for another one. */
  leaveOut(key: string, room: ListedRoom): void {
    this.#doubts.push(`${tell(room)} on the server would be "${key}", which the mapping has already`);
  }

  /** Nothing where the mapping asks nothing of the list. */
  result(): RoomSearch | undefined {
    const isAsked = this.#patterns.length + this.#found.size + this.#unfound.size > 0;
    if (!isAsked) return undefined;
    return {
      patterns: this.#patterns,
      isListed: this.#known.listed !== undefined,
      found: this.#found,
      unfound: this.#unfound,
      doubts: this.#doubts,
    };
  }

  #keep(key: string, room: ListedRoom, by: "name" | "list"): ListedRoom {
    this.#takenBy.set(room.id, key);
    this.#found.set(key, { ...room, by });
    return room;
  }
}

/** As it is spelled; where no room is, blanks and the ways in which Unicode writes a letter make no difference. */
function findFitting(rooms: readonly ListedRoom[], wanted: string): readonly ListedRoom[] {
  const exact = rooms.filter(({ name }) => name === wanted);
  return exact.length > 0 ? exact : rooms.filter(({ name }) => tidy(name) === tidy(wanted));
}

function tidy(name: string): string {
  return name.normalize("NFC").replace(/\s+/g, " ").trim();
}

/** `*` stands for any text; capitals count. */
function fits(name: string, pattern: string): boolean {
  const [start = "", ...others] = pattern.split("*");
  const end = others.pop();
  if (end === undefined) return name === start;
  if (!name.startsWith(start) || name.length < start.length + end.length || !name.endsWith(end)) return false;
  let at = start.length;
  for (const piece of others) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - end.length;
}

function nameOf({ name }: ListedRoom): string {
  return name;
}

function tell({ id, name }: ListedRoom): string {
  return `"${name}" (${id})`;
}

function tellAll(rooms: readonly ListedRoom[]): string {
  const more = rooms.length > MOST_TOLD ? [`${rooms.length - MOST_TOLD} more`] : [];
  return [...rooms.slice(0, MOST_TOLD).map(tell), ...more].join(" and ");
}
