import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { markNamed, openBoth, scratchFolder } from "./setting.ts";

const ROUNDS = Number(process.env.THREAD_ROUNDS ?? 8);
const CHILD = join(import.meta.dirname, "keep-marks.mjs");

test(`a damaged journal is replaced beside a busy ledger ${ROUNDS} times, and no process dies of it`, async () => {
  const folder = scratchFolder();
  const { ledger, close } = await openBoth({ folder });
  // Many, so that the thread is at work on them when the damage is found.
  const marks = Array.from({ length: 5000 }, (_, index) => markNamed(`mark-${index}`));
  await Promise.all(marks.map((mark) => ledger.keep(mark)));
  await close();
  for (let round = 0; round < ROUNDS; round++) {
    writeFileSync(join(folder, JOURNAL_FORMAT.name), "this was a journal once, ".repeat(400));
    const words = [CHILD, folder, `round-${round}`, "1"];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "pipe"] });
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const [code, signal] = await once(child, "close");
    expect({ round, code, signal, complaints }).toEqual({ round, code: 0, signal: null, complaints: "" });
  }
}, 120_000);
