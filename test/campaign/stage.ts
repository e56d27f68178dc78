import type { Clock } from "../../src/base/clock.ts";
import type { Chance } from "./chance.ts";
import { fairPath, type Path } from "./connection.ts";
import type { House } from "./house.ts";
import type { Oracle } from "./oracle/oracle.ts";
import type { People } from "./people.ts";
import type { CampaignServer } from "./server.ts";
import { changePath, changeServer, fairServer, ODD_ANSWERS } from "./weather.ts";

export interface StageTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly server: CampaignServer;
  readonly houses: readonly [House, House];
  readonly people: People;
  readonly oracle: Oracle;
  leap(byMs: number): void;
  /** Tells what was done, when that is not by an act. */
  tell(what: string): void;
}

const MEDDLING = ["start", "start", "stop", "stop", "pause", "resume", "lock", "unlock", "anew"] as const;
/** So long after all is well again every bridge has recovered. */
const LULL_MS = 40_000;

interface Deed {
  readonly what: string;
  /** Before the next one; the usual while when absent. */
  readonly thenMs?: number;
}

/** What may happen, and how likely it is. */
export class Stage {
  readonly #tools: StageTools;
  /** Rooms in which something is to be done while all is well. */
  #lull: number[] = [];

  constructor(tools: StageTools) {
    this.#tools = tools;
  }

  act(): Deed {
    const { chance, people, houses } = this.#tools;
    const quiet = this.#lull.pop();
    if (quiet !== undefined) return this.#actQuietly(quiet);
    const [house, room] = this.#somewhere();
    const roll = chance.next();
    if (roll < 0.23) return { what: people.press(house, room) };
    if (roll < 0.4) return { what: people.mark(house, room) };
    if (roll < 0.51) return { what: people.hurry(house, room) };
    if (roll < 0.56) return { what: this.#blackOut(house, room) };
    if (roll < 0.74) return { what: this.#changeWeather(house) };
    if (roll < 0.81) return { what: this.#meddle(chance.whole(1, houses[0].panels.length)) };
    if (roll < 0.86) return { what: this.#replug(house, room) };
    if (roll < 0.88) return { what: this.#fillDisk(house) };
    if (roll < 0.9) return { what: this.#leap() };
    if (roll < 0.97) return { what: this.#die(house) };
    return this.#beginLull();
  }

  /** All is well again: what waits can be delivered. */
  clear(): void {
    const { server, houses } = this.#tools;
    const trailMs = server.weather.trailMs.map(() => 0);
    Object.assign(server.weather, fairServer, { trailMs });
    server.weatherChanged();
    for (const house of houses) {
      for (const { weather } of house.paths) Object.assign(weather, fairPath);
      house.disk.state = "fine";
      for (const panel of house.panels) panel.plug();
      if (!house.isAlive()) house.begin();
    }
  }

  #somewhere(): [House, number] {
    const { chance, houses } = this.#tools;
    const house = chance.happens(0.8) ? houses[0] : houses[1];
    return [house, chance.whole(1, house.panels.length)];
  }

  #beginLull(): Deed {
    const { houses, server, chance } = this.#tools;
    const { trailMs } = server.weather;
    this.clear();
    const rooms = [...houses[0].panels.keys()].map((index) => index + 1);
    const odd = chance.happens(0.4) ? { room: chance.pick(rooms), how: chance.pick(ODD_ANSWERS) } : undefined;
    // A trail is nothing that is wrong, and one room's odd answer is nothing to the others.
    Object.assign(server.weather, { trailMs, odd });
    server.weatherChanged();
    this.#lull = rooms.filter((room) => room !== odd?.room);
    const but = odd === undefined ? "" : `, but room ${odd.room} (${odd.how})`;
    return { what: `all is well for a while${but}`, thenMs: LULL_MS };
  }

  #actQuietly(room: number): Deed {
    const { chance, people, houses } = this.#tools;
    const thenMs = this.#lull.length === 0 ? 25_000 : 300;
    const how = chance.pick([
      "start",
      "stop",
      "tally",
      "mark",
      "mark",
      "begin",
      "anew",
      "hold-to-stop",
    ] as const);
    return { what: `quietly ${people.touch(houses[0], room, how)}`, thenMs };
  }

  /** Nothing passes for a while, and in that while people go on in one room. */
  #blackOut(house: House, room: number): string {
    const { chance, clock, people, tell } = this.#tools;
    const forMs = chance.pick([1500, 4000, 10_000, 20_000]) + chance.whole(0, 5000);
    for (const { weather } of house.paths) {
      Object.assign(weather, fairPath, { way: "cut" });
      clock.after(forMs, () => Object.assign(weather, fairPath));
    }
    for (let count = chance.whole(1, 4); count > 0; count--) {
      const act = chance.pick<() => string>([
        () => people.press(house, room),
        () => people.press(house, room),
        () => people.mark(house, room),
        () => this.#meddle(room),
      ]);
      clock.after(chance.whole(0, forMs + 5000), () => tell(act()));
    }
    return `network of ${house.by} is cut for ${forMs} ms`;
  }

  #meddle(room: number): string {
    const { chance, server, oracle } = this.#tools;
    const what = chance.pick(MEDDLING);
    oracle.meddled(room);
    for (const command of what === "anew" ? (["stop", "start"] as const) : [what])
      server.somebodyElse(room, command);
    return `somebody else: ${what} room ${room}`;
  }

  #fillDisk({ by, disk }: House): string {
    disk.state = disk.state === "fine" ? "full" : "fine";
    return `disk of ${by} is ${disk.state}`;
  }

  #leap(): string {
    const { chance, leap, oracle, houses } = this.#tools;
    const byMs = chance.pick([-3_600_000, -5000, 5000, 3_600_000]);
    leap(byMs);
    for (const { by } of houses) oracle.disturbed(by);
    return `wall clock leaps by ${byMs} ms`;
  }

  #changeWeather(house: House): string {
    const { chance, server } = this.#tools;
    if (chance.happens(0.45)) return this.#changePath(house);
    const change = changeServer(server.weather, chance);
    server.weatherChanged();
    return change;
  }

  #changePath({ by, paths }: House): string {
    const { chance } = this.#tools;
    // One way is no choice, and draws nothing.
    const index = paths.length === 1 ? 0 : chance.whole(0, paths.length - 1);
    const { weather } = paths[index] as Path;
    return `${changePath(weather, chance)} of ${by}${index === 0 ? "" : " to the second address"}`;
  }

  #replug({ by, panels }: House, room: number): string {
    const panel = panels[room - 1];
    if (panel?.isOpen()) {
      panel.unplug();
      return `unplug panel ${room} of ${by}`;
    }
    panel?.plug();
    return `plug in panel ${room} of ${by}`;
  }

  /** The service manager starts it again, sometimes at once, sometimes at the next blow. */
  #die(house: House): string {
    const { chance, oracle } = this.#tools;
    oracle.disturbed(house.by);
    if (!house.isAlive()) {
      house.begin();
      return `bridge ${house.by} starts`;
    }
    house.kill();
    oracle.killed(house.by);
    const isBack = chance.happens(0.7);
    if (isBack) house.begin();
    return `kill -9 of bridge ${house.by}${isBack ? ", and restart" : ""}`;
  }
}
