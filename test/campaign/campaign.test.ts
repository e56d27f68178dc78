import { expect, test } from "vitest";
import { runCampaign, tellStory } from "./campaign.ts";
import { VIOLATIONS, type Violation, type ViolationKind } from "./oracle/scene.ts";

const { CAMPAIGN_SEED: only, CAMPAIGN_TABLE: wantsTable } = process.env;
/** Of the server, at which the bridges may ask. */
const addresses = (process.env.CAMPAIGN_ADDRESSES ?? "1,2").split(",").map(Number);
const count = Number(process.env.CAMPAIGNS ?? 3);
const first = Number(process.env.CAMPAIGN_FROM ?? 1);
const hours = Number(process.env.CAMPAIGN_HOURS ?? 0.5);
const simulatedMs = hours * 3_600_000;
const seeds =
  only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)];
const LONGEST_MS = 120_000;
const campaigns = addresses.flatMap((count) => seeds.map((seed) => ({ seed, addresses: count })));

test.skipIf(wantsTable !== undefined).each(campaigns)(
  "campaign $seed, server at $addresses address(es): whatever fails, what people were told stays true",
  async ({ seed, addresses }) => {
    const report = await runCampaign({ seed, simulatedMs, addresses });
    const tell = ({ atMs, kind, text }: Violation) => `${atMs} ms: ${kind}: ${text}`;
    const found = report.violations.map(tell);
    expect(found, found.length === 0 ? "" : tellStory(report)).toEqual([]);
    // A campaign in which nothing happened would prove nothing.
    expect(report.presses).toBeGreaterThan(100 * hours);
    expect(report.acknowledged).toBeGreaterThan(10 * hours);
    expect(report.commands).toBeGreaterThan(20 * hours);
    expect(report.kills).toBeGreaterThan(0);
  },
  LONGEST_MS,
);

test.runIf(wantsTable !== undefined)(
  "what campaigns find, by kind",
  async () => {
    for (const count of addresses) {
      const bySeed = new Map<number, readonly Violation[]>();
      for (const seed of seeds)
        bySeed.set(seed, (await runCampaign({ seed, simulatedMs, addresses: count })).violations);
      console.log(`server at ${count} address(es)`);
      console.table(tabulate(bySeed));
    }
  },
  LONGEST_MS * count * addresses.length,
);

test("a campaign repeats itself exactly", async () => {
  const run = () => runCampaign({ seed: 99, simulatedMs: 600_000 });
  const [one, two] = [await run(), await run()];
  expect(two).toEqual(one);
}, 120_000);

interface Row {
  readonly kind: string;
  readonly found: number;
  readonly campaigns: number;
  readonly firstSeed: number;
  readonly meaning: string;
}

function tabulate(bySeed: ReadonlyMap<number, readonly Violation[]>): readonly Row[] {
  return (Object.keys(VIOLATIONS) as ViolationKind[]).flatMap((kind) => {
    const counts = [...bySeed].map(
      ([seed, all]) => [seed, all.filter((one) => one.kind === kind).length] as const,
    );
    const hits = counts.filter(([, number]) => number > 0);
    const found = hits.reduce((sum, [, number]) => sum + number, 0);
    const [firstSeed = 0] = hits[0] ?? [];
    return hits.length === 0
      ? []
      : [{ kind, found, campaigns: hits.length, firstSeed, meaning: VIOLATIONS[kind] }];
  });
}
