import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runPowerCuts, type Tally } from "./power-run.ts";

/** `test/system/power-cut.sh` says how many, and installs what this needs; without it nothing is run. */
const CUTS = Number(process.env.POWER_CUTS ?? 0);
const SEED = Number(process.env.POWER_SEED ?? 1);

test.runIf(CUTS > 0)(
  `${CUTS} power cuts lose no acknowledged mark, double none, and leave a journal that verifies`,
  async () => {
    const { violations, honest, forgetful, ...counts } = await runPowerCuts(SEED, CUTS);
    const report = [
      `${counts.marks} marks, ${counts.acknowledged} acknowledged, ${counts.delivered} delivered in the end, ${counts.held} held for a person`,
      `${counts.changes} changes of the disk, ${counts.syncs} syncs`,
      `a disk that keeps what was synced: ${tell(honest)}`,
      `a disk that forgets it, to compare: ${tell(forgetful)}`,
      `${violations.length} violations`,
      ...violations.slice(0, 20),
    ].join("\n");
    if (process.env.POWER_REPORT !== undefined) writeFileSync(process.env.POWER_REPORT, `${report}\n`);
    expect(violations).toEqual([]);
    expect(honest.chains.intact).toBeGreaterThan(CUTS / 2);
    // What is looked for can be found: on a disk that keeps nothing, marks are lost.
    expect(forgetful.lost).toBeGreaterThan(0);
  },
  180_000 + CUTS * 1000,
);

function tell({ cuts, acknowledged, lost, chains }: Tally): string {
  const verdicts = Object.entries(chains).map(([chain, count]) => `${count} ${chain}`);
  return `${cuts} cuts, ${acknowledged} acknowledged marks looked for, ${lost} lost, journal ${verdicts.join(", ")}`;
}
