import { expect, test } from "vitest";
import { NEVER_TIMED, runCampaign } from "./campaign.ts";

/**
 * `CAMPAIGNS=200 CAMPAIGN_HOURS=1 npx vitest run test/campaign` is the long form, `CAMPAIGN_FROM=133` goes on with it;
 * `CAMPAIGN_SEED=7` repeats one.
 */
const only = process.env.CAMPAIGN_SEED;
const count = Number(process.env.CAMPAIGNS ?? 8);
const first = Number(process.env.CAMPAIGN_FROM ?? 1);
const hours = Number(process.env.CAMPAIGN_HOURS ?? 0.5);
const seeds =
  only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [Number(only)];

test.each(seeds)(
  "campaign %i: whatever fails, what people were told stays true",
  async (seed) => {
    const report = await runCampaign(seed, hours * 3_600_000);
    const story = report.violations.length === 0 ? "" : `\n${report.log.join("\n")}`;
    expect(report.violations, `seed ${seed}${story}`).toEqual([]);
    // A campaign in which nothing happened would prove nothing.
    expect(report.presses).toBeGreaterThan(20 * hours);
    expect(report.acknowledged).toBeGreaterThan(5 * hours);
    expect(report.commands).toBeGreaterThan(5 * hours);
    // Nobody can ever know when in the recording those were; they stay on record with that reason.
    const other = report.refused.filter((why) => !why.startsWith(NEVER_TIMED));
    expect(other, `seed ${seed}`).toEqual([]);
    expect(report.kills).toBeGreaterThan(0);
  },
  120_000,
);

test("a campaign repeats itself exactly", async () => {
  const [one, two] = [await runCampaign(99, 600_000), await runCampaign(99, 600_000)];
  expect(two).toEqual(one);
}, 120_000);
