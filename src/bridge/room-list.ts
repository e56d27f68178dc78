import type { Cancel, Clock } from "../base/clock.ts";
import type { ServerName } from "../base/identifiers.ts";
import type { ServerPart } from "../mapping/server-part.ts";
import type { ValtClient } from "../valt/client.ts";
import type { RoomMonitor } from "./room-monitor.ts";
import type { Site } from "./site.ts";

interface RoomListTools {
  readonly clock: Clock;
  /** What the mapping says of the server now. */
  part(): ServerPart | undefined;
  valt(): Pick<ValtClient, "rooms">;
  /** Whether the server can be asked at all, as far as is known. */
  server(): "up" | "down";
  /** Counts a request in the budget. */
  spend(): void;
}

/** A new room on the server shows within this, where the budget allows it. */
const EVERY_MS = 4000;
/** No more than this share of the budget. */
const MOST_SHARE = 0.1;
const LOOK_MS = 500;

/**
 * Asks for a server's list of rooms, as long as the mapping takes rooms from it and nobody else has asked just now: the
 * watch over many rooms does so every second, and every check of the site does.
 */
class RoomList {
  readonly #tools: RoomListTools;
  readonly #cancel: Cancel;
  #askedMs = -Infinity;
  #isAsking = false;

  constructor(tools: RoomListTools) {
    this.#tools = tools;
    this.#cancel = tools.clock.every(LOOK_MS, () => void this.#ask());
  }

  /** An answer has come, whoever asked. */
  noteAnswer(): void {
    this.#askedMs = this.#tools.clock.monotonicMs();
  }

  close(): void {
    this.#cancel();
  }

  async #ask(): Promise<void> {
    const { clock, part, valt, server, spend } = this.#tools;
    const { search, timing } = part() ?? {};
    if (search === undefined || timing === undefined) return;
    const everyMs = Math.max(EVERY_MS, 1000 / (timing.requestsPerSecond * MOST_SHARE));
    const isDue = clock.monotonicMs() - this.#askedMs >= everyMs;
    if (this.#isAsking || !isDue || server() === "down") return;
    this.#isAsking = true;
    spend();
    await valt().rooms();
    this.#askedMs = clock.monotonicMs();
    this.#isAsking = false;
  }
}

interface RoomListsTools {
  readonly clock: Clock;
  readonly site: Pick<Site, "parts" | "valt">;
  readonly rooms: Pick<RoomMonitor, "state" | "spend">;
}

/** The lists of all servers from which the mapping takes rooms. */
export class RoomLists {
  readonly #tools: RoomListsTools;
  readonly #lists = new Map<ServerName, RoomList>();

  constructor(tools: RoomListsTools) {
    this.#tools = tools;
  }

  /** The mapping is another one: every list is asked for at once. */
  follow(): void {
    const { clock, site, rooms } = this.#tools;
    this.close();
    for (const [name, { search }] of site.parts) {
      if (search === undefined) continue;
      const list = new RoomList({
        clock,
        part: () => site.parts.get(name),
        valt: () => site.valt(name),
        server: () => rooms.state(name),
        spend: () => rooms.spend(name),
      });
      this.#lists.set(name, list);
    }
  }

  /** A server's list has come, whoever asked. */
  noteAnswer(server: ServerName): void {
    this.#lists.get(server)?.noteAnswer();
  }

  close(): void {
    for (const list of this.#lists.values()) list.close();
    this.#lists.clear();
  }
}
