import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Head, hashRow, parseHead, START, spellHead } from "../../src/journal/chain.ts";
import { readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { openJournalFile } from "../../src/journal/journal-file.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { plainRow, rowsOf, scratchFolder, tamper, writeJournal } from "./setting.ts";

function verify(folder: string, known: readonly Head[] = []) {
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const verdict = verifyChain(database, known);
  database.close();
  return verdict;
}

async function journalOf(count: number): Promise<string> {
  const folder = scratchFolder();
  await writeJournal(folder, count);
  return folder;
}

test("a head is read as it is written, and nothing else is one", () => {
  const hash = "ab".repeat(32);
  expect(parseHead(` 12:${hash}\n`)).toEqual({ sequence: 12, hash });
  for (const text of ["", "12", `x:${hash}`, `12:${hash}0`, `12:${hash.toUpperCase()}`])
    expect(parseHead(text)).toBeUndefined();
});

test("whoever has the rows can compute the chain: it begins with 32 bytes of zero", () => {
  const row = { ...plainRow(1), run: "run-1", sequence: 1 };
  const { run, atMs, wallMs, kind, correlation, device, room, author, body } = row;
  const fields = JSON.stringify([1, run, atMs, wallMs, kind, correlation, device, room, author, body]);
  const hash = createHash("sha256").update(Buffer.alloc(32)).update(fields).digest("hex");
  expect(hashRow(START.hash, row)).toBe(hash);
});

describe("an untouched journal", () => {
  test("is found to be so, against the head beside it too", async () => {
    const folder = await journalOf(20);
    const head = readHeadFile(folder)!;
    expect(verify(folder, [head])).toMatchObject({ findings: [], rows: 20, start: START, head });
    expect(parseHead(`${spellHead(head)}\n`)).toEqual(head);
  });

  test("goes on where an earlier run ended", async () => {
    const folder = await journalOf(5);
    await writeJournal(folder, 5);
    expect(verify(folder, [readHeadFile(folder)!])).toMatchObject({ findings: [], rows: 10 });
  });

  test("can be read while the bridge goes on writing", async () => {
    const folder = scratchFolder();
    const file = openJournalFile({ folder, run: "run-1", atMs: 0, wallMs: 0, damage: undefined });
    file.append([plainRow(1)]);
    const before = verify(folder).rows;
    file.append([plainRow(2)]);
    expect([before, verify(folder).rows, verify(folder).findings]).toEqual([2, 3, []]);
    file.close();
  });
});

describe("a journal that somebody tampered with is found out:", () => {
  test.each(["at_ms", "wall_ms", "kind", "correlation", "device", "room", "body"])(
    "%s edited",
    async (column) => {
      const folder = await journalOf(9);
      const isNumber = column.endsWith("_ms");
      tamper(folder, `UPDATE facts SET ${column} = ${isNumber ? 7777 : "'x'"} WHERE sequence = 4`);
      expect(verify(folder).findings).toEqual([{ kind: "changed", sequence: 4, through: 4 }]);
    },
  );

  test("an author invented", async () => {
    const folder = await journalOf(9);
    tamper(folder, "UPDATE facts SET author = 'somebody else' WHERE sequence = 4");
    expect(verify(folder).findings).toEqual([{ kind: "changed", sequence: 4, through: 4 }]);
  });

  test("a row and its hash computed anew: the next one does not follow", async () => {
    const folder = await journalOf(9);
    const [, , before, row] = rowsOf(folder);
    const edited = { ...row!, body: "{}" };
    const hash = hashRow(before!.hash, edited);
    tamper(folder, `UPDATE facts SET body = '{}', hash = '${hash}' WHERE sequence = 4`);
    expect(verify(folder).findings).toEqual([{ kind: "changed", sequence: 5, through: 5 }]);
  });

  test("rows removed", async () => {
    const folder = await journalOf(9);
    tamper(folder, "DELETE FROM facts WHERE sequence IN (4, 5)");
    expect(verify(folder).findings).toEqual([{ kind: "missing", sequence: 4, through: 5 }]);
  });

  test("rows removed and the rest numbered anew", async () => {
    const folder = await journalOf(9);
    tamper(
      folder,
      "DELETE FROM facts WHERE sequence = 4",
      "UPDATE facts SET sequence = -(sequence - 1) WHERE sequence > 4",
      "UPDATE facts SET sequence = -sequence WHERE sequence < 0",
    );
    expect(verify(folder).findings.map(({ kind }) => kind)).toEqual(Array(5).fill("changed"));
  });

  test("two rows exchanged", async () => {
    const folder = await journalOf(9);
    tamper(
      folder,
      "UPDATE facts SET sequence = -1 WHERE sequence = 4",
      "UPDATE facts SET sequence = 4 WHERE sequence = 5",
      "UPDATE facts SET sequence = 5 WHERE sequence = -1",
    );
    expect(verify(folder).findings.map(({ sequence }) => sequence)).toEqual([4, 5, 6]);
  });

  test("the oldest rows removed, also where the start is moved with them", async () => {
    const folder = await journalOf(9);
    const [, second] = rowsOf(folder);
    tamper(folder, "DELETE FROM facts WHERE sequence <= 2");
    expect(verify(folder).findings).toEqual([{ kind: "missing", sequence: 1, through: 2 }]);
    tamper(folder, `INSERT INTO anchor VALUES (1, 2, '${second!.hash}')`);
    expect(verify(folder).findings).toEqual([{ kind: "false-start", sequence: 3, through: 3 }]);
  });

  test("the newest rows removed, against the head beside it", async () => {
    const folder = await journalOf(9);
    tamper(folder, "DELETE FROM facts WHERE sequence > 6");
    expect(verify(folder).findings).toEqual([]);
    expect(verify(folder, [readHeadFile(folder)!]).findings).toEqual([
      { kind: "truncated", sequence: 7, through: 9 },
    ]);
  });

  test("everything written anew, against a head that was kept elsewhere", async () => {
    const folder = await journalOf(9);
    const kept = readHeadFile(folder)!;
    rmSync(join(folder, JOURNAL_FORMAT.name));
    rmSync(join(folder, "journal.head"));
    await writeJournal(folder, 20, "another run");
    expect(verify(folder).findings).toEqual([]);
    expect(verify(folder, [kept]).findings).toEqual([{ kind: "other-chain", sequence: 9, through: 9 }]);
  });
});

describe("when it is opened, a journal", () => {
  test("that lacks its newest rows says so in its next row and goes on", async () => {
    const folder = await journalOf(9);
    const head = readHeadFile(folder)!;
    tamper(folder, "DELETE FROM facts WHERE sequence > 6");
    expect(await writeJournal(folder, 2)).toEqual([{ kind: "rows-missing", expected: spellHead(head) }]);
    expect(verify(folder, [readHeadFile(folder)!])).toMatchObject({
      findings: [],
      rows: 8,
      remarks: [{ sequence: 7 }],
    });
  });

  test("that is gone altogether is missed", async () => {
    const folder = await journalOf(9);
    rmSync(join(folder, JOURNAL_FORMAT.name));
    expect(await writeJournal(folder, 2)).toMatchObject([{ kind: "rows-missing" }]);
  });

  test("that ended well leaves nothing but itself and its head", async () => {
    const folder = await journalOf(9);
    expect(readdirSync(folder).toSorted()).toEqual(["journal.head", "journal.sqlite"]);
  });
});
