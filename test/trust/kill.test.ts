import { expect, test } from "vitest";
import { runKills } from "./kill-run.ts";

/** `KILLS=500 npx vitest run test/trust/kill` is the long form; `KILL_SITES` run beside each other. */
const KILLS = Number(process.env.KILLS ?? 8);
const SITES = Number(process.env.KILL_SITES ?? 2);
const SEED = Number(process.env.KILL_SEED ?? 1);

test(
  `${KILLS} times kill -9: no acknowledged mark is lost or doubled, no press outlives its process`,
  async () => {
    const share = Math.ceil(KILLS / SITES);
    const seeds = Array.from({ length: SITES }, (_, index) => SEED + index);
    const isLong = process.env.KILLS !== undefined;
    const tell = (text: string) => isLong && process.stderr.write(`${text}\n`);
    const reports = await Promise.all(seeds.map((seed) => runKills(seed, share, tell)));
    tell(JSON.stringify(reports, null, 2));
    for (const { violations, seed } of reports) expect(violations, `seed ${seed}`).toEqual([]);
    const sum = (read: (report: (typeof reports)[number]) => number) =>
      reports.reduce((total, report) => total + read(report), 0);
    // Kills during which nothing happened would prove nothing.
    expect(sum(({ acknowledged }) => acknowledged)).toBeGreaterThan(KILLS);
    expect(sum(({ commands }) => commands)).toBeGreaterThan(KILLS / 2);
  },
  60_000 + KILLS * 30_000,
);
