import { controlId } from "../../src/driver/contract.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { type Chance, createChance } from "./chance.ts";
import { createDisk, type Disk } from "./disk.ts";
import { beginLife, type Life } from "./life.ts";
import { Oracle } from "./oracle.ts";
import { type CampaignPanel, createCampaignPanel } from "./panel.ts";
import { type CampaignServer, createCampaignServer, fairWeather } from "./server.ts";

export interface CampaignReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly presses: number;
  readonly marks: number;
  readonly acknowledged: number;
  /** Marks that stay on record with the reason why the server has not taken them. */
  readonly refused: readonly string[];
  readonly commands: number;
  readonly kills: number;
  /** What was done, newest last: enough to follow a violation. */
  readonly log: readonly string[];
}

const USUAL = ["tally", "start", "start", "stop"] as const;
const RARE = ["pause", "resume", "toggle-pause", "lock", "unlock", "unlock"] as const;
const MOVES_TIME: ReadonlySet<string> = new Set(["pause", "resume", "toggle-pause"]);
const LOOK_EVERY_MS = 50;
/** Longer than every deadline, back-off and wait of the bridge. */
const QUIET_MS = 120_000;

/** One campaign: people press, the world fails, an oracle watches. The same seed does the same. */
export async function runCampaign(seed: number, simulatedMs: number): Promise<CampaignReport> {
  const chance = createChance(seed);
  const clock = createFakeClock();
  const server = createCampaignServer(clock, chance);
  const panels = [createCampaignPanel(), createCampaignPanel(), createCampaignPanel()];
  const disk = createDisk();
  const oracle = new Oracle({ clock, server, panels });
  const stage = new Stage({ chance, server, panels, disk, oracle });
  const log: string[] = [];
  const begin = (): Life =>
    beginLife({ clock, server, disk, panels, witness: (fact) => stage.witness(fact) });
  stage.life = begin();
  const stopLooking = clock.every(LOOK_EVERY_MS, () => oracle.look());
  while (clock.monotonicMs() < simulatedMs) {
    await clock.advance(chance.whole(50, 8000));
    const atMs = Math.round(clock.monotonicMs());
    log.push(`${atMs} ms: ${stage.act(begin, (byMs) => clock.jumpWall(byMs))}`);
  }
  stage.clear(begin);
  await clock.advance(QUIET_MS);
  stopLooking();
  const refused = refusedOn(disk);
  oracle.judgeMarks(stage.acknowledged(), refused);
  await stage.life?.bridge.close();
  return {
    seed,
    violations: oracle.violations,
    presses: stage.presses,
    marks: stage.marks,
    acknowledged: stage.acknowledged().size,
    refused: [...refused.values()],
    commands: server.commands.length,
    kills: stage.kills,
    log,
  };
}

/** Texts of the marks that stay on record as not taken, and why. */
function refusedOn({ rows }: Disk): ReadonlyMap<string, string> {
  const refused = [...rows.values()].filter(({ state }) => state === "refused");
  return new Map(refused.map(({ mark, why }) => [mark.text, why]));
}

interface StageTools {
  readonly chance: Chance;
  readonly server: CampaignServer;
  readonly panels: readonly CampaignPanel[];
  readonly disk: Disk;
  readonly oracle: Oracle;
}

/** How the bridge says that nobody will ever know when in the recording a mark was. */
export const NEVER_TIMED = "the recording ended before";

/** What may happen, and how likely it is. */
class Stage {
  readonly #tools: StageTools;
  /** Marks in the order of their presses, until the bridge has said how each ended. */
  readonly #textByCorrelation = new Map<string, string>();
  readonly #acknowledged = new Map<string, string>();
  #pressing: string | undefined;
  life: Life | undefined;
  presses = 0;
  marks = 0;
  kills = 0;

  constructor(tools: StageTools) {
    this.#tools = tools;
  }

  witness(fact: Fact): void {
    if (fact.kind === "press" && this.#pressing !== undefined) {
      this.#textByCorrelation.set(fact.cause.correlation, this.#pressing);
    }
    if (fact.kind === "mark" && fact.why?.startsWith(NEVER_TIMED))
      this.#tools.oracle.markGivenUp(fact.text, String(fact.recording));
    if (fact.kind !== "outcome") return;
    const text = this.#textByCorrelation.get(fact.correlation);
    const { outcome } = fact;
    const isSafe = outcome.kind === "done" || (outcome.kind === "waiting" && outcome.kept === "kept");
    if (text !== undefined && isSafe) this.#acknowledged.set(text, outcome.kind);
  }

  acknowledged(): ReadonlyMap<string, string> {
    return this.#acknowledged;
  }

