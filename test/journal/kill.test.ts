import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { until } from "../support/rig.ts";
import { scratchFolder } from "./setting.ts";

/** More on demand: `JOURNAL_KILLS=500`. */
const ROUNDS = Number(process.env.JOURNAL_KILLS ?? 25);
const CHILD = join(import.meta.dirname, "keep-marks.mjs");

/** Ends the child with SIGKILL at some moment after its first acknowledged mark; returns what it acknowledged. */
async function killOnce(folder: string, prefix: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, folder, prefix], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await until("the first mark", () => out !== "", 20_000);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  child.kill("SIGKILL");
  await ended;
  // A line that was cut off was not acknowledged as a whole; a starved disk may have been too slow for others.
  const lines = out.slice(0, out.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("not-kept"));
}

function keptIn(folder: string): ReadonlySet<string> {
  const database = readDatabase(join(folder, LEDGER_FORMAT.name), LEDGER_FORMAT);
  const rows = database.prepare("SELECT id FROM marks").all() as { id: string }[];
  database.close();
  return new Set(rows.map(({ id }) => id));
}

function verify(folder: string) {
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const verdict = verifyChain(database, [readHeadFile(folder)!]);
  database.close();
  return verdict;
}

test(
  `${ROUNDS} kills at random moments lose no acknowledged mark and break no chain`,
  async () => {
    const folder = scratchFolder();
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      acknowledged.push(...(await killOnce(folder, `round-${round}`)));
      const kept = keptIn(folder);
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
      expect(verify(folder)).toMatchObject({ findings: [], remarks: [] });
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS);
  },
  ROUNDS * 20_000,
);

test("a log that a power cut left half written costs only what was not acknowledged", async () => {
  const folder = scratchFolder();
  const acknowledged = await killOnce(folder, "before");
  const log = join(folder, `${LEDGER_FORMAT.name}-wal`);
  const bytes = readFileSync(log);
  writeFileSync(log, Buffer.concat([bytes, bytes.subarray(0, 3000)]));
  const kept = keptIn(folder);
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
});
