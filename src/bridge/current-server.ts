import type { Cancel, Clock } from "../base/clock.ts";
import type { ServerMapping } from "../mapping/mapping.ts";
import type { ValtClient } from "../valt/client.ts";

export interface CurrentServerTools {
  readonly clock: Clock;
  /** Throws when no client can be made. */
  connect(server: ServerMapping): ValtClient;
  /** Adds what is done with every answer. */
  dress(client: ValtClient): ValtClient;
}

/** A request may wait for a login, be refused and be sent again. */
const LONGEST_REQUEST_DEADLINES = 3;

/**
 * The client of the server that the mapping names now. After an edit the former one ends what it has begun: a command
 * gets its own answer, and what was only read is read anew by its successor.
 */
export class CurrentServer {
  readonly #tools: CurrentServerTools;
  readonly #former = new Map<ValtClient, Cancel>();
  #server: ServerMapping;
  #client: ValtClient;
  #valt: ValtClient;

  constructor(tools: CurrentServerTools, server: ServerMapping) {
    this.#tools = tools;
    this.#server = server;
    this.#client = tools.connect(server);
    this.#valt = this.#follow(this.#client);
  }

  valt(): ValtClient {
    return this.#valt;
  }

  /** Throws, and stays with the client that there is, when no other can be made. */
  change(server: ServerMapping): void {
    if (JSON.stringify(server) === JSON.stringify(this.#server)) return;
    const client = this.#tools.connect(server);
    this.#retire(this.#client, LONGEST_REQUEST_DEADLINES * this.#server.deadlineMs);
    this.#server = server;
    this.#client = client;
    this.#valt = this.#follow(client);
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
    this.#former.set(client, this.#tools.clock.after(afterMs, end));
  }

  #follow(client: ValtClient): ValtClient {
    return this.#tools.dress({
      ...client,
      roomStatus: (room) => this.#read((one) => one.roomStatus(room)),
      roomInfo: (room) => this.#read((one) => one.roomInfo(room)),
      rooms: () => this.#read((one) => one.rooms()),
    });
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
