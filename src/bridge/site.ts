import type { Clock } from "../base/clock.ts";
import type { RoomName, ServerName, ValtRoomId } from "../base/identifiers.ts";
import { memoize } from "../base/memory.ts";
import { redact } from "../base/redact.ts";
import { indexRooms, type LinkRooms, onlyRoom } from "../link/link-rooms.ts";
import type { DeviceMapping, Mapping, ServerMapping } from "../mapping/mapping.ts";
import { partsOf, type ServerPart, serverOf } from "../mapping/server-part.ts";
import type { AddressChange, ValtClient } from "../valt/client.ts";
import { type Listing, ServerClient } from "./server-client.ts";

interface SiteTools {
  readonly clock: Clock;
  /** Throws when no client can be made. */
  connect(server: ServerMapping): ValtClient;
  /** An answer of a server named a room. */
  hear(server: ServerName, id: ValtRoomId, name: string): void;
  /** An answer of a server was its list of rooms, or why there is none. */
  hearList(server: ServerName, answer: Listing): void;
  /** A server is asked at another of its addresses. */
  moved(server: ServerName, change: AddressChange): void;
}

/** Of servers that the mapping names, or named. */
const MOST_ADDRESSES = 100;

/** The mapping as it is now, and a client for each server that it names. */
export class Site {
  readonly #tools: SiteTools;
  readonly #clients = new Map<ServerName, ServerClient>();
  readonly #leaving = new Set<ServerClient>();
  readonly #addresses = memoize(redact, MOST_ADDRESSES);
  #mapping: Mapping;
  #linkRooms: LinkRooms;

  constructor(mapping: Mapping, tools: SiteTools) {
    this.#tools = tools;
    this.#mapping = mapping;
    this.#linkRooms = indexAll(mapping);
    for (const [name, server] of mapping.servers) this.#clients.set(name, this.#createClient(name, server));
  }

  get mapping(): Mapping {
    return this.#mapping;
  }

  /** What the mapping says of each server. */
  get parts(): ReadonlyMap<ServerName, ServerPart> {
    return partsOf(this.#mapping);
  }

  /** The rooms that a link of this device serves. */
  linkRooms({ room }: DeviceMapping): LinkRooms {
    return room === undefined ? this.#linkRooms : onlyRoom(this.#linkRooms, room);
  }

  /** Throws for a server that the mapping does not name. */
  valt(server: ServerName): ValtClient {
    const client = this.#clients.get(server);
    if (client === undefined) throw new Error(`the mapping names no server "${server}"`);
    return client.valt;
  }

  /** The server that a room is on; the first one for a room that the mapping does not have. */
  serverOf(room: RoomName): ServerMapping {
    const [first] = this.#mapping.servers.values();
    return serverOf(this.#mapping, room) ?? (first as ServerMapping);
  }

  /** Which room of which server, as it may be written down: an edit may give the room's name to another one. */
  placeOf(room: RoomName): string {
    return `${this.#addresses(this.serverOf(room).url)} ${this.#mapping.rooms.get(room)?.id ?? ""}`;
  }

  valtOf(room: RoomName): ValtClient {
    return this.valt(this.serverOf(room).name);
  }

  /** Throws, and stays with the mapping that there is, when a client cannot be made for one of its servers. */
  change(mapping: Mapping): void {
    const made: { readonly client?: { close(): Promise<void> } | undefined; change(): void }[] = [];
    try {
      for (const [name, server] of mapping.servers) {
        const known = this.#clients.get(name);
        if (known !== undefined) made.push(known.prepare(server));
        else {
          const client = this.#createClient(name, server);
          made.push({ client, change: () => this.#clients.set(name, client) });
        }
      }
    } catch (error) {
      for (const { client } of made) void client?.close();
      throw error;
    }
    for (const [name, client] of this.#clients) if (!mapping.servers.has(name)) this.#leave(name, client);
    for (const { change } of made) change();
    this.#mapping = mapping;
    this.#linkRooms = indexAll(mapping);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values(), ...this.#leaving].map((client) => client.close()));
  }

  #leave(name: ServerName, client: ServerClient): void {
    this.#clients.delete(name);
    this.#leaving.add(client);
    void client.end().then(() => this.#leaving.delete(client));
  }

  #createClient(name: ServerName, server: ServerMapping): ServerClient {
    const { clock, connect, hear, hearList, moved } = this.#tools;
    return new ServerClient(server, {
      clock,
      connect,
      hear: (id, called) => hear(name, id, called),
      hearList: (answer) => hearList(name, answer),
      moved: (change) => moved(name, change),
    });
  }
}

function indexAll({ rooms, unfound }: Mapping): LinkRooms {
  return indexRooms([...rooms.values(), ...[...unfound.keys()].map((name) => ({ name }))]);
}
