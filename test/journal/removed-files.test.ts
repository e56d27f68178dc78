import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDatabase } from "../../src/journal/database.ts";
import { LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { HEAD_FILE, readHeadFile } from "../../src/journal/head-file.ts";
import { readMarks } from "../../src/journal/ledger-read.ts";
import { until } from "../support/rig.ts";
import {
  cause,
  correlation,
  DESK,
  markNamed,
  now,
  openBoth,
  ROOM,
  rowsOf,
  scratchFolder,
  writeJournal,
} from "./setting.ts";

const pressed = () => now({ kind: "action", cause, action: "start", room: ROOM });
const lost = () => now({ kind: "device", device: DESK, state: "lost", text: "unplugged" });

function remove(folder: string, ...starts: readonly string[]): void {
  for (const name of readdirSync(folder))
    if (starts.some((start) => name.startsWith(start))) rmSync(join(folder, name));
}

/** Both files open and written to; what each health said since is gathered. */
async function openAndWritten() {
  const folder = scratchFolder();
  const opened = await openBoth({ folder });
  const { journal, ledger } = opened;
  journal.sink(pressed());
  await ledger.keep(markNamed("waiting"));
  await ledger.keep(markNamed("refused"));
  await ledger.keep(markNamed("delivered"));
  ledger.settle("refused", "refused", "no such recording");
  ledger.settle("delivered", "delivered", "");
  // Nobody else may have the files open: SQLite cleans up behind the last.
  await until("the rows", () => readHeadFile(folder)?.sequence === 2, 10_000);
  const states: string[] = [];
  journal.health.onChange(({ state, why = "" }) => states.push(`journal ${state} ${why}`.trim()));
  ledger.health.onChange(({ state, why = "" }) => states.push(`marks ${state} ${why}`.trim()));
  return { ...opened, folder, states };
}

function statesOf(folder: string): readonly string[] {
  const database = readDatabase(join(folder, LEDGER_FORMAT.name), LEDGER_FORMAT);
  const marks = [...readMarks(database, {})].map(({ id, state, why = "" }) => `${id} ${state} ${why}`.trim());
  database.close();
  return marks.sort();
}

const isThere = (folder: string, name: string) => readdirSync(folder).includes(name);

describe("files that are removed while they are in use", () => {
  test("are missed within a moment, also when nobody writes: open marks are written again, the journal says so", async () => {
    const { folder, close, states } = await openAndWritten();
    remove(folder, "journal.sqlite", "marks.sqlite");
    await until("the new files", () => states.length === 2 || states.length === 4, 15_000);
    await until("the marks", () => isThere(folder, LEDGER_FORMAT.name), 15_000);
    await until("their rows", () => statesOf(folder).length === 2, 15_000);
    expect(statesOf(folder)).toEqual(["refused refused no such recording", "waiting waiting"]);
    expect(states[0]).toContain("removed or replaced");
    await close();
    const rows = rowsOf(folder);
    expect(rows[0]).toMatchObject({ sequence: 1, kind: "opened" });
    expect(JSON.parse(rows[0]!.body).news).toMatchObject([{ kind: "rows-missing" }]);
  });

  test("a mark is only promised when it can be found again", async () => {
    const { folder, ledger, close } = await openAndWritten();
    remove(folder, "marks.sqlite");
    expect(await ledger.keep(markNamed("new"))).toBe("kept");
    expect(statesOf(folder)).toEqual(["new waiting", "refused refused no such recording", "waiting waiting"]);
    await close();
  });

  test("a fact that was just written is written again, and that others are gone is told although no head is left", async () => {
    const { folder, journal, close } = await openAndWritten();
    remove(folder, "journal.sqlite", HEAD_FILE);
    journal.sink(lost());
    await close();
    const rows = rowsOf(folder);
    expect(rows.map(({ kind }) => kind)).toEqual(["opened", "device", "closed"]);
    expect(JSON.parse(rows[0]!.body).news).toMatchObject([{ kind: "rows-missing" }]);
  });

  test("a whole folder that is gone is made again", async () => {
    const { folder, ledger, close } = await openAndWritten();
    renameSync(folder, `${folder}-elsewhere`);
    expect(await ledger.keep(markNamed("new"))).toBe("kept");
    await close();
    rmSync(`${folder}-elsewhere`, { recursive: true });
    expect(statesOf(folder)).toHaveLength(3);
  });

  test("just before the end are missed too", async () => {
    const { folder, close } = await openAndWritten();
    remove(folder, "journal.sqlite", "marks.sqlite");
    await close();
    expect(statesOf(folder)).toEqual(["refused refused no such recording", "waiting waiting"]);
    expect(rowsOf(folder).map(({ kind }) => kind)).toEqual(["opened", "closed"]);
  });

  test("without its write-ahead log nothing is lost", async () => {
    const { folder, journal, ledger, close } = await openAndWritten();
    remove(folder, "journal.sqlite-wal", "marks.sqlite-wal");
    journal.sink(lost());
    expect(await ledger.keep(markNamed("new"))).toBe("kept");
    await close();
    expect(rowsOf(folder).map(({ kind }) => kind)).toEqual([
      "opened",
      "action",
      "opened",
      "device",
      "closed",
    ]);
    expect(statesOf(folder)).toHaveLength(4);
  });
});

test("a journal that another one takes the place of goes on there, and says that it is not its own", async () => {
  const other = scratchFolder();
  await writeJournal(other, 5, "another bridge");
  const { folder, journal, close } = await openAndWritten();
  renameSync(join(other, "journal.sqlite"), join(folder, "journal.sqlite"));
  journal.sink(now({ kind: "request", correlation, command: "start", room: ROOM }));
  await close();
  const rows = rowsOf(folder);
  expect(rows.slice(5).map(({ kind }) => kind)).toEqual(["opened", "request", "closed"]);
  expect(JSON.parse(rows[5]!.body).news).toMatchObject([{ kind: "rows-missing" }]);
});
