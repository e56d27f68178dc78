/**
 * A short benchmark for every change: ratios of the bridge to a bare script beside it, each the median of five, held against
 * those that are on record. Fails where one has grown by more than a fifth. `--record` puts what it finds on record.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { distribute } from "./distribution.ts";
import {
  compareLooks,
  comparePresses,
  compareStarts,
  type Measured,
  type Pair,
} from "./gate-measurements.ts";
import { chooseCounting } from "./work.ts";

const RECORD = fileURLToPath(new URL("../../../test/bench/recorded.json", import.meta.url));
/** A real loss of a fifth fails; a noisy machine has three tries. */
const MOST_GROWTH = 1.2;
const TRIES = 3;

process.exit((await run(process.argv.includes("--record"))) ? 0 : 1);

async function run(isRecording: boolean): Promise<boolean> {
  const recorded = JSON.parse(readFileSync(RECORD, "utf8")) as Readonly<Record<string, number>>;
  const { unit, count } = chooseCounting();
  const best: Record<string, number> = {};
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const measured: Measured = {
      ...(await compareStarts()),
      ...(await comparePresses()),
      ...(await compareLooks(unit, count)),
    };
    const ratios = Object.fromEntries(
      Object.entries(measured).map(([name, { pairs }]) => [name, ratioOf(pairs)]),
    );
    printTable(measured, recorded);
    if (isRecording) {
      writeFileSync(RECORD, `${JSON.stringify(ratios, undefined, 2)}\n`);
      return true;
    }
    // Noise only makes slower: what was kept in one try is kept.
    for (const [name, ratio] of Object.entries(ratios)) best[name] = Math.min(ratio, best[name] ?? Infinity);
    const lost = Object.keys(recorded).filter((name) => !isKept(best[name], recorded[name]));
    if (lost.length === 0) return true;
    console.log(`slower than on record by more than a fifth: ${lost.join(", ")}; try ${attempt} of ${TRIES}`);
  }
  return false;
}

function isKept(ratio: number | undefined, recorded: number | undefined): boolean {
  return ratio !== undefined && recorded !== undefined && ratio <= recorded * MOST_GROWTH;
}

function ratioOf(pairs: readonly Pair[]): number {
  const { p50 } = distribute(pairs.map(({ bridge, script }) => bridge / script));
  return Math.round(p50 * 100) / 100;
}

function printTable(measured: Measured, recorded: Readonly<Record<string, number>>): void {
  const rows = Object.entries(measured).map(([name, { unit, pairs }]) => {
    const ours = distribute(pairs.map(({ bridge }) => bridge)).p50;
    const theirs = distribute(pairs.map(({ script }) => script)).p50;
    return [
      name,
      unit,
      ours.toPrecision(4),
      theirs.toPrecision(4),
      ratioOf(pairs).toFixed(2),
      String(recorded[name]),
    ];
  });
  for (const cells of [["", "", "bridge", "script", "ratio", "recorded"], ...rows])
    console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(14))).join(""));
}
