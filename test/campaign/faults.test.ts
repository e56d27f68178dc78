import { describe, expect, test } from "vitest";
import { findObstacle } from "../support/put-back.ts";
import { type CampaignSettings, runCampaign } from "./campaign.ts";
import { type Fault, faults } from "./faults.ts";

const MOST_SEEDS = 20;
const SIMULATED_MS = 600_000;

/** A campaign that finds nothing proves something only if it would find what was wrong once. */
describe("the campaign finds within twenty seeds", () => {
  test.each(faults)(
    "$name",
    async (fault) => {
      expect(fault.changes.map(findObstacle).filter((why) => why !== undefined)).toEqual([]);
      const faulty = await load(fault);
      const settings = { simulatedMs: SIMULATED_MS, ...(fault.leaving && { leaving: fault.leaving }) };
      const seed = await findSeed(fault, (seed) => faulty({ seed, ...settings }));
      expect(seed).toBeLessThanOrEqual(MOST_SEEDS);
      const without = await runCampaign({ seed, simulatedMs: SIMULATED_MS });
      expect(without.violations.filter(({ kind }) => fault.shows.includes(kind))).toEqual([]);
    },
    600_000,
  );
});

type Run = typeof runCampaign;

async function load({ name, changes }: Fault): Promise<Run> {
  if (changes.length === 0) return runCampaign;
  const specifier = `./campaign.ts?fault=${name}`;
  const faulty = (await import(/* @vite-ignore */ specifier)) as { runCampaign: Run };
  return faulty.runCampaign;
}

/** The first seed whose campaign shows the fault; Infinity when none does. */
async function findSeed(
  { shows }: Fault,
  run: (seed: CampaignSettings["seed"]) => ReturnType<Run>,
): Promise<number> {
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const { violations } = await run(seed);
    if (violations.some(({ kind }) => shows.includes(kind))) return seed;
  }
  return Number.POSITIVE_INFINITY;
}
