import { type Clock, within } from "../base/clock.ts";
import type { RoomName, ServerName, ValtRoomId } from "../base/identifiers.ts";
import type { Mapping, RoomMapping } from "../mapping/mapping.ts";
import type { ValtClient } from "../valt/client.ts";

interface RoomNamesTools {
  readonly clock: Clock;
  /** As they are now: an edit may name other servers. */
  mapping(): Mapping;
  valt(server: ServerName): Pick<ValtClient, "roomInfo">;
  /** Whether the server can be asked at all, as far as is known. */
  state(server: ServerName): "up" | "down";
  /** The server said what it calls the room. */
  heard(room: RoomName): void;
}

/** A name that was heard longer ago than this is asked anew before anything is done in its room. */
const FRESH_MS = 30_000;

/** What the server calls the rooms: a room under another name than the mapping expects would record the wrong people. */
export class RoomNames {
  readonly #tools: RoomNamesTools;
  readonly #heard = new Map<Place, { readonly name: string; readonly atMs: number }>();
  #indexed: { readonly rooms: Mapping["rooms"]; readonly byPlace: ReadonlyMap<Place, RoomName> } = {
    rooms: new Map(),
    byPlace: new Map(),
  };
  readonly #asking = new Map<Place, Promise<unknown>>();

  constructor(tools: RoomNamesTools) {
    this.#tools = tools;
  }

  /** An answer of the server carried the name of a room. */
  hear(server: ServerName, id: ValtRoomId, name: string): void {
    const { clock, heard } = this.#tools;
    const place = placeOf({ server, id });
    const room = this.#roomAt(place);
    if (room === undefined) return;
    this.#heard.set(place, { name, atMs: clock.monotonicMs() });
    heard(room);
  }

  /** Lists of a thousand rooms come every second: each name must be found at once. */
  #roomAt(place: Place): RoomName | undefined {
    const { rooms } = this.#tools.mapping();
    if (this.#indexed.rooms !== rooms)
      this.#indexed = {
        rooms,
        byPlace: new Map([...rooms.values()].map((room) => [placeOf(room), room.name])),
      };
    return this.#indexed.byPlace.get(place);
  }

  /** What the server calls the room, as it said last; nothing before it has. */
  nameOf(room: RoomOnServer): string | undefined {
    return this.#heard.get(placeOf(room))?.name;
  }

  /** A server of this name is another one now, with other rooms. */
  forget(server: ServerName): void {
    for (const place of this.#heard.keys()) if (place.startsWith(`${server} `)) this.#heard.delete(place);
  }

  /** That the server calls the room otherwise, as a sentence; nothing as well while its name is not known. */
  findFault(name: RoomName): string | undefined {
    const room = this.#tools.mapping().rooms.get(name);
    return room && findNameFault(room, this.nameOf(room));
  }

  /**
   * Before a press counts in a room: asks for a name that was heard too long ago. What the promise gives holds half of the
   * press's deadline after the gesture at the latest, by what is known then: a press must not die because an answer is slow.
   * Nothing where there is no need to ask, or nobody who would answer.
   */
  verify(name: RoomName, completedAtMs: number): Promise<"right" | "wrong"> | undefined {
    const { clock, mapping, state } = this.#tools;
    const room = mapping().rooms.get(name);
    if (room?.serverName === undefined || state(room.server) === "down") return undefined;
    const nowMs = clock.monotonicMs();
    const leftMs = completedAtMs + mapping().timing.pressDeadlineMs / 2 - nowMs;
    const isFresh = nowMs - (this.#heard.get(placeOf(room))?.atMs ?? -Infinity) <= FRESH_MS;
    if (isFresh || leftMs <= 0) return undefined;
    const verdict = () => (this.findFault(name) === undefined ? "right" : "wrong");
    return within(clock, this.#ask(room), leftMs).then(verdict);
  }

  /** Presses that come together ask once. */
  #ask({ server, id }: RoomOnServer): Promise<unknown> {
    const place = placeOf({ server, id });
    const asking = this.#asking.get(place) ?? this.#tools.valt(server).roomInfo(id);
    this.#asking.set(place, asking);
    return asking.finally(() => this.#asking.delete(place));
  }
}

type RoomOnServer = Pick<RoomMapping, "server" | "id">;
/** A room of a server: two servers may have rooms of the same number. */
type Place = `${ServerName} ${ValtRoomId}`;

function placeOf({ server, id }: RoomOnServer): Place {
  return `${server} ${id}`;
}

/** Nothing where any name will do, or none is known. */
export function findNameFault(
  { id, name, serverName }: RoomMapping,
  found: string | undefined,
): string | undefined {
  if (serverName === undefined || found === undefined || found === serverName) return undefined;
  return `room ${id} ("${name}") is called "${found}" on the server, not "${serverName}"`;
}

/** The same client; whoever asks it something, the names of rooms in the answers are passed on as well. */
export function overhearNames(valt: ValtClient, hear: (id: ValtRoomId, name: string) => void): ValtClient {
  return {
    ...valt,
    async rooms() {
      const answer = await valt.rooms();
      if (answer.ok) for (const { id, name } of answer.value) hear(id, name);
      return answer;
    },
    async roomInfo(room) {
      const answer = await valt.roomInfo(room);
      if (answer.ok) hear(room, answer.value.name);
      return answer;
    },
  };
}
