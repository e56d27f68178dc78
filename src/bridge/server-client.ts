import type { Cancel, Clock } from "../base/clock.ts";
import type { ValtRoomId } from "../base/identifiers.ts";
import type { ServerMapping } from "../mapping/mapping.ts";
import { overhearNames } from "../preflight/room-names.ts";
import type { AddressChange, ValtClient } from "../valt/client.ts";

/** A request may wait for a login, be refused and be sent again. */
const LONGEST_REQUEST_DEADLINES = 3;

export type Listing = Awaited<ReturnType<ValtClient["rooms"]>>;

interface ServerClientTools {
  readonly clock: Clock;
  /** Throws when no client can be made. */
  connect(server: ServerMapping): ValtClient;
  /** An answer of the server named a room. */
  hear(id: ValtRoomId, name: string): void;
  /** An answer of the server was its list of rooms, or why there is none. */
  hearList(answer: Listing): void;
  /** The server is asked at another of its addresses. */
  moved(change: AddressChange): void;
}

/**
 * The client of one server, which stays the same for those who ask while edits change what the mapping says of the server.
 * After an edit the former client ends what it has begun: a command gets its own answer, and what was only read is read anew
 * by its successor.
 */
export class ServerClient {
  readonly #tools: ServerClientTools;
  readonly #former = new Map<ValtClient, Cancel>();
  #server: ServerMapping;
  #client: ValtClient;
  #valt: ValtClient;

  constructor(server: ServerMapping, tools: ServerClientTools) {
    this.#tools = tools;
    this.#server = server;
    this.#client = tools.connect(server);
    this.#valt = this.#follow(this.#client);
  }

  get valt(): ValtClient {
    return this.#valt;
  }

  /** Makes a client for the server as the mapping has it now, which the returned function puts in the place of the former. */
  prepare(server: ServerMapping): { readonly client?: ValtClient; change(): void } {
    if (JSON.stringify(server) === JSON.stringify(this.#server)) return { change: () => undefined };
    const client = this.#tools.connect(server);
    return {
      client,
      change: () => {
        this.#retire(this.#client);
        this.#server = server;
        this.#client = client;
        this.#valt = this.#follow(client);
      },
    };
  }

  /** The mapping does not name the server any more: what is under way may end. Resolves when it has. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => this.#retire(this.#client, resolve));
  }

  async close(): Promise<void> {
    for (const cancel of this.#former.values()) cancel();
    await Promise.all([this.#client, ...this.#former.keys()].map((client) => client.close()));
  }

  #retire(client: ValtClient, ended: () => void = () => undefined): void {
    client.end();
    const end = () => {
      this.#former.delete(client);
      void client.close().then(ended);
    };
    const afterMs = LONGEST_REQUEST_DEADLINES * this.#server.deadlineMs;
    this.#former.set(client, this.#tools.clock.after(afterMs, end));
  }

  #follow(client: ValtClient): ValtClient {
    client.onAddressChange((change) => this.#tools.moved(change));
    const newest: ValtClient = {
      ...client,
      roomStatus: (room) => this.#read((one) => one.roomStatus(room)),
      roomInfo: (room) => this.#read((one) => one.roomInfo(room)),
      rooms: async () => {
        const answer = await this.#read((one) => one.rooms());
        this.#tools.hearList(answer);
        return answer;
      },
    };
    return overhearNames(newest, (id, name) => this.#tools.hear(id, name));
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