  act(begin: () => Life, leap: (byMs: number) => void): string {
    const roll = this.#tools.chance.next();
    if (roll < 0.24) return this.#press(this.#anyPanel());
    if (roll < 0.44) return this.#mark(this.#anyPanel());
    if (roll < 0.56) return this.#hurry();
    if (roll < 0.74) return this.#changeWeather();
    if (roll < 0.81) return this.#meddle();
    if (roll < 0.87) return this.#replug();
    if (roll < 0.9) return this.#fillDisk();
    if (roll < 0.93) return this.#leap(leap);
    return this.#die(begin);
  }

  /** All is well again: what waits can be delivered. */
  clear(begin: () => Life): void {
    const { server, disk, panels } = this.#tools;
    Object.assign(server.weather, fairWeather);
    disk.state = "fine";
    for (const panel of panels) panel.plug();
    this.life ??= begin();
  }

  #anyPanel(): number {
    return this.#tools.chance.whole(0, this.#tools.panels.length - 1);
  }

  #press(index: number): string {
    const { chance, panels, oracle } = this.#tools;
    const what = chance.pick(chance.happens(0.75) ? USUAL : RARE);
    const times = chance.happens(0.15) ? chance.whole(2, 6) : 1;
    for (let count = 0; count < times; count++) {
      this.presses++;
      oracle.pressed(index, what);
      // A pause that the bridge cannot see begin or end: how far the recording has run is anybody's guess.
      if (MOVES_TIME.has(what) && !this.#isFair()) oracle.timeIsUncertain(index + 1);
      panels[index]?.emit({ kind: "down", control: controlId(what) });
      panels[index]?.emit({ kind: "up", control: controlId(what) });
    }
    return `press ${what} of panel ${index + 1}, ${times} times`;
  }

  #mark(index: number): string {
    const { chance, panels, oracle } = this.#tools;
    const count = chance.happens(0.3) ? chance.whole(2, 6) : 1;
    for (let nth = 0; nth < count; nth++) {
      const text = `mark ${++this.marks}`;
      oracle.markPressed(index, text);
      this.#pressing = text;
      panels[index]?.emit({ kind: "pulsed", control: controlId("mark"), values: [text] });
      this.#pressing = undefined;
    }
    return `mark on panel ${index + 1}, ${count} times`;
  }

  /** Somebody in a panic: everything at once on one panel. */
  #hurry(): string {
    const { chance } = this.#tools;
    const index = this.#anyPanel();
    const deeds = Array.from({ length: chance.whole(2, 5) }, () =>
      chance.happens(0.6) ? this.#press(index) : this.#mark(index),
    );
    return deeds.join("; ");
  }

  #meddle(): string {
    const { chance, server, panels, oracle } = this.#tools;
    const room = chance.whole(1, panels.length);
    const what = chance.pick(["start", "stop", "pause", "resume"] as const);
    if ((what === "pause" || what === "resume") && !this.#isFair()) oracle.timeIsUncertain(room);
    server.somebodyElse(room, what);
    return `somebody else: ${what} room ${room}`;
  }

  /** A bridge lives and sees what happens on the server. */
  #isFair(): boolean {
    const { weather } = this.#tools.server;
    return this.life !== undefined && JSON.stringify(weather) === JSON.stringify(fairWeather);
  }

  #fillDisk(): string {
    const { disk } = this.#tools;
    disk.state = disk.state === "fine" ? "full" : "fine";
    return `disk ${disk.state}`;
  }

  #leap(leap: (byMs: number) => void): string {
    const byMs = this.#tools.chance.pick([-3_600_000, -5000, 5000, 3_600_000]);
    leap(byMs);
    return `wall clock leaps by ${byMs} ms`;
  }

  #changeWeather(): string {
    const { chance, server } = this.#tools;
    const weather = chance.pick([
      {},
      { reachable: false },
      { loseAnswer: 0.5 },
      { loseRequest: 0.3 },
      { fail: 0.3 },
      { actLate: 0.3 },
      { latencyMs: [500, 4000] as const },
      { loseAnswer: 0.2, loseRequest: 0.1, fail: 0.1, latencyMs: [20, 1500] as const },
    ]);
    Object.assign(server.weather, fairWeather, weather);
    return `weather ${JSON.stringify(weather)}`;
  }

  #replug(): string {
    const { panels } = this.#tools;
    const index = this.#anyPanel();
    const panel = panels[index];
    if (panel?.isOpen()) {
      panel.unplug();
      return `unplug panel ${index + 1}`;
    }
    panel?.plug();
    return `plug in panel ${index + 1}`;
  }

  /** The service manager starts it again, sometimes at once, sometimes at the next blow. */
  #die(begin: () => Life): string {
    const { chance, panels } = this.#tools;
    if (this.life === undefined) {
      this.life = begin();
      return "the bridge starts";
    }
    this.life.kill();
    this.kills++;
    for (const panel of panels) panel.abandon();
    this.life = chance.happens(0.7) ? begin() : undefined;
    return `kill -9${this.life === undefined ? "" : ", and restart"}`;
  }
}
