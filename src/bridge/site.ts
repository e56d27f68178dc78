import type { Cancel, Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import { indexRooms, type LinkRooms, onlyRoom } from "../link/link-rooms.ts";
import type { DeviceMapping, Mapping, ServerMapping } from "../mapping/mapping.ts";
import { overhearNames } from "../preflight/room-names.ts";
import type { ValtClient } from "../valt/client.ts";

/** A request may wait for a login, be refused and be sent again. */
const LONGEST_REQUEST_DEADLINES = 3;

interface SiteTools {
  readonly clock: Clock;
  /** Throws when no client can be made. */
  connect(server: ServerMapping): ValtClient;
  /** An answer of the server named a room. */
  hear(id: ValtRoomId, name: string): void;
  /** An answer of the server was its list of rooms, or why there is none. */
  hearList(answer: Listing): void;
}

export type Listing = Awaited<ReturnType<ValtClient["rooms"]>>;

/**
 * The mapping as it is now, and the client of the server that it names. After an edit the former client ends what it has
 * begun: a command gets its own answer, and what was only read is read anew by its successor.
 */
export class Site {
  readonly #clock: Clock;
  readonly #connect: SiteTools["connect"];
  readonly #hear: SiteTools["hear"];
  readonly #hearList: SiteTools["hearList"];
  readonly #former = new Map<ValtClient, Cancel>();
  #mapping: Mapping;
  #linkRooms: LinkRooms;
  #client: ValtClient;
  #valt: ValtClient;

  constructor(mapping: Mapping, { clock, connect, hear, hearList }: SiteTools) {
    this.#clock = clock;
    this.#connect = connect;
    this.#hear = hear;
    this.#hearList = hearList;
    this.#mapping = mapping;
    this.#linkRooms = indexAll(mapping);
    this.#client = connect(mapping.server);
    this.#valt = this.#follow(this.#client);
  }

  get mapping(): Mapping {
    return this.#mapping;
  }

  /** The rooms that a link of this device serves. */
  linkRooms({ room }: DeviceMapping): LinkRooms {
    return room === undefined ? this.#linkRooms : onlyRoom(this.#linkRooms, room);
  }

  get valt(): ValtClient {
    return this.#valt;
  }

  /** Throws, and stays with the mapping that there is, when no client can be made for the other. */
  change(mapping: Mapping): void {
    const { server } = this.#mapping;
    if (JSON.stringify(mapping.server) !== JSON.stringify(server)) {
      const client = this.#connect(mapping.server);
      this.#retire(this.#client, LONGEST_REQUEST_DEADLINES * server.deadlineMs);
      this.#client = client;
      this.#valt = this.#follow(client);
    }
    this.#mapping = mapping;
    this.#linkRooms = indexAll(mapping);
  }

  async close(): Promise<void> {
    for (const cancel of this.#former.values()) cancel();
    await Promise.all([this.#client, ...this.#former.keys()].map((client) => client.close()));
  }

  #retire(client: ValtClient, afterMs: number): void {
    client.end();
    const end = () => {
      this.#former.delete(client);
      void client.close();
    };
    this.#former.set(client, this.#clock.after(afterMs, end));
  }

  #follow(client: ValtClient): ValtClient {
    const newest: ValtClient = {
      ...client,
      roomStatus: (room) => this.#read((one) => one.roomStatus(room)),
      roomInfo: (room) => this.#read((one) => one.roomInfo(room)),
      rooms: async () => {
        const answer = await this.#read((one) => one.rooms());
        this.#hearList(answer);
        return answer;
      },
    };
    return overhearNames(newest, this.#hear);
  }

  /** What a former server or account says about a room counts for nothing. */
  async #read<Answer>(ask: (client: ValtClient) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const client = this.#client;
      const answer = await ask(client);
      if (client === this.#client) return answer;
    }
  }
}

function indexAll({ rooms, unfound }: Mapping): LinkRooms {
  return indexRooms([...rooms.values(), ...[...unfound.keys()].map((name) => ({ name }))]);
}
