import { type Clock, within } from "../base/clock.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Mapping, RoomMapping } from "../mapping/mapping.ts";
import type { ValtClient } from "../valt/client.ts";

interface RoomNamesTools {
  readonly clock: Clock;
  /** As they are now: an edit may name another server. */
  mapping(): Mapping;
  valt(): Pick<ValtClient, "roomInfo">;
  /** Whether the server can be asked at all, as far as is known. */
  server(): "up" | "down";
  /** The server said what it calls the room. */
  heard(room: RoomName): void;
}

/** A name that was heard longer ago than this is asked anew before anything is done in its room. */
const FRESH_MS = 30_000;

/** What the server calls the rooms: a room under another name than the mapping expects would record the wrong people. */
export class RoomNames {
  readonly #tools: RoomNamesTools;
  readonly #heard = new Map<ValtRoomId, { readonly name: string; readonly atMs: number }>();
  #indexed: { readonly rooms: Mapping["rooms"]; readonly byId: ReadonlyMap<ValtRoomId, RoomName> } = {
    rooms: new Map(),
    byId: new Map(),
  };
  readonly #asking = new Map<ValtRoomId, Promise<unknown>>();

  constructor(tools: RoomNamesTools) {
    this.#tools = tools;
  }

  /** An answer of the server carried the name of a room. */
  hear(id: ValtRoomId, name: string): void {
    const { clock, heard } = this.#tools;
    const room = this.#roomOf(id);
    if (room === undefined) return;
    this.#heard.set(id, { name, atMs: clock.monotonicMs() });
    heard(room);
  }

  /** Lists of a thousand rooms come every second: each name must be found at once. */
  #roomOf(id: ValtRoomId): RoomName | undefined {
    const { rooms } = this.#tools.mapping();
    if (this.#indexed.rooms !== rooms)
      this.#indexed = { rooms, byId: new Map([...rooms.values()].map((room) => [room.id, room.name])) };
    return this.#indexed.byId.get(id);
  }

  /** What the server calls the room, as it said last; nothing before it has. */
  nameOf(id: ValtRoomId): string | undefined {
    return this.#heard.get(id)?.name;
  }

  /** Another server has other rooms. */
  forget(): void {
    this.#heard.clear();
  }

  /** That the server calls the room otherwise, as a sentence; nothing as well while its name is not known. */
  findFault(name: RoomName): string | undefined {
    const room = this.#tools.mapping().rooms.get(name);
    return room && findNameFault(room, this.#heard.get(room.id)?.name);
  }

  /**
   * Before a press counts in a room: asks for a name that was heard too long ago. What the promise gives holds half of the
   * press's deadline after the gesture at the latest, by what is known then: a press must not die because an answer is slow.
   * Nothing where there is no need to ask, or nobody who would answer.
   */
  verify(name: RoomName, completedAtMs: number): Promise<"right" | "wrong"> | undefined {
    const { clock, mapping, server } = this.#tools;
    const room = mapping().rooms.get(name);
    if (room?.serverName === undefined || server() === "down") return undefined;
    const nowMs = clock.monotonicMs();
    const leftMs = completedAtMs + mapping().timing.pressDeadlineMs / 2 - nowMs;
    const isFresh = nowMs - (this.#heard.get(room.id)?.atMs ?? -Infinity) <= FRESH_MS;
    if (isFresh || leftMs <= 0) return undefined;
    const verdict = () => (this.findFault(name) === undefined ? "right" : "wrong");
    return within(clock, this.#ask(room.id), leftMs).then(verdict);
  }

  /** Presses that come together ask once. */
  #ask(id: ValtRoomId): Promise<unknown> {
    const asking = this.#asking.get(id) ?? this.#tools.valt().roomInfo(id);
    this.#asking.set(id, asking);
    return asking.finally(() => this.#asking.delete(id));
  }
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
export function overhearNames(valt: ValtClient, hear: RoomNames["hear"]): ValtClient {
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
