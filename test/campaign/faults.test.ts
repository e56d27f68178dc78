import { describe, expect, test } from "vitest";
import { findObstacle } from "../support/put-back.ts";
import { type CampaignReport, type CampaignSettings, runCampaign } from "./campaign.ts";
import { type Fault, faults } from "./faults.ts";

const MOST_SEEDS = 20;
const SIMULATED_MS = 600_000;

/** Loading another program takes seconds: `FAULTS=all` tries all of them. */
const tried = process.env.FAULTS === "all" ? faults : faults.slice(0, 6);

test.each(faults)("the text that fault $name replaces stands where it should, once", ({ changes }) => {
  expect(changes.map(findObstacle).filter((why) => why !== undefined)).toEqual([]);
});

/** A campaign that finds nothing proves something only if it would find what was wrong once. */
describe("the campaign finds within twenty seeds", () => {
  test.each(tried)(
    "$name",
    async (fault) => {
      const faulty = await load(fault);
      const { leaving, addresses = 1 } = fault;
      const settings = { simulatedMs: SIMULATED_MS, addresses };
      const seed = await findSeed(fault, {
        faulty: (seed) => faulty({ seed, ...settings, ...(leaving && { leaving }) }),
        right: (seed) => rightly({ seed, ...settings }),
      });
      expect(seed).toBeLessThanOrEqual(MOST_SEEDS);
    },
    600_000,
  );
});

type Run = typeof runCampaign;

/** The same for every fault. */
const rightRuns = new Map<string, ReturnType<Run>>();

function rightly(settings: CampaignSettings): ReturnType<Run> {
  const key = JSON.stringify(settings);
  const run = rightRuns.get(key) ?? runCampaign(settings);
  rightRuns.set(key, run);
  return run;
}

async function load({ name, changes }: Fault): Promise<Run> {
  if (changes.length === 0) return runCampaign;
  const specifier = `./campaign.ts?fault=${name}`;
  const faulty = (await import(/* @vite-ignore */ specifier)) as { runCampaign: Run };
  return faulty.runCampaign;
}

/** A seed whose campaign shows the fault, and shows nothing of the kind without it; Infinity when none does. */
async function findSeed(
  { shows, likelySeed = 1 }: Fault,
  run: Readonly<Record<"faulty" | "right", (seed: CampaignSettings["seed"]) => ReturnType<Run>>>,
): Promise<number> {
  const isShown = ({ violations }: CampaignReport) => violations.some(({ kind }) => shows.includes(kind));
  const seeds = new Set([likelySeed, ...Array.from({ length: MOST_SEEDS }, (_, index) => index + 1)]);
  for (const seed of seeds)
    if (isShown(await run.faulty(seed)) && !isShown(await run.right(seed))) return seed;
  return Number.POSITIVE_INFINITY;
}
