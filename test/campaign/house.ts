import type { Clock } from "../../src/base/clock.ts";
import type { Fact } from "../../src/journal/fact.ts";
import type { Chance } from "./chance.ts";
import { fairPath, type Path } from "./connection.ts";
import { createDisk, type Disk } from "./disk.ts";
import { beginLife, type Life } from "./life.ts";
import { type CampaignPanel, createCampaignPanel } from "./panel.ts";
import type { CampaignServer } from "./server.ts";
import type { Doer } from "./truth.ts";
import { isFairPath } from "./weather.ts";
import type { LeavingHabits } from "./wire.ts";

export interface HouseTools {
  readonly by: Exclude<Doer, "else">;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly server: CampaignServer;
  /** Its panels serve the first so many rooms. */
  readonly rooms: number;
  readonly addresses: number;
  readonly leaving: LeavingHabits;
  witness(fact: Fact): void;
}

function createPath(clock: Clock, chance: Chance): Path {
  return { clock, chance, weather: { ...fairPath }, deaf: new Set() };
}

function isFair({ weather, deaf }: Path): boolean {
  return isFairPath(weather) && deaf.size === 0;
}

/** A bridge with its panels, its disk and its ways to the server; the process in it comes and goes. */
export class House {
  readonly by: Exclude<Doer, "else">;
  readonly panels: readonly CampaignPanel[];
  readonly disk: Disk = createDisk();
  readonly #tools: HouseTools;
  /** To each of the server's addresses. */
  readonly paths: readonly Path[];
  #life: Life | undefined;
  readonly killsMs: number[] = [];

  constructor(tools: HouseTools) {
    const { clock, chance } = tools;
    this.by = tools.by;
    this.#tools = tools;
    this.paths = Array.from({ length: tools.addresses }, () => createPath(clock, chance));
    this.panels = Array.from({ length: tools.rooms }, () => createCampaignPanel());
  }

  isAlive(): boolean {
    return this.#life !== undefined;
  }

  /** All that belongs to it works; what its process makes of that is another matter. */
  isFair(): boolean {
    return this.disk.state === "fine" && this.reachesServer();
  }

  reachesServer(): boolean {
    const isUsed = this.paths.filter(({ weather }) => weather.way === "open");
    return this.isAlive() && isUsed.length > 0 && isUsed.every(isFair);
  }

  begin(): void {
    const { clock, server, leaving, witness } = this.#tools;
    const { by, disk, panels } = this;
    this.#life = beginLife({ by, clock, server, paths: this.paths, leaving, disk, panels, witness });
  }

  /** As `kill -9` does. */
  kill(): void {
    this.#life?.kill();
    this.#life = undefined;
    this.killsMs.push(this.#tools.clock.monotonicMs());
    for (const panel of this.panels) panel.abandon();
  }

  async close(): Promise<void> {
    await this.#life?.bridge.close();
  }
}
