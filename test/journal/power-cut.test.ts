import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { createChance } from "../campaign/chance.ts";
import { until } from "../support/rig.ts";
import { PowerDisk } from "../trust/power-disk.ts";
import { judge, readImage } from "../trust/power-judge.ts";
import { canTrace, isWhole, readTrace, type Trace, traced } from "../trust/power-trace.ts";
import { markNamed, openBoth, ruinLastPages, scratchFolder } from "./setting.ts";

/** More on demand: `JOURNAL_POWER_CUTS=500`. The whole program is looked at by test/system/power-cut.sh. */
const CUTS = Number(process.env.JOURNAL_POWER_CUTS ?? 60);
const CHILD = join(import.meta.dirname, "keep-marks.mjs");
const STATE = "home/bridge";

interface Life {
  readonly disk: PowerDisk;
  readonly trace: Trace;
  /** The ids of marks, and where it was said that they are safe. */
  readonly acknowledged: readonly { readonly id: string; readonly begin: number }[];
}

/** Keeps marks in a folder below `root` until some are safe; what that does to the disk is watched. */
async function live(root: string, prefix: string): Promise<Life> {
  const disk = new PowerDisk(readImage(root));
  const file = join(scratchFolder(), "trace");
  const [program = "", ...words] = [...traced(file), process.execPath, CHILD, join(root, STATE), prefix];
  const child: ChildProcess = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = once(child, "close");
  await until("some marks", () => out.split("\n").length > 40, 30_000);
  child.kill("SIGKILL");
  await ended;
  await until("the whole trace", () => isWhole(file, child.pid ?? 0), 30_000);
  const trace = readTrace(file, root);
  for (const call of trace.calls) disk.see(call);
  const acknowledged = trace.said.flatMap(({ begin, text }) =>
    text.startsWith(`${prefix}-`) ? [{ id: text.trim(), begin }] : [],
  );
  return { disk, trace, acknowledged };
}

function momentsOf({ trace, acknowledged }: Life): readonly number[] {
  const chance = createChance(5);
  return Array.from({ length: CUTS }, (_, index) =>
    index % 2 === 0 ? chance.pick(acknowledged).begin + 1 : chance.pick(trace.calls).begin + 1,
  );
}

test.runIf(canTrace())(
  `${CUTS} power cuts lose no acknowledged mark and break no chain, from the first start on`,
  async () => {
    const life = await live(scratchFolder(), "mark");
    const chance = createChance(6);
    const chains = new Set<string>();
    for (const at of momentsOf(life)) {
      const { marks, chain, trouble } = judge(life.disk.cut({ at, chance, disk: "honest" }), STATE);
      const known = life.acknowledged.filter(({ begin }) => begin < at).map(({ id }) => id);
      expect(
        known.filter((known) => !marks.some(({ id }) => id === known)),
        `cut at ${at}`,
      ).toEqual([]);
      expect(trouble, `cut at ${at}`).toEqual([]);
      chains.add(known.length > 0 || chain === "broken" ? chain : "intact");
    }
    expect([...chains]).toEqual(["intact"]);
  },
  120_000,
);

test.runIf(canTrace())(
  `${CUTS} power cuts while damaged files are replaced: marks that could be read are not forgotten, and it is told`,
  async () => {
    const root = scratchFolder();
    const folder = join(root, STATE);
    const { ledger, journal, close } = await openBoth({ folder });
    const ids = Array.from({ length: 200 }, (_, index) => `mark-${index}`);
    await Promise.all(ids.map((id) => ledger.keep(markNamed(id))));
    await until("the journal", () => journal.health.current().state === "working", 10_000);
    await close();
    ruinLastPages(join(folder, LEDGER_FORMAT.name));
    writeFileSync(join(folder, JOURNAL_FORMAT.name), "this was a journal once, ".repeat(400));
    const life = await live(root, "young");
    const chance = createChance(7);
    const all = life.disk.cut({ at: life.trace.end, chance, disk: "honest" });
    const readable = judge(all, STATE).marks.filter(({ id }) => ids.includes(id));
    expect(readable.length).toBeGreaterThan(20);
    // Until the first acknowledged mark: that is when the files are replaced.
    const replaced = life.acknowledged[0]!.begin;
    for (let count = 0; count < CUTS; count++) {
      const at = chance.whole(0, replaced);
      const { marks, remarks } = judge(life.disk.cut({ at, chance, disk: "honest" }), STATE);
      const lost = readable.filter(({ id }) => !marks.some((mark) => mark.id === id));
      expect(lost, `cut at ${at} of ${replaced}`).toEqual([]);
      expect(remarks, `cut at ${at} of ${replaced}`).toBeGreaterThan(0);
    }
  },
  120_000,
);
