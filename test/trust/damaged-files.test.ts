import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Row } from "../../src/journal/chain.ts";
import { openDamaged, readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { openLedgerFile } from "../../src/journal/ledger-file.ts";
import { readRows } from "../../src/journal/read.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { type Chance, createChance } from "../campaign/chance.ts";
import { markNamed, rowsOf, scratchFolder, writeJournal } from "../journal/setting.ts";

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 200);

/** What disks, power cuts and people do to files. */
function damage(whole: Buffer, chance: Chance): Buffer {
  const bytes = Buffer.from(whole);
  const at = chance.whole(0, bytes.length - 1);
  const roll = chance.next();
  if (roll < 0.2) return bytes.subarray(0, at);
  if (roll < 0.4) bytes.fill(chance.whole(0, 255), at, Math.min(bytes.length, at + chance.whole(1, 5000)));
  else if (roll < 0.5) bytes.copy(bytes, at, 0, 4096);
  else if (roll < 0.6) bytes.fill(chance.whole(0, 255), 0, chance.whole(1, 120));
  else
    for (let count = chance.whole(1, 8); count > 0; count--)
      bytes[chance.whole(0, bytes.length - 1)] = chance.whole(0, 255);
  return bytes;
}

test("a damaged journal is read as an error or as findings, never as another story", async () => {
  const folder = scratchFolder();
  await writeJournal(folder, 150);
  const file = join(folder, JOURNAL_FORMAT.name);
  const whole = readFileSync(file);
  const truth = new Map(rowsOf(folder).map((row) => [row.sequence, JSON.stringify(row)]));
  const head = readHeadFile(folder)!;
  const chance = createChance(11);
  const counts = { error: 0, found: 0, harmless: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const place = join(folder, `round-${round}`);
    mkdirSync(place);
    writeFileSync(join(place, JOURNAL_FORMAT.name), damage(whole, chance));
    let rows: readonly Row[] = [];
    let isSuspicious = true;
    try {
      const database = readDatabase(join(place, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
      try {
        isSuspicious = verifyChain(database, [head]).findings.length > 0;
        rows = [...readRows(database, {})];
      } finally {
        database.close();
      }
      counts[isSuspicious ? "found" : "harmless"]++;
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      counts.error++;
    }
    const isTrue =
      rows.length === truth.size && rows.every((row) => truth.get(row.sequence) === JSON.stringify(row));
    if (!isSuspicious) expect(isTrue, `round ${round}`).toBe(true);
    rmSync(place, { recursive: true });
  }
  expect(counts.error + counts.found).toBeGreaterThan(ROUNDS / 4);
});

test("of a damaged file of marks whatever can be read is true, and a new one takes marks again", async () => {
  const folder = scratchFolder();
  const original = join(folder, "original");
  mkdirSync(original);
  const ledger = openLedgerFile({ folder: original, wallMs: 0, damage: undefined });
  const marks = Array.from({ length: 60 }, (_, index) => markNamed(`mark-${index}`));
  ledger.change(marks.map((mark) => ({ kind: "keep", mark })));
  ledger.close();
  const file = join(original, LEDGER_FORMAT.name);
  const database = openDamaged(file);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  const truth = new Map(marks.map(({ id, text }) => [id, text]));
  const chance = createChance(12);
  let damaged = 0;
  let saved = 0;
  for (let round = 0; round < ROUNDS / 4; round++) {
    const place = join(folder, `round-${round}`);
    mkdirSync(place);
    const copy = join(place, LEDGER_FORMAT.name);
    copyFileSync(file, copy);
    writeFileSync(copy, damage(readFileSync(file), chance));
    const opened = openAfterDamage(place);
    damaged += opened.wasDamaged ? 1 : 0;
    for (const { id, text } of opened.ledger.waiting()) {
      saved += opened.wasDamaged ? 1 : 0;
      // A flipped letter inside a text cannot be told from another text: nothing but the mark's own file has it.
      if (truth.has(id)) expect(text.length).toBe(truth.get(id)!.length);
    }
    expect(opened.ledger.change([{ kind: "keep", mark: markNamed("after") }])).toEqual([]);
    opened.ledger.close();
  }
  expect(damaged).toBeGreaterThan(ROUNDS / 40);
  expect(saved).toBeGreaterThan(0);
});

/** As the thread does: damage is found when the file is opened, read or written, and it is then replaced. */
function openAfterDamage(folder: string) {
  try {
    const ledger = openLedgerFile({ folder, wallMs: 0, damage: undefined });
    ledger.waiting();
    ledger.change([{ kind: "keep", mark: markNamed("first") }]);
    return { ledger, wasDamaged: false };
  } catch (error) {
    return { ledger: openLedgerFile({ folder, wallMs: 0, damage: String(error) }), wasDamaged: true };
  }
}
