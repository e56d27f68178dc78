import { createFakeClock } from "../support/fake-clock.ts";
import { createChance } from "./chance.ts";
import { House } from "./house.ts";
import { Oracle } from "./oracle/oracle.ts";
import type { Violation } from "./oracle/scene.ts";
import { People } from "./people.ts";
import { CampaignServer } from "./server.ts";
import { Stage } from "./stage.ts";
import type { LeavingHabits } from "./wire.ts";

export interface CampaignReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly presses: number;
  readonly marks: number;
  readonly acknowledged: number;
  /** Marks that stay on record with the reason why they are not on the server. */
  readonly refused: readonly string[];
  readonly commands: number;
  readonly kills: number;
  /** What was done and told, newest last: enough to follow a violation. */
  readonly story: readonly Line[];
}

export interface Line {
  readonly atMs: number;
  readonly text: string;
}

export interface CampaignSettings {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly leaving?: Partial<LeavingHabits>;
  /** At which the bridges may ask the server; one when absent. */
  readonly addresses?: number;
}

const LOOK_EVERY_MS = 50;
/** Longer than every deadline, back-off and wait of the bridge. */
const QUIET_MS = 120_000;

/** One campaign: people press, the world fails, an oracle watches. The same seed does the same. */
export async function runCampaign(settings: CampaignSettings): Promise<CampaignReport> {
  const { seed, simulatedMs, leaving, addresses = 1 } = settings;
  const clock = createFakeClock();
  // What people and the world do must not depend on what the network draws.
  const chance = createChance(seed);
  const story: Line[] = [];
  const tell = (text: string) => story.push({ atMs: Math.round(clock.monotonicMs()), text });
  const seesComments = seed % 4 !== 0;
  const server = new CampaignServer({ clock, chance: createChance(seed + 1e6), rooms: 4, seesComments });
  const habits: LeavingHabits = { abandoning: "reset", killed: "reset", ...leaving };
  const createHouse = (by: House["by"], rooms: number) =>
    new House({
      by,
      clock,
      chance: createChance(seed + (by === "a" ? 2e6 : 3e6)),
      server,
      rooms,
      addresses,
      leaving: habits,
      witness: (fact) => oracle.hear(by, fact),
    });
  const houses = [createHouse("a", 3), createHouse("b", 2)] as const;
  const oracle: Oracle = new Oracle({ clock, server, houses, tell });
  let commands = 0;
  server.listen({
    acted: ({ by, room, command, sentMs, httpStatus }) => {
      commands++;
      tell(`server: ${command} room ${room} for ${by}, sent ${Math.round(sentMs)} ms: ${httpStatus}`);
    },
  });
  const people = new People({ clock, chance, oracle });
  const stage = new Stage({
    clock,
    chance,
    server,
    houses,
    people,
    oracle,
    leap: (byMs) => clock.jumpWall(byMs),
    tell,
  });
  for (const house of houses) house.begin();
  const stopLooking = clock.every(LOOK_EVERY_MS, () => oracle.look());
  let waitMs: number | undefined;
  while (clock.monotonicMs() < simulatedMs) {
    await clock.advance(waitMs ?? chance.whole(50, 8000));
    const deed = stage.act();
    waitMs = deed.thenMs;
    tell(deed.what);
  }
  stage.clear();
  await clock.advance(QUIET_MS);
  stopLooking();
  oracle.judgeMarks();
  for (const house of houses) await house.close();
  const rows = houses.flatMap(({ disk }) => [...disk.rows.values()]);
  return {
    seed,
    violations: oracle.violations,
    presses: people.presses,
    marks: oracle.marks(),
    acknowledged: oracle.acknowledged().size,
    refused: rows.filter(({ state }) => state === "refused").map(({ why }) => why),
    commands,
    kills: houses.reduce((sum, { killsMs }) => sum + killsMs.length, 0),
    story,
  };
}

/** What happened around the first violations. */
export function tellStory({ seed, story, violations }: CampaignReport): string {
  const parts = violations.slice(0, 3).map(({ atMs, kind, text }) => {
    const lines = story.filter((line) => line.atMs > atMs - BEFORE_MS && line.atMs < atMs + AFTER_MS);
    return [`${kind} at ${atMs} ms: ${text}`, ...lines.map((line) => `  ${line.atMs} ms: ${line.text}`)];
  });
  return [`seed ${seed}: ${violations.length} violations`, ...parts.flat()].join("\n");
}

const BEFORE_MS = 60_000;
const AFTER_MS = 1000;
